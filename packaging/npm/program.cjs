"use strict";

// The program stands in a package of its own for each platform, of which the package manager installs the one that fits.
const file = process.platform === "win32" ? "betroth.exe" : "betroth";
const name = `@betroth/${process.platform}-${process.arch}`;

/** Path of the program; an error that says what to do where it was not installed. */
function program() {
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    throw new Error(
      `\`${name}\` is not installed: either there is no program for this platform, ` +
        "or optional dependencies were left out; install again without `--omit=optional`",
    );
  }
}

module.exports = { program };
