import { statSync } from "node:fs";
import { type ConfigPath, isObject, readTree, TextError } from "../document/index.ts";
import { formatPath } from "../key-path.ts";
import type { Env } from "../env.ts";
import { MAX_CONFIG_FILE_BYTES } from "../limits.ts";
import type { PlacedIssue, ConfigRules, ConfigSnapshot } from "../snapshot.ts";
import type { ConfigHasher } from "./hash.ts";
import { IncludeError, type Included, readConfigFile, resolveIncludes } from "./include.ts";
import { placeIssues } from "./locate.ts";
import { missingVariableMessage, substituteVariables } from "./substitute.ts";

export interface LoadOptions<Config> {
  readonly configPath: string;
  readonly env: Pick<Env, "raw" | "includeRoots">;
  readonly rules: ConfigRules<Config>;
  readonly hasher: ConfigHasher;
  /** Texts that stand in for files, to see what a write would lead to before it is made. */
  readonly overrides?: ReadonlyMap<string, string>;
}

interface Draft {
  raw: string | null;
  parsed: unknown;
  included: Included;
  issues: PlacedIssue[];
}

/**
 * Reads the config: parse, includes, variables, validation. Never throws for what is in the files; an invalid
 * config comes back with `valid: false` and its issues. A missing file is valid and means defaults.
 */
export function loadSnapshot<Config>(options: LoadOptions<Config>): ConfigSnapshot<Config> {
  const { configPath, env, rules, hasher } = options;
  const draft = readSources(options);
  const source = draft.included.value;
  const variables = { ...inlineVariables(source), ...env.raw };
  const filled = substituteVariables(source, (name) =>
    Object.hasOwn(variables, name) ? variables[name] : undefined,
  );
  const readable = draft.issues.length === 0;
  const modern = rules.modernise?.(filled.value) ?? { config: filled.value, found: [] };
  const verdict = rules.validate(readable ? modern.config : {});
  const texts = new Map(draft.included.files.map((file) => [file.path, file.text]));
  const locate = (issues: readonly PlacedIssue[]) =>
    draft.raw === null || !readable
      ? [...issues]
      : placeIssues(issues, { path: configPath, text: draft.raw }, draft.included.sites, texts);
  const missing = filled.missing.map(({ name, path }) => ({ path, message: missingVariableMessage(name) }));
  return {
    path: configPath,
    exists: draft.raw !== null || draft.issues.length > 0,
    raw: draft.raw,
    parsed: draft.parsed,
    sourceConfig: source,
    resolved: modern.config,
    config: verdict.config,
    valid: readable && verdict.ok,
    readable,
    issues: readable ? locate(verdict.issues) : draft.issues,
    warnings: readable ? locate([...verdict.warnings, ...missing]) : [],
    legacyIssues: readable ? locate(modern.found) : [],
    includedPaths: [...texts.keys()],
    includes: draft.included.sites,
    includedTexts: texts,
    hash: hasher.texts([draft.raw ?? "", ...[...texts].flat()]),
    revisionHash: hasher.value(filled.value),
    variables,
    filledPaths: filled.filled,
  };
}

function readSources<Config>(options: LoadOptions<Config>): Draft {
  const { configPath } = options;
  const nothing: Included = { value: {}, sites: [], files: [] };
  const draft: Draft = { raw: null, parsed: {}, included: nothing, issues: [] };
  const override = options.overrides?.get(configPath);
  if (override === undefined && isMissing(configPath)) return draft;
  try {
    draft.raw = override ?? readConfigFile(configPath, MAX_CONFIG_FILE_BYTES);
  } catch (cause) {
    draft.issues.push({
      path: "",
      message: `The config file cannot be read: ${messageOf(cause)}`,
      file: configPath,
    });
    return draft;
  }
  try {
    draft.parsed = Bun.JSON5.parse(draft.raw);
  } catch (cause) {
    draft.issues.push({ path: "", file: configPath, ...explainSyntax(draft.raw, cause) });
    return draft;
  }
  if (!isObject(draft.parsed)) {
    draft.issues.push({
      path: "",
      message: "The config must be an object, for example {}",
      file: configPath,
      line: 1,
      column: 1,
    });
    return draft;
  }
  try {
    draft.included = resolveIncludes(draft.parsed, {
      configPath,
      roots: options.env.includeRoots,
      ...(options.overrides && { overrides: options.overrides }),
    });
    if (!isObject(draft.included.value))
      throw new IncludeError("Config root must be an object", [], configPath);
  } catch (cause) {
    if (!(cause instanceof IncludeError)) throw cause;
    draft.issues.push(includeIssue(cause, draft.raw, configPath));
    draft.included = nothing;
  }
  return draft;
}

/** A file in a folder that this user may not enter is there all the same: whoever calls it missing would have it made anew. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function includeIssue(error: IncludeError, rootText: string, configPath: string): PlacedIssue {
  const path = formatPath(error.path);
  const issue = { path, message: error.message, file: error.file };
  if (error.badText !== undefined)
    return { ...issue, ...explainSyntax(error.badText, error.cause, error.message) };
  if (error.file !== configPath) return issue;
  const directive: ConfigPath = [...error.path, "$include"];
  const text = { path: configPath, text: rootText };
  const [located] = placeIssues([{ path: formatPath(directive), message: "" }], text, [], new Map());
  return {
    ...issue,
    ...(located?.line !== undefined && { line: located.line, column: located.column ?? 1 }),
  };
}

/** Where and why a text is no JSON5. */
function explainSyntax(
  text: string,
  cause: unknown,
  lead = "",
): Pick<PlacedIssue, "message" | "line" | "column"> {
  const intro = lead === "" ? "" : `${lead}: `;
  try {
    readTree(text);
  } catch (error) {
    if (error instanceof TextError) {
      return { message: intro + error.message, line: error.line, column: error.column };
    }
  }
  return { message: `${intro}${messageOf(cause)}` };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** `env.vars`, and the older form with the names directly under `env`. */
function inlineVariables(source: unknown): Record<string, string> {
  const env = isObject(source) ? source["env"] : undefined;
  if (!isObject(env)) return {};
  const { vars, ...rest } = env;
  const named = Object.entries(rest).concat(isObject(vars) ? Object.entries(vars) : []);
  const values: Record<string, string> = {};
  for (const [name, value] of named) {
    if (typeof value === "string" && value.trim() !== "" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      values[name] = value;
  }
  return values;
}
