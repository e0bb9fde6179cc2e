// What a real Better Auth writes, and whether it reads what others write.
//
//   npm ci
//   node generate.mjs VERSION         writes VERSION.json: cookies, cookie caches, password hashes, keys at rest
//   node generate.mjs --check VERSION reads `{secret, …}` as of `written` in crates/better-auth/tests/peer.rs from standard
//                                     input, hands it to Better Auth, and prints what it said of each as JSON
//
// The clock stands still; tokens, salts and keys are random, so a file is written once and kept. All secrets are made up.

import { readFileSync, writeFileSync } from "node:fs";
import { AuthServer } from "./server.mjs";

const SECRET = "made-up-test-secret-of-betroth-0123456789";
const SECRETS = [
  { version: 2, value: "made-up-second-test-secret-of-betroth-98765" },
  { version: 1, value: "made-up-first-test-secret-of-betroth-456789" },
];
const NOW = Date.parse("2026-01-02T03:04:05.678Z");

/** Better Auth can do this from that version on. */
const SINCE = { strategies: "1.4.", secrets: "1.7.", chunks: "1.4.", pluginCache: "1.7." };
const has = (version, feature) =>
  version.localeCompare(SINCE[feature], "en", { numeric: true }) > 0;

async function names(version) {
  const configs = [
    { baseURL: "http://localhost:3000" },
    { baseURL: "https://app.example" },
    { baseURL: "HTTPS://App.Example" },
    { baseURL: "http://localhost:3000", advanced: { useSecureCookies: true } },
    { baseURL: "https://app.example", advanced: { useSecureCookies: false } },
    { baseURL: "http://localhost:3000", advanced: { cookiePrefix: "shop" } },
    { baseURL: "https://app.example", advanced: { cookiePrefix: "" } },
    { baseURL: "https://app.example", advanced: { cookiePrefix: "shop", cookies: { session_token: { name: "sid" } } } },
    {
      baseURL: "https://app.example",
      advanced: { useSecureCookies: false, cookies: { session_token: { name: "__Host-sid" }, session_data: { name: "__Host-data" } } },
    },
  ];
  if (has(version, "secrets"))
    for (const protocol of ["http", "https"]) configs.push({ baseURL: { allowedHosts: ["app.example"], protocol } });
  // Without a `baseURL` the environment's counts as one.
  const environments = ["http://localhost:3000", "https://app.example"].map((url) => ({ BETTER_AUTH_URL: url }));
  const written = [];
  for (const given of [...configs.map((config) => ({ config, env: {} })), ...environments.map((env) => ({ config: {}, env }))]) {
    const { config, env } = given;
    Object.assign(process.env, env);
    const server = await AuthServer.start(version, { secret: SECRET, ...config });
    const { sessionToken, sessionData, dontRememberToken, accountData } = (await server.auth.$context).authCookies;
    const signedUp = await server.signUp("ada@example.com");
    for (const name in env) delete process.env[name];
    written.push({
      ...given,
      session_token: sessionToken.name,
      session_data: sessionData.name,
      dont_remember: dontRememberToken.name,
      account_data: accountData?.name ?? null,
      set_cookie: signedUp.setCookie,
      token: signedUp.body.token,
    });
  }
  return written;
}

