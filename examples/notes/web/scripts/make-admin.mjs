// Makes somebody who has signed up an administrator: node scripts/make-admin.mjs ada@example.com
import Database from "libsql";

const [email] = process.argv.slice(2);
if (!email) {
  console.error("name the email of whoever is to be an administrator");
  process.exit(2);
}
const database = new Database(process.env.AUTH_DATABASE ?? "../data/auth.db");
const { changes } = database.prepare('UPDATE "user" SET role = ? WHERE email = ?').run("admin", email.toLowerCase());
if (!changes) {
  console.error(`nobody has signed up as \`${email}\``);
  process.exit(1);
}
console.log(`\`${email}\` is an administrator from their next token on, in five minutes at the latest`);
