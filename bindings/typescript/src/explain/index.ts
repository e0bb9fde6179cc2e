/**
 * Why something failed, and what to do: loaded when something fails, and by whoever wants to show it.
 *
 * @module
 */

import type { ClientError, Hop } from "../error.js";
import { cureOf } from "./cure.js";
import { whyUnreachable } from "./unreachable.js";

/** What failed, why, and what to do, each a sentence. It never holds a token. */
export interface Explanation {
  what: string;
  why: string;
  cure: string;
}

/**
 * Explains an error. Where a browser says no more than `Failed to fetch`, it sends requests without token and cookie to find out why.
 *
 * @param send what sends them; the global `fetch` without
 */
export async function explain(error: ClientError, send: typeof fetch = fetch): Promise<Explanation> {
  const [why, cure] = error.code === "unreachable" ? await whyUnreachable(error, send) : cureOf(error);
  return { what: error.message, why, cure };
}

/** What goes on as ever and needs no line in the console: a person signs out, may not do something, or edits what another edited. */
const ORDINARY = /^(signed_out|session_changed|forbidden|insufficient_scope|conflict)$/;

/** Milliseconds for which one failing hop is one line. */
const QUIET = 30_000;

const told = new Map<Hop, { what: string; at: number }>();

/** Explains an error in the console: one group for each hop that fails, however many requests fail over it. */
export async function report(error: ClientError, send: typeof fetch): Promise<void> {
  if (ORDINARY.test(error.code) || (error.code === "rejected" && error.hop === "api" && error.status! < 500)) return;
  const before = told.get(error.hop);
  const now = performance.now();
  if (before && now - before.at < QUIET && before.what === error.code) return;
  told.set(error.hop, { what: error.code, at: now });
  const { what, why, cure } = await explain(error, send);
  console.groupCollapsed(`betroth: ${what}`);
  console.info(`why: ${why}`);
  console.info(`cure: ${cure}`);
  console.groupEnd();
}