/** `Cookie` headers, each with the user whose session Better Auth takes it for. */
async function headers(version) {
  const server = await AuthServer.start(version, { secret: SECRET, baseURL: "http://localhost:3000" });
  const cookie = async (email) => (await server.signUp(email)).cookies;
  const name = "better-auth.session_token";
  const b = (await cookie("bob@example.com"))[name];
  // One whose signature is spelled differently in the two alphabets of base64.
  let [a, plain, token, signature] = [];
  for (let tries = 0; !/[+/]/.test(signature ?? ""); tries += 1) {
    a = (await cookie(`ada${tries}@example.com`))[name];
    plain = decodeURIComponent(a);
    [token, signature] = plain.split(".");
  }
  const lastOf = (text) => text.slice(0, -2) + String.fromCharCode(text.charCodeAt(text.length - 2) + 1) + "=";
  const values = {
    alone: `${name}=${a}`,
    among_others: `theme=dark; ${name}=${a}; lang=en`,
    without_a_space: `theme=dark;${name}=${a};lang=en`,
    unencoded: `${name}=${plain}`,
    lower_case_escapes: `${name}=${a.replace(/%../g, (escape) => escape.toLowerCase())}`,
    every_byte_escaped: `${name}=${Array.from(plain, (c) => "%" + c.charCodeAt(0).toString(16)).join("")}`,
    quoted: `${name}="${a}"`,
    half_quoted: `${name}="${a}x`,
    spaces_around: `${name} = ${a} `,
    same_twice: `${name}=${a}; ${name}=${a}`,
    two_sessions: `${name}=${a}; ${name}=${b}`,
    two_sessions_turned: `${name}=${b}; ${name}=${a}`,
    empty_first: `${name}=; ${name}=${a}`,
    broken_first: `${name}=x.y; ${name}=${a}`,
    other_prefix_first: `__Secure-${name}=${b}; ${name}=${a}`,
    other_prefix_last: `${name}=${a}; __Secure-${name}=${b}`,
    other_prefix_alone: `__Secure-${name}=${b}`,
    host_prefix_alone: `__Host-${name}=${b}`,
    other_case: `${name.toUpperCase()}=${a}`,
    dash_in_name: `better-auth-session_token=${a}`,
    nameless_before: `junk; ${name}=${a}`,
    comma_joined: `theme=dark, ${name}=${a}`,
    signature_of_another: `${name}=${encodeURIComponent(`${token}.${decodeURIComponent(b).split(".")[1]}`)}`,
    signature_respelled: `${name}=${encodeURIComponent(`${token}.${lastOf(signature)}`)}`,
    signature_unpadded: `${name}=${encodeURIComponent(plain.slice(0, -1))}`,
    signature_url_safe: `${name}=${encodeURIComponent(`${token}.${signature.replaceAll("+", "-").replaceAll("/", "_")}`)}`,
    token_alone: `${name}=${token}`,
    no_token: `${name}=${encodeURIComponent(`.${signature}`)}`,
    cut_escape: `${name}=${a.slice(0, -1)}`,
    invalid_utf8: `${name}=%ff${a}`,
    empty: `${name}=`,
    none: "theme=dark",
  };
  const written = [];
  for (const [what, header] of Object.entries(values)) {
    const answer = await server.get("/get-session", { cookie: header });
    written.push({ what, header, better_auth: answer.body?.session?.token ?? null });
  }
  return written;
}

async function caches(version) {
  const bio = "Ada wrote the first program, and a note G. ".repeat(250);
  const jwt = (options) => server => [server.plugins.jwt(options)];
  const kinds = [
    { what: "compact", cache: {} },
    { what: "compact, another name", cache: {}, name: "Ådä “Løvelace” 💡 \u2028 \\ \" </script>" },
    { what: "compact, not remembered", cache: {}, remembered: false },
  ];
  if (has(version, "strategies"))
    kinds.push(
      { what: "compact, version 7", cache: { version: "7" } },
      { what: "jwt", cache: { strategy: "jwt" } },
      { what: "jwe", cache: { strategy: "jwe" } },
    );
  if (has(version, "chunks"))
    for (const strategy of ["compact", "jwt", "jwe"]) kinds.push({ what: `${strategy}, chunked`, cache: { strategy }, bio });
  if (has(version, "secrets"))
    for (const strategy of ["compact", "jwt", "jwe"]) kinds.push({ what: `${strategy}, secrets`, cache: { strategy }, secrets: SECRETS });
  if (has(version, "pluginCache"))
    for (const keyPairConfig of [{ alg: "EdDSA", crv: "Ed25519" }, { alg: "ES256" }, { alg: "ES512" }, { alg: "RS256" }, { alg: "PS256" }])
      kinds.push({
        what: `key set, ${keyPairConfig.alg}`,
        cache: { strategy: "jwt" },
        plugins: jwt({ sessionCookieCache: true, jwks: { keyPairConfig } }),
      });
  const written = [];
  for (const { what, cache, name, bio, remembered, secrets, plugins } of kinds) {
    const server = await AuthServer.start(
      version,
      {
        ...(secrets ? { secrets } : { secret: SECRET }),
        baseURL: "http://localhost:3000",
        session: { cookieCache: { enabled: true, ...cache } },
        user: { additionalFields: { bio: { type: "string", required: false } } },
      },
      plugins,
    );
    const { cookies, body } = await server.signUp("ada@example.com", remembered, name, bio);
    const data = Object.fromEntries(Object.entries(cookies).filter(([name]) => name.includes("session_data")));
    const keys = plugins ? (await server.get("/jwks", {})).body.keys : null;
    const [row] = server.rows.session;
    written.push({
      what,
      strategy: plugins ? "key-set" : (cache.strategy ?? "compact"),
      version: cache.version ?? "1",
      secrets: secrets ?? null,
      cookies: data,
      session_cookie: cookies["better-auth.session_token"],
      token: body.token,
      user_id: body.user.id,
      name: body.user.name,
      bio: bio ?? null,
      session_expires_at: row.expiresAt.getTime(),
      cache_expires_at: NOW + (remembered === false && !["jwt", "jwe"].includes(cache.strategy) ? 60 : 300) * 1000,
      issuer: plugins ? "http://localhost:3000" : null,
      keys,
    });
  }
  return written;
}

