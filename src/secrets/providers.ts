import { expandPath, getOwn, isObject, parseJsonPointer } from "../config/index.ts";
import { childEnv, type ProgramRequest, type ProgramResult } from "../lib/spawn/index.ts";
import { SecretFailure } from "./errors.ts";
import { PROVIDER_MAX_BYTES, PROVIDER_TIMEOUT_MS } from "./limits.ts";
import type { SecretRef, SecretSource } from "./ref.ts";
import type { SecretStore } from "./store.ts";
import { assertTrustedCommand, type FileOwner, readPrivateFile } from "./trust.ts";

/** What providers look at; given by whoever makes the resolver. */
export interface ProviderWorld {
  readonly owner: FileOwner;
  /** For `~` in paths. */
  readonly home: string;
  readonly store: SecretStore | undefined;
  readonly run: (request: ProgramRequest) => Promise<ProgramResult>;
}

/** The answer for one id: the value, or why there is none. */
export type SecretAnswer = string | SecretFailure;

/** Asks one provider for several ids at once. Never throws; every id gets an answer. */
export async function askProvider(
  refs: readonly SecretRef[],
  secrets: unknown,
  variables: Readonly<Record<string, string>>,
  world: ProviderWorld,
): Promise<SecretAnswer[]> {
  const [first] = refs;
  if (first === undefined) return [];
  try {
    const entry = providerEntry(first, secrets);
    const answers = await ask(first, refs, entry, variables, world);
    return answers.map(checkValue);
  } catch (cause) {
    const failure =
      cause instanceof SecretFailure
        ? cause
        : new SecretFailure("FAILED", `provider ${first.provider} failed`, cause);
    return refs.map(() => failure);
  }
}

/**
 * The provider's entry in `secrets.providers`. Env and store need none for their default alias; every other alias
 * has to be registered with the same source.
 */
export function providerEntry(ref: SecretRef, secrets: unknown): Record<string, unknown> {
  const section = isObject(secrets) ? secrets : {};
  const providers = isObject(section["providers"]) ? section["providers"] : {};
  const defaults = isObject(section["defaults"]) ? section["defaults"] : {};
  const usual = getOwn(defaults, ref.source);
  const defaultAlias = typeof usual === "string" ? usual : "default";
  const direct = getOwn(providers, ref.provider);
  if (isObject(direct) && direct["source"] === ref.source) return direct;
  const builtIn: SecretSource[] = ["env", "store"];
  if (builtIn.includes(ref.source) && ref.provider === defaultAlias) return { source: ref.source };
  const renamed = ref.provider === "default" ? getOwn(providers, defaultAlias) : undefined;
  const needsEntry = !builtIn.includes(ref.source);
  if (needsEntry && isObject(renamed) && renamed["source"] === ref.source) return renamed;
  throw new SecretFailure(
    "PROVIDER_MISSING",
    `secrets.providers.${ref.provider} is not set up with source "${ref.source}"`,
  );
}

function ask(
  first: SecretRef,
  refs: readonly SecretRef[],
  entry: Record<string, unknown>,
  variables: Readonly<Record<string, string>>,
  world: ProviderWorld,
): Promise<SecretAnswer[]> {
  switch (first.source) {
    case "env":
      return Promise.resolve(refs.map((ref) => fromEnv(ref, entry, variables)));
    case "file":
      return Promise.resolve(fromFile(refs, entry, world));
    case "exec":
      return fromProgram(first.provider, refs, entry, variables, world);
    case "store":
      return Promise.all(refs.map((ref) => fromStore(ref, world)));
  }
}

function fromEnv(
  ref: SecretRef,
  entry: Record<string, unknown>,
  variables: Readonly<Record<string, string>>,
): SecretAnswer {
  const { allowlist } = entry;
  if (Array.isArray(allowlist) && !allowlist.includes(ref.id)) {
    return new SecretFailure("NOT_ALLOWED", `${ref.id} is not in the allowlist of provider ${ref.provider}`);
  }
  const value = Object.hasOwn(variables, ref.id) ? variables[ref.id] : undefined;
  return value ?? new SecretFailure("NOT_FOUND", `environment variable ${ref.id} is not set`);
}

function fromFile(
  refs: readonly SecretRef[],
  entry: Record<string, unknown>,
  world: ProviderWorld,
): SecretAnswer[] {
  const path = expandPath(text(entry["path"]) ?? "", world.home);
  const content = readPrivateFile(path, number(entry["maxBytes"]) ?? PROVIDER_MAX_BYTES, world.owner);
  if (entry["mode"] === "singleValue") {
    const value = content.replace(/\r?\n$/, "");
    return refs.map((ref) =>
      ref.id === "value"
        ? value
        : new SecretFailure("INVALID_REF", 'a singleValue file has only the id "value"'),
    );
  }
  const document = parseObject(content, `${path} is no JSON object`);
  return refs.map((ref) => {
    const steps = parseJsonPointer(ref.id);
    if (steps === undefined) return new SecretFailure("INVALID_REF", `${ref.id} is no JSON pointer`);
    let value: unknown = document;
    for (const step of steps) {
      if (Array.isArray(value)) value = value[Number(step)];
      else value = isObject(value) ? getOwn(value, step) : undefined;
    }
    if (typeof value === "string") return value;
    return new SecretFailure("NOT_FOUND", `${path} has no text at ${ref.id}`);
  });
}

