// Writes the settings of both sides for this machine, with a secret of their own: `node secrets.mjs`.
// Ports are those of WEB_PORT and API_PORT. What stands already is left as it is.
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const { WEB_PORT = "3000", API_PORT = "8000" } = process.env;
const web = `http://localhost:${WEB_PORT}`;
const api = `http://localhost:${API_PORT}`;

const files = {
  "web/.env.local": { BETTER_AUTH_SECRET: randomBytes(32).toString("base64url"), BETTER_AUTH_URL: web, NEXT_PUBLIC_API_URL: api },
  "api/.env": { BETTER_AUTH_URL: web, WEB_ORIGINS: web },
};

for (const [file, settings] of Object.entries(files)) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  if (existsSync(path)) {
    console.log(`kept     ${file}`);
    continue;
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(path, lines.join(""), { mode: 0o600 });
  console.log(`written  ${file}`);
}
