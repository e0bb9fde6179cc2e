// One Better Auth of one version, with its database in memory.

const RealDate = Date;

/** Dates in what is handed over as JSON become dates, as a database would return them. */
const revive = (_, value) =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : value;

export class AuthServer {
  /** From here on it is always `now`, in milliseconds since 1970. */
  static stopTheClock(now) {
    globalThis.Date = class extends RealDate {
      constructor(...given) {
        super(...(given.length ? given : [now]));
      }
      static now() {
        return now;
      }
    };
  }

  static async start(version, options, plugins = () => [], rows = {}) {
    const from = (path) => import(`better-auth-${version}${path}`);
    const server = new AuthServer();
    server.plugins = await from("/plugins");
    server.rows = { user: [], session: [], account: [], verification: [], jwks: [], ...JSON.parse(JSON.stringify(rows), revive) };
    const { betterAuth } = await from("");
    const { memoryAdapter } = await from("/adapters/memory");
    server.auth = betterAuth({
      database: memoryAdapter(server.rows),
      emailAndPassword: { enabled: true },
      rateLimit: { enabled: false },
      telemetry: { enabled: false },
      logger: { disabled: true },
      ...options,
      plugins: plugins(server),
    });
    const baseURL = options.baseURL ?? process.env.BETTER_AUTH_URL;
    server.origin = typeof baseURL === "string" ? new URL(baseURL).origin : `${baseURL.protocol}://${baseURL.allowedHosts[0]}`;
    return server;
  }

  async #ask(method, path, headers, body) {
    const response = await this.auth.handler(
      new Request(`${this.origin}/api/auth${path}`, {
        method,
        headers: { origin: this.origin, ...(body && { "content-type": "application/json" }), ...headers },
        body: body && JSON.stringify(body),
      }),
    );
    const text = await response.text();
    const setCookie = response.headers.getSetCookie();
    const pairs = setCookie.map((line) => line.split(";")[0]);
    const cookies = Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
    return { status: response.status, body: text && JSON.parse(text), setCookie, cookies, cookie: pairs.join("; ") };
  }

  get(path, headers) {
    return this.#ask("GET", path, headers);
  }

  post(path, body, headers) {
    return this.#ask("POST", path, headers, body);
  }

  /** A new user with a session; one that is not remembered signs in for it. */
  async signUp(email, remembered = true, name = "Ada", bio) {
    const password = "made-up-password";
    const signedUp = await this.post("/sign-up/email", { email, password, name, ...(bio && { bio }) });
    if (signedUp.status !== 200) throw new Error(`sign-up: ${signedUp.status} ${JSON.stringify(signedUp.body)}`);
    if (remembered) return signedUp;
    this.rows.session.length = 0;
    return this.post("/sign-in/email", { email, password, rememberMe: false });
  }
}
