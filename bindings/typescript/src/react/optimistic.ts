"use client";

import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { Conflict, type Versioned } from "../index.js";
import { type Merge, merge } from "./merge.js";
import { type Change, pendingOf } from "./pending.js";

/** How a change is made. `T` is what is changed, `C` what a change says. */
export interface OptimisticOptions<T, C> {
  /** The query that holds it, as a {@link Versioned} value. */
  queryKey: QueryKey;
  /** The value with the change: shown at once, and sent. It has to make a new value. */
  apply: (value: T, change: C) => T;
  /** Sends it; as `(mine, base) => json(client, path, { method: "PUT", body: mine, base })`. */
  send: (mine: T, base: Versioned<T>, change: C) => Promise<Versioned<T>>;
  /**
   * Settles what both sides changed, as by asking the person; `undefined` gives mine up. Without it, only changes of different fields are
   * merged, and a dispute is an error.
   */
  onConflict?: (conflict: Conflict<T>, merged: Merge<T>) => T | undefined | Promise<T | undefined>;
  /** Other queries that hold the same, as lists: fetched anew when the change is through. */
  also?: QueryKey[];
}

/** How often one change is merged and sent again before its conflict is an error. */
const MERGES = 3;

/**
 * Changes something before the API has answered: applied at once, rolled back if it fails, merged where somebody else was faster.
 *
 * Changes of one key are sent one after the other, so no slow answer overwrites a later one.
 *
 * @throws (as `error` of the mutation) all of `ClientError`; Error where the query holds nothing yet
 */
export function useOptimisticMutation<T, C>(options: OptimisticOptions<T, C>): UseMutationResult<Versioned<T>, Error, C> {
  const queries = useQueryClient();
  const { queryKey, apply, send, onConflict, also = [] } = options;
  const key = JSON.stringify(queryKey);

  return useMutation<Versioned<T>, Error, C, Change<T>>({
    scope: { id: key },
    onMutate: async (change) => {
      // An answer that was asked for before would undo what is shown.
      await queries.cancelQueries({ queryKey });
      return pendingOf<T>(queries, queryKey).add((value) => apply(value, change));
    },
    mutationFn: async (change) => {
      const pending = pendingOf<T>(queries, queryKey);
      let base = pending.base();
      let mine = apply(base.value, change);
      for (let merges = 0; ; merges++) {
        try {
          return await send(mine, base, change);
        } catch (error) {
          if (!(error instanceof Conflict) || merges === MERGES) throw error;
          const conflict = new Conflict<T>("was changed meanwhile", error, { base: base.value, mine, theirs: error.theirs });
          pending.became(conflict.theirs);
          const merged = merge(conflict);
          const settled = merged.disputed.length ? await onConflict?.(conflict, merged) : merged.value;
          if (settled === undefined) throw conflict;
          base = conflict.theirs;
          mine = settled;
        }
      }
    },
    onSuccess: (now, _, change) => pendingOf<T>(queries, queryKey).became(now, change),
    onError: (_, __, change) => pendingOf<T>(queries, queryKey).drop(change),
    onSettled: async () => {
      const isLast = queries.isMutating({ predicate: (it) => it.options.scope?.id === key }) === 1;
      if (!isLast) return;
      await Promise.all([queryKey, ...also].map((it) => queries.invalidateQueries({ queryKey: it })));
    },
  });
}