async function fromProgram(
  provider: string,
  refs: readonly SecretRef[],
  entry: Record<string, unknown>,
  variables: Readonly<Record<string, string>>,
  world: ProviderWorld,
): Promise<SecretAnswer[]> {
  const command = expandPath(text(entry["command"]) ?? "", world.home);
  const dirs = texts(entry["trustedDirs"]).map((dir) => expandPath(dir, world.home));
  assertTrustedCommand(command, dirs, world.owner);
  const timeoutMs = number(entry["timeoutMs"]) ?? PROVIDER_TIMEOUT_MS;
  const ids = [...new Set(refs.map((ref) => ref.id))];
  const set = isObject(entry["env"]) ? entry["env"] : {};
  const own = Object.entries(set).filter((pair): pair is [string, string] => typeof pair[1] === "string");
  const result = await world.run({
    command,
    args: texts(entry["args"]),
    env: { ...childEnv(variables, texts(entry["passEnv"])), ...Object.fromEntries(own) },
    stdin: JSON.stringify({ protocolVersion: 1, provider, ids }),
    timeoutMs,
    silenceTimeoutMs: number(entry["noOutputTimeoutMs"]) ?? timeoutMs,
    maxOutputBytes: number(entry["maxOutputBytes"]) ?? PROVIDER_MAX_BYTES,
  });
  assertFinished(provider, result);
  const plain =
    entry["jsonOnly"] === false && ids.length === 1 ? result.stdout.replace(/\r?\n$/, "") : undefined;
  return readAnswers(provider, refs, result.stdout, plain);
}

function assertFinished(provider: string, result: ProgramResult): void {
  switch (result.end) {
    case "timeout":
    case "silence":
      throw new SecretFailure("TIMEOUT", `provider ${provider} did not answer in time`);
    case "output-limit":
      throw new SecretFailure("TOO_LARGE", `provider ${provider} printed too much`);
    case "aborted":
      throw new SecretFailure("FAILED", `provider ${provider} was stopped`);
    case "exit":
      if (result.exitCode !== 0) {
        throw new SecretFailure(
          "FAILED",
          `provider ${provider} ended with exit code ${result.exitCode ?? "unknown"}`,
        );
      }
  }
}

/** Protocol 1 of exec providers. What a program prints may be secret, so none of it is ever quoted. */
function readAnswers(
  provider: string,
  refs: readonly SecretRef[],
  stdout: string,
  plain: string | undefined,
): SecretAnswer[] {
  let answer: Record<string, unknown>;
  try {
    answer = parseObject(stdout, `provider ${provider} did not print a JSON object`);
  } catch (cause) {
    if (plain !== undefined) return refs.map(() => plain);
    throw cause;
  }
  if (answer["protocolVersion"] !== 1) {
    if (plain !== undefined) return refs.map(() => plain);
    throw new SecretFailure("BAD_ANSWER", `provider ${provider} did not answer with protocolVersion 1`);
  }
  const values = isObject(answer["values"]) ? answer["values"] : {};
  const errors = isObject(answer["errors"]) ? answer["errors"] : {};
  return refs.map((ref) => {
    const value = getOwn(values, ref.id);
    const error = getOwn(errors, ref.id);
    if (typeof value === "string" && error === undefined) return value;
    const code = isObject(error) ? error["code"] : "NOT_FOUND";
    const known = code === "NOT_FOUND" || code === "AMBIGUOUS_DUPLICATE_KEY";
    return known
      ? new SecretFailure(code, `provider ${provider} answered ${code} for ${ref.id}`)
      : new SecretFailure("FAILED", `provider ${provider} has no value for ${ref.id}`);
  });
}

async function fromStore(ref: SecretRef, world: ProviderWorld): Promise<SecretAnswer> {
  const value = await world.store?.get(ref.id);
  const mend = `set it with: openclaw secrets store set ${ref.id}`;
  return value ?? new SecretFailure("NOT_FOUND", `the secret store has no ${ref.id}; ${mend}`);
}

/** An empty value is no secret, and a redaction placeholder that got stored is one lost. */
function checkValue(answer: SecretAnswer): SecretAnswer {
  if (typeof answer !== "string") return answer;
  if (answer === "") return new SecretFailure("NOT_FOUND", "the value is empty");
  return answer.includes("__OPENCLAW_REDACTED__")
    ? new SecretFailure("PLACEHOLDER", "the value is a redaction placeholder; store the real one again")
    : answer;
}

function parseObject(content: string, problem: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // The parser's message quotes the content, which may be secret.
    throw new SecretFailure("BAD_ANSWER", problem);
  }
  if (!isObject(value)) throw new SecretFailure("BAD_ANSWER", problem);
  return value;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
