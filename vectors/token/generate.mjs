// Writes the corpus: `verifiers.json`, `tokens/` and `keys/`. No code of Betroth's has part in it.
//
//   node generate.mjs           writes what changed
//   node generate.mjs --check   writes nothing; names what would change, and fails if anything would
//
// Signatures that come out otherwise each time are kept in `signatures.json`, so that the same cases give the same files.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { signatures } from "./forge.mjs";
import { keyFiles } from "./key-cases.mjs";
import { verifiers } from "./verifiers.mjs";

const here = (path) => new URL(path, import.meta.url);
const classes = readdirSync(here("classes")).sort();

const files = { "verifiers.json": verifiers };
for (const file of classes) {
  const name = file.replace(".mjs", "");
  const { title, cases } = await import(here(`classes/${file}`));
  files[`tokens/${name}.json`] = { class: name.startsWith("t") ? name.toUpperCase() : name, title, cases };
}
Object.assign(files, keyFiles);

const names = Object.values(files).flatMap(({ class: kind, cases = [] }) => cases.map(({ name }) => `${kind}: ${name}`));
const twice = names.filter((name, index) => names.indexOf(name) !== index);
if (twice.length > 0) throw new Error(`two cases have one name: ${[...new Set(twice)].join("; ")}`);

files["signatures.json"] = Object.fromEntries(Object.entries(signatures.used).sort(([a], [b]) => (a < b ? -1 : 1)));
const made = new Set(Object.keys(files));
const left = ["tokens", "keys"].flatMap((folder) => readdirSync(here(folder)).map((file) => `${folder}/${file}`)).filter((file) => !made.has(file));

const check = process.argv.includes("--check");
const stale = [];
for (const [file, content] of Object.entries(files)) {
  const text = JSON.stringify(content, null, 1) + "\n";
  if (existsSync(here(file)) && readFileSync(here(file), "utf8") === text) continue;
  stale.push(file);
  if (!check) writeFileSync(here(file), text);
}
console.log(`cases: ${names.length}, files: ${made.size}${stale.length > 0 ? `, ${check ? "not as made here" : "written"}: ${stale.join(", ")}` : ""}`);
if (left.length > 0) console.log(`made by nothing: ${left.join(", ")}`);
if (left.length > 0 || (check && stale.length > 0)) process.exit(1);
