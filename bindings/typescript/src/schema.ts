import { type Issue, Mismatch, type Place } from "./error.js";

/** A schema of any library that follows Standard Schema (standardschema.dev): Zod, Valibot, ArkType. */
export interface Schema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type Validated<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/**
 * The value as the schema gives it.
 *
 * @throws Mismatch with the fields that do not fit
 */
export async function fit<T>(
  schema: Schema<unknown, T> | undefined,
  value: unknown,
  side: Mismatch["side"],
  place: Place,
): Promise<T> {
  if (!schema) return value as T;
  const result = await schema["~standard"].validate(value);
  if (!result.issues) return result.value;
  const issues = result.issues.map(({ message, path = [] }): Issue => {
    const keys = path.map((it) => String(typeof it === "object" ? it.key : it));
    return { path: keys.join("."), message };
  });
  const what = issues.map((it) => `\`${it.path}\` ${it.message}`).join("; ");
  throw new Mismatch(`${side} does not fit: ${what}`, place, { side, issues });
}
