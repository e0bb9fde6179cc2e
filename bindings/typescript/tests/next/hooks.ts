// Next resolves these by itself; outside of it they stand for a request whose headers a test gives.

import { AsyncLocalStorage } from "node:async_hooks";
import { register } from "node:module";

const request = new AsyncLocalStorage<Headers>();
(globalThis as { request?: unknown }).request = request;

const data = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
const end = (name: string) => `export function ${name}(...given) { throw Object.assign(new Error("${name}"), { given }); }`;
const modules = {
  "server-only": data(""),
  "next/headers": data("export async function headers() { return globalThis.request.getStore(); }"),
  "next/navigation": data(["forbidden", "redirect", "unauthorized"].map(end).join("\n")),
};

register(
  data(`
    const modules = ${JSON.stringify(modules)};
    export const resolve = (name, context, next) => modules[name] ? { url: modules[name], shortCircuit: true } : next(name, context);
  `),
);

/** Runs while a request with these headers is answered. */
export function answering<T>(headers: Record<string, string>, run: () => Promise<T>): Promise<T> {
  return request.run(new Headers(headers), run);
}
