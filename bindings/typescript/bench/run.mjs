// `npm run bench`: what the client weighs beside its peers, and what a call costs.

import { readFileSync } from "node:fs";
import { createClient } from "betroth";
import { size } from "./size.mjs";

const REACT = ["react", "react-dom", "@tanstack/react-query", "better-auth"];
const PACKAGES = [
  ["betroth", 'export { createClient } from "betroth"'],
  ["betroth, with `json`", 'export { createClient, json } from "betroth"'],
  ["betroth/react", 'export * from "betroth/react"'],
  ["better-auth/client", 'export { createAuthClient } from "better-auth/client"'],
  ["ky", 'export { default } from "ky"'],
  ["openapi-fetch", 'export { default } from "openapi-fetch"'],
  ["@auth0/auth0-spa-js", 'export { createAuth0Client } from "@auth0/auth0-spa-js"'],
];

function version(name) {
  const folder = name.startsWith("@") ? name : name.split(/[/,]/)[0];
  if (folder === "betroth") return "";
  return JSON.parse(readFileSync(new URL(`../node_modules/${folder}/package.json`, import.meta.url), "utf8")).version;
}

console.log("| package | gzip | when needed |\n|---|---|---|");
for (const [name, code] of PACKAGES) {
  const { start, later } = await size(code, name === "better-auth/client" ? [] : REACT);
  console.log(`| ${name} ${version(name)} | ${start} B | ${later ? `${later} B` : ""} |`);
}

const CALLS = 10_000;
const claims = { sub: "ada", iat: Date.now() / 1e3, exp: Date.now() / 1e3 + 900 };
const token = ["e30", Buffer.from(JSON.stringify(claims)).toString("base64url"), "AAAA"].join(".");
const answer = new Response("{}");
const stub = async () => answer;
const client = createClient({ url: "https://api.example.com", token: async () => token, fetch: stub, development: false });

/** Microseconds of each of many calls, one after the other; the median of them. */
async function median(call) {
  const times = [];
  for (let it = 0; it < CALLS; it++) {
    const began = process.hrtime.bigint();
    await call();
    times.push(Number(process.hrtime.bigint() - began) / 1e3);
  }
  return times.sort((a, b) => a - b)[CALLS / 2];
}

const rounds = [];
for (let round = 0; round < 5; round++)
  rounds.push([await median(stub), await median(() => client.makeAuthenticatedRequest("/notes"))]);
// The first rounds are those in which the engine has not compiled it yet.
const [bare, whole] = rounds.at(-1);
console.log(
  `\n\`makeAuthenticatedRequest\` over a stub, median of ${CALLS}: ${whole.toFixed(2)} µs, the stub alone ${bare.toFixed(2)} µs`,
);
console.log(`in rounds: ${rounds.map((it) => it[1].toFixed(2)).join(", ")} µs`);
