import type { Unreachable } from "../error.js";
import type { Cure } from "./cure.js";

/** Milliseconds that one request may take which finds out something. */
const LIMIT = 4000;

/** Headers that any page may send; a body as JSON makes `content-type` one that has to be allowed. */
const ALWAYS = /^(accept|accept-language|content-language)$/;

/**
 * Why a request had no answer that could be read.
 *
 * Asks the same address again, without token or cookie and with GET alone, in ways that a browser treats differently.
 */
export async function whyUnreachable(error: Unreachable, send: typeof fetch): Promise<Cure> {
  const page = globalThis.location;
  if (!page) return outsideOfAPage(error);
  const url = new URL(error.url, page.href);
  if (page.protocol === "https:" && url.protocol === "http:" && !isLoopback(url.hostname))
    return [
      "a page over https may not ask an address over http (mixed content)",
      `serve ${url.origin} over https, or name it so in \`url\``,
    ];
  if (globalThis.navigator?.onLine === false) return ["this device is offline", "wait for the network"];

  const blocked: string[] = [];
  const note = ({ effectiveDirective }: SecurityPolicyViolationEvent) => blocked.push(effectiveDirective);
  globalThis.document?.addEventListener("securitypolicyviolation", note);
  const ask = (init: RequestInit): Promise<boolean> =>
    send(url, { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(LIMIT), ...init }).then(
      () => true,
      () => false,
    );
  try {
    // What comes back of this is closed to the page, but it comes back only from a service that is up.
    const isUp = await ask({ mode: "no-cors" });
    if (blocked.length) return ["the page's own Content-Security-Policy forbids it", `add ${url.origin} to \`connect-src\``];
    if (!isUp)
      return [
        `nothing answers at ${url.origin}: the service is down, the port is another, or its certificate is not trusted`,
        "start it, and open the address in a tab of its own",
      ];
    if (url.origin === page.origin) return ["the connection ended before the answer came", "look at the log of the server"];
    return await whyNotReadable(error, url, page, ask);
  } finally {
    globalThis.document?.removeEventListener("securitypolicyviolation", note);
  }
}

async function whyNotReadable(
  error: Unreachable,
  url: URL,
  page: Location,
  ask: (init: RequestInit) => Promise<boolean>,
): Promise<Cure> {
  if (!(await ask({}))) {
    const isTwin = isLoopback(url.hostname) && isLoopback(page.hostname) && url.hostname !== page.hostname;
    return [
      `${url.origin} is up, and does not allow the page ${page.origin} to read its answers (CORS)` +
        (isTwin ? `; to a browser ${page.hostname} and ${url.hostname} are two hosts` : ""),
      isTwin
        ? `use one of both names everywhere: in \`url\`, in the origins of the API, and in the address bar`
        : `add ${page.origin} to the origins of the API, without a slash at the end (\`WEB_ORIGINS\` of the guard)`,
    ];
  }
  if (error.hop === "issuer" && !(await ask({ credentials: "include" })))
    return [
      "the issuer does not allow a page of another origin to send its cookie",
      `answer with \`Access-Control-Allow-Credentials: true\` and the origin ${page.origin} itself, not \`*\``,
    ];
  for (const name of error.sent ?? []) {
    if (ALWAYS.test(name)) continue;
    // Never the token: a scheme that nobody has.
    const value = name === "content-type" ? "application/json" : name === "authorization" ? "Betroth" : "0";
    if (!(await ask({ headers: { [name]: value } })))
      return [`the API does not allow the header \`${name}\` (CORS)`, `add \`${name}\` to \`allow_headers\``];
  }
  const isPlain = /^(GET|HEAD|POST)$/.test(error.method);
  return [
    (isPlain ? "" : `either the method ${error.method} is not allowed (CORS), or `) +
      "its answer came without CORS headers, as that of a fault (500) does where CORS stands within the handler of errors",
    `look at the log of the API${isPlain ? "" : `; add ${error.method} to \`allow_methods\``}; ` +
      "`auth.protect(app)` puts CORS before everything, or wrap it: `app = CORSMiddleware(app, …)`",
  ];
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);
}

/** Outside of a page, the cause says why. */
function outsideOfAPage({ cause, url }: Unreachable): Cure {
  const within = (cause as { cause?: { code?: unknown; message?: unknown } })?.cause;
  const code = String(within?.code ?? within?.message ?? (cause as Error)?.message ?? "no reason is known");
  const known: Record<string, string> = {
    ECONNREFUSED: "start the service, or name its port",
    ENOTFOUND: "mend the host name",
    EAI_AGAIN: "mend the host name, or the network",
    ECONNRESET: "look at the log of the service",
    ERR_INVALID_URL: "give an absolute address: outside of a page a path leads nowhere",
  };
  return [`${url} cannot be reached: ${code}`, known[code] ?? "look at the address, and at the log of the service"];
}
