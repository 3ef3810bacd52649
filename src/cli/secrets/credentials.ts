import { isRecord } from "../../client/index.ts";
import { REDACTED, type SecretRef, valueAt, wholeReference } from "../../config/index.ts";
import { targetTypes, type TargetType } from "./plan/targets.ts";

/** A credential that the configuration holds or refers to. */
export interface Credential {
  readonly type: TargetType;
  readonly steps: readonly string[];
  /** `${NAME}` counts as a reference; a text with `${NAME}` in it as `mixed`, for which nothing can be said. */
  readonly kind: "text" | "placeholder" | "reference" | "mixed";
  readonly value: unknown;
}

/** Headers that say who is asking; the others are no secrets. */
const SECRET_HEADER = /authorization|x-api-key|token|secret|password|credential/i;

/** Texts that stand where a server of one's own wants any key. */
const NO_KEY =
  /^(?:none|no-?key|empty|dummy|local|not-needed|ollama(?:-local)?|lm-?studio|vllm|llama\.?cpp)$/i;

/** Every credential in a configuration as it is written, in the order of the table. */
export function credentialsIn(config: unknown): Credential[] {
  return targetTypes().flatMap((type) =>
    type.profile === undefined
      ? placesOf(config, type.pattern).flatMap((steps) => credentialAt(config, type, steps))
      : [],
  );
}

/** The reference a written value is, if it is one; `defaultEnv` is the provider that `${NAME}` means. */
export function writtenRef(value: unknown, defaultEnv: string): unknown {
  const name = typeof value === "string" ? wholeReference(value) : undefined;
  return name === undefined ? value : ({ source: "env", provider: defaultEnv, id: name } satisfies SecretRef);
}

/** The provider that stands for `default` in references to the environment. */
export function defaultEnvProvider(config: unknown): string {
  const usual = valueAt(config, ["secrets", "defaults", "env"]);
  return typeof usual === "string" ? usual : "default";
}

function credentialAt(config: unknown, type: TargetType, steps: readonly string[]): Credential[] {
  const value = valueAt(config, steps);
  if (isRecord(value)) return [{ type, steps, kind: "reference", value }];
  if (typeof value !== "string" || value === "" || isNoSecret(type, steps, value)) return [];
  if (wholeReference(value) !== undefined) return [{ type, steps, kind: "reference", value }];
  if (value.includes(REDACTED)) return [{ type, steps, kind: "placeholder", value }];
  return [{ type, steps, kind: /\$\{[A-Z_][A-Z0-9_]*\}/.test(value) ? "mixed" : "text", value }];
}

function isNoSecret({ pattern }: TargetType, steps: readonly string[], value: string): boolean {
  const name = steps.at(-1) ?? "";
  if (pattern.at(-2) === "headers") return !SECRET_HEADER.test(name);
  return pattern[0] === "models" && pattern.at(-1) === "apiKey" && NO_KEY.test(value);
}

/** The places of a pattern that a configuration has. */
function placesOf(
  config: unknown,
  [step, ...rest]: readonly string[],
  before: readonly string[] = [],
): string[][] {
  if (step === undefined) return [[...before]];
  if (!isRecord(config)) return [];
  const keys = step === "*" ? Object.keys(config) : Object.hasOwn(config, step) ? [step] : [];
  return keys.flatMap((key) => placesOf(config[key], rest, [...before, key]));
}
