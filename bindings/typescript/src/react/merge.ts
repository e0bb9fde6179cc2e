import type { Conflict } from "../index.js";

/** What became of two changes to one thing. */
export interface Merge<T> {
  /** Theirs with what I alone changed; where both changed a field to different values, it is theirs. */
  value: T;
  /** The fields that both changed to different values; the whole counts as the field `""` where it has no fields. */
  disputed: string[];
}

/** Merges two changes field by field. A field is compared whole, as JSON. */
export function merge<T>({ base, mine, theirs }: Pick<Conflict<T>, "base" | "mine" | "theirs">): Merge<T> {
  if (![base, mine, theirs.value].every(hasFields)) {
    const isMine = same(theirs.value, base);
    return { value: isMine ? mine : theirs.value, disputed: isMine || same(mine, base) || same(mine, theirs.value) ? [] : [""] };
  }
  const [was, ours, now] = [base, mine, theirs.value] as Record<string, unknown>[];
  const value: Record<string, unknown> = { ...now };
  const disputed: string[] = [];
  for (const field of Object.keys({ ...was, ...ours })) {
    // What was not sent was not changed: a `mine` may hold the changed fields alone.
    if (!(field in ours!) || same(ours![field], was![field]) || same(ours![field], now![field])) continue;
    if (same(now![field], was![field])) value[field] = ours![field];
    else disputed.push(field);
  }
  return { value: value as T, disputed };
}

function hasFields(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
