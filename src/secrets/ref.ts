import { isObject } from "../config/index.ts";

export type SecretSource = "env" | "file" | "exec" | "store";

/** Names a secret that is kept outside the config. */
export interface SecretRef {
  readonly source: SecretSource;
  readonly provider: string;
  readonly id: string;
}

const SOURCES: readonly string[] = ["env", "file", "exec", "store"];
const PROVIDER = /^[a-z][a-z0-9_-]{0,63}$/;
const NAME = /^[A-Z][A-Z0-9_]{0,127}$/;
const EXEC_ID = /^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,255}$/;

/** True when `value` is meant as a reference: an object with a `source` and an `id`. Its parts may still be wrong. */
export function isRefShaped(value: unknown): value is Record<string, unknown> {
  return isObject(value) && typeof value["source"] === "string" && Object.hasOwn(value, "id");
}

/** Reads a reference, `default` standing in for a missing provider. Returns why it is none as text. */
export function readRef(value: unknown): SecretRef | string {
  if (!isRefShaped(value)) return "is no secret reference";
  const { source, provider = "default", id } = value;
  if (!isSource(source)) return `source must be one of ${SOURCES.join(", ")}`;
  if (typeof provider !== "string" || !PROVIDER.test(provider))
    return `provider must match ${PROVIDER.source}`;
  if (typeof id !== "string") return "id must be a string";
  const problem = idProblem(source, id);
  return problem ?? { source, provider, id };
}

/** Two references that name the same secret have the same key. */
export function refKey(ref: SecretRef): string {
  return `${ref.source}:${ref.provider}:${ref.id}`;
}

function idProblem(source: SecretSource, id: string): string | undefined {
  switch (source) {
    case "env":
    case "store":
      return NAME.test(id) ? undefined : `id must match ${NAME.source}`;
    case "file":
      return id === "value" || /^\/(?:[^~]|~[01])*$/.test(id)
        ? undefined
        : 'id must be an absolute JSON pointer ("/…") or "value"';
    case "exec":
      if (!EXEC_ID.test(id)) return `id must match ${EXEC_ID.source}`;
      return id.split("/").some((part) => part === "." || part === "..")
        ? 'id must not contain "." or ".." segments'
        : undefined;
  }
}

function isSource(value: unknown): value is SecretSource {
  return typeof value === "string" && SOURCES.includes(value);
}
