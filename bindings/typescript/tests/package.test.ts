import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, ROOT), "utf8");

test("the core is at most 4 KB after gzip, without the explanations", async () => {
  const { size } = await import(new URL("bench/size.mjs", ROOT).href);
  const { start, later } = await size('export { createClient } from "betroth"');
  assert.ok(start <= 4096, `${start} bytes`);
  assert.ok(later > 1000, "the explanations are not loaded at once");
});

test("the package depends on nothing", () => {
  const manifest = JSON.parse(read("package.json"));
  assert.equal(manifest.dependencies, undefined);
  for (const peer of Object.keys(manifest.peerDependencies)) assert.equal(manifest.peerDependenciesMeta[peer].optional, true);
  for (const [name, version] of Object.entries(manifest.devDependencies)) assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
});

test("the lock file names no registry", () => {
  assert.ok(!read("package-lock.json").includes('"resolved"'));
});

test("a module for pages says so first, and one for servers too", () => {
  for (const name of ["index", "optimistic", "session"]) assert.match(read(`dist/react/${name}.js`), /^"use client";/);
  assert.match(read("dist/next/index.js"), /^import "server-only";/);
});
