// A database in which a real Better Auth keeps its rows, for tests of what reads them from there.

import { SqliteDialect } from "kysely";
import Database from "libsql";
import pg from "pg";

/** What `betterAuth({ database })` takes: `{ sqlite: file }`, or `{ postgres }` with the options of `pg`. */
export const opened = ({ sqlite, postgres }) =>
  postgres
    ? new pg.Pool(postgres)
    : // Its own detection takes libsql for something else.
      { dialect: new SqliteDialect({ database: new Database(sqlite) }), type: "sqlite" };

/** Makes the tables that are absent. */
export async function migrate(version, options) {
  const { getMigrations } = await import(`better-auth-${version}/db/migration`);
  await (await getMigrations(options)).runMigrations();
}
