import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { SqliteDialect } from "kysely";
import Database from "libsql";

// The file is made when the server runs: a build has nothing of it to take along.
const file = resolve(/* turbopackIgnore: true */ process.env.AUTH_DATABASE ?? "../data/auth.db");
mkdirSync(dirname(file), { recursive: true });

const opened = new Database(file);
// Two processes may look at it at once: those of `next build`, say.
opened.exec("PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000");

/** People, sessions, organizations and keys: one SQLite file. The dialect is named, since Better Auth takes `libsql` for another library. */
export const database = { dialect: new SqliteDialect({ database: opened }), type: "sqlite", transaction: true } as const;
