import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { Versioned } from "../index.js";

/** One change, which makes a new value. */
export type Change<T> = (value: T) => T;

const all = new WeakMap<QueryClient, Map<string, unknown>>();

/** The changes of one query in one cache. */
export function pendingOf<T>(queries: QueryClient, queryKey: QueryKey): Pending<T> {
  const key = JSON.stringify(queryKey);
  const ofCache = all.get(queries) ?? new Map<string, unknown>();
  const found = (ofCache.get(key) as Pending<T> | undefined) ?? new Pending<T>(queries, queryKey);
  all.set(queries, ofCache.set(key, found));
  return found;
}

/** The changes of one query that the API has not taken yet, shown over what it has. */
export class Pending<T> {
  #base: Versioned<T> | undefined;
  #changes: Change<T>[] = [];

  constructor(
    readonly queries: QueryClient,
    readonly queryKey: QueryKey,
  ) {}

  /**
   * What the API has.
   *
   * @throws Error where the query holds nothing yet
   */
  base(): Versioned<T> {
    if (!this.#base) throw new Error(`the query ${JSON.stringify(this.queryKey)} holds nothing yet that could be changed`);
    return this.#base;
  }

  /** Shows a change, and returns it. */
  add(change: Change<T>): Change<T> {
    if (!this.#changes.length) this.#base = this.queries.getQueryData(this.queryKey);
    this.base();
    this.#changes.push(change);
    this.#show();
    return change;
  }

  /** The API has this now, with `change` in it where that is given. */
  became(base: Versioned<T>, change?: Change<T>): void {
    this.#base = base;
    this.drop(change);
  }

  /** Shows a change no longer. */
  drop(change: Change<T> | undefined): void {
    this.#changes = this.#changes.filter((it) => it !== change);
    this.#show();
  }

  #show(): void {
    if (!this.#base) return;
    const { value, etag } = this.#base;
    this.queries.setQueryData<Versioned<T>>(this.queryKey, {
      value: this.#changes.reduce((shown, change) => change(shown), value),
      etag,
    });
  }
}
