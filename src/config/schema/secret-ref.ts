import { type Static, type TOptional, Type } from "@sinclair/typebox";
import { choice, lazy, SENSITIVE, text } from "./field.ts";

/** Alias of a secret provider. */
export const PROVIDER_ALIAS_PATTERN = "^[a-z][a-z0-9_-]{0,63}$";
/** Name of an environment variable, or of an entry in the store, that holds a secret. */
export const SECRET_NAME_PATTERN = "^[A-Z][A-Z0-9_]{0,127}$";
/** Id handed to an exec provider: no `.` or `..` segment. */
export const EXEC_SECRET_ID_PATTERN = "^(?!.*(?:^|/)\\.{1,2}(?:/|$))[A-Za-z0-9][A-Za-z0-9._:/#-]{0,255}$";
/** Id in a file provider: a JSON pointer, or `value` for a file that is one secret. */
export const FILE_SECRET_ID_PATTERN = "^(?:value|(?:/(?:[^~/]|~[01])*)*)$";

function refOf<const S extends readonly [string]>(source: S, idPattern: string, what: string) {
  return Type.Object(
    {
      source: choice(source, "Secret source", "Kind of provider that holds the secret.", { required: true }),
      provider: text("Secret provider", "Alias of a provider in secrets.providers, or default.", {
        required: true,
        pattern: PROVIDER_ALIAS_PATTERN,
      }),
      id: text("Secret id", what, { required: true, pattern: idPattern }),
    },
    {
      title: `Secret from ${source[0]}`,
      description: `Reference to a secret: ${what}`,
      additionalProperties: false,
    },
  );
}

/** A reference to a secret kept outside the configuration file. */
export const secretRef = lazy(() =>
  Type.Union([
    refOf(["env"], SECRET_NAME_PATTERN, "Name of the environment variable."),
    refOf(
      ["file"],
      FILE_SECRET_ID_PATTERN,
      "JSON pointer into the file, or value for a file that is one secret.",
    ),
    refOf(["exec"], EXEC_SECRET_ID_PATTERN, "Id the provider program is asked for."),
    refOf(["store"], SECRET_NAME_PATTERN, "Name of the entry in the state database."),
  ]),
);

/** `{source, provider, id}`: where a secret is found. */
export type SecretRef = Static<ReturnType<typeof secretRef>>;

const secretInput = lazy(() => Type.Union([Type.String(), secretRef()]));

/** A secret as the file holds it: the text itself, or a reference. */
export type SecretInput = Static<ReturnType<typeof secretInput>>;

/** The shape of a secret where no title is wanted, for example a map of headers. */
export function secretValue(title: string, description: string) {
  return Type.Union([Type.String(), secretRef()], { title, description, [SENSITIVE]: true });
}

/** A key that holds a secret: text or a SecretRef, always redacted. */
export function secret(title: string, description: string): TOptional<ReturnType<typeof secretValue>> {
  return Type.Optional(secretValue(title, description));
}