async function passwords(version) {
  const server = await AuthServer.start(version, { secret: SECRET, baseURL: "http://localhost:3000" });
  const { hash } = (await server.auth.$context).password;
  const written = [];
  for (const password of ["correct horse battery staple", "pässwörd ①②③ ﬁ", "e\u0301clair Å", "🔑".repeat(32)])
    written.push({ password, hash: await hash(password) });
  return written;
}

async function keys(version) {
  const kinds = [
    { what: "sealed", secret: SECRET },
    { what: "plain", secret: SECRET, jwks: { disablePrivateKeyEncryption: true } },
    { what: "sealed, ES256", secret: SECRET, jwks: { keyPairConfig: { alg: "ES256" } } },
    { what: "sealed, RS256", secret: SECRET, jwks: { keyPairConfig: { alg: "RS256" } } },
  ];
  if (has(version, "secrets")) kinds.push({ what: "sealed, secrets", secrets: SECRETS });
  const written = [];
  for (const { what, jwks, ...secret } of kinds) {
    const server = await AuthServer.start(version, { ...secret, baseURL: "http://localhost:3000" }, (server) => [
      server.plugins.jwt({ jwks }),
    ]);
    const { cookie } = await server.signUp("ada@example.com");
    const { body } = await server.get("/token", { cookie });
    const [{ id, publicKey, privateKey }] = server.rows.jwks;
    written.push({ what, secrets: secret.secrets ?? null, id, public_key: publicKey, private_key: privateKey, token: body.token });
  }
  return written;
}

async function generate(version) {
  AuthServer.stopTheClock(NOW);
  const values = {
    better_auth: version,
    now: NOW,
    secret: SECRET,
    names: await names(version),
    headers: await headers(version),
    caches: await caches(version),
    passwords: await passwords(version),
    keys: await keys(version),
  };
  writeFileSync(new URL(`${version}.json`, import.meta.url), JSON.stringify(values, null, 2) + "\n");
}

/** Hands to Better Auth what was written elsewhere: the rows of its database, and the cookies of a browser. */
async function check(version) {
  const written = JSON.parse(readFileSync(0, "utf8"));
  AuthServer.stopTheClock(written.now);
  const said = [];
  for (const { what, options, jwt, rows, request } of written.requests) {
    const server = await AuthServer.start(version, options, (server) => (jwt ? [server.plugins.jwt(jwt)] : []), rows);
    const { path, headers, body } = request;
    const answer = body ? await server.post(path, body, headers) : await server.get(path, headers);
    said.push({ what, status: answer.status, body: answer.body });
  }
  process.stdout.write(JSON.stringify(said));
}

const [first, second] = process.argv.slice(2);
if (first === "--check") await check(second);
else if (first) await generate(first);
else throw new Error("name a version: `node generate.mjs 1.7.7`");
