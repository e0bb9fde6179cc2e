"use strict";

// Puts the program in the place of the launcher, so that no Node has to start before it. Windows starts what npm makes of the
// launcher; there, and wherever this does not work, the launcher stays.
const fs = require("node:fs");
const path = require("node:path");
const { program } = require("./program.cjs");

if (process.platform !== "win32") {
  const launcher = path.join(__dirname, "bin", "betroth");
  const beside = `${launcher}.new`;
  try {
    fs.linkSync(program(), beside);
    fs.renameSync(beside, launcher);
  } catch {
    fs.rmSync(beside, { force: true });
  }
}
