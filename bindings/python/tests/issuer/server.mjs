// A real Better Auth with its jwt plugin, over HTTP: `node server.mjs '{"port": 3000, "rows": "rows.json", "jwt": {...}}'`.
//
// It prints `ready` once it answers. Rows are kept in the file, so that one that is started again has the same keys; or
// in `database`: `{"sqlite": "file"}`, or `{"postgres": …}` with the options of `pg`.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { migrate, opened } from "../../../../vectors/better-auth/database.mjs";
import { AuthServer } from "../../../../vectors/better-auth/server.mjs";

const { port, rows, jwt, secret, session, database } = JSON.parse(process.argv[2]);
const baseURL = `http://localhost:${port}`;

const kept = existsSync(rows) ? JSON.parse(readFileSync(rows, "utf8")) : {};
const server = await AuthServer.start(
  "1.7.7",
  { secret, baseURL, ...(session && { session }), ...(database && { database: opened(database) }) },
  (it) => [it.plugins.jwt(jwt), it.plugins.admin(), it.plugins.organization()],
  { organization: [], member: [], invitation: [], ...kept },
);

if (database) await migrate("1.7.7", server.auth.options);

const asked = { jwks: 0 };

createServer(async (request, response) => {
  if (request.url === "/asked") return response.end(JSON.stringify(asked));
  if (request.url.endsWith("/jwks")) asked.jwks += 1;
  const parts = [];
  for await (const part of request) parts.push(part);
  const answer = await server.auth.handler(
    new Request(`${baseURL}${request.url}`, {
      method: request.method,
      headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      body: parts.length ? Buffer.concat(parts) : undefined,
    }),
  );
  if (!database) writeFileSync(rows, JSON.stringify(server.rows));
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) if (name !== "set-cookie") response.setHeader(name, value);
  response.setHeader("set-cookie", answer.headers.getSetCookie());
  response.end(Buffer.from(await answer.arrayBuffer()));
}).listen(port, "127.0.0.1", () => console.log("ready"));
