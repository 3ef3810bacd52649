import {
  ALWAYS_PRESENT,
  type ConfigIssue,
  NotYetTable,
  type OpenClawConfig,
  SECTIONS,
} from "./schema/index.ts";
import {
  brokenRules,
  brokenToolRules,
  defaultOf,
  type Findings,
  INVALID,
  isRecord,
  type Place,
  readKey,
  reportUnknownKey,
  wrongType,
} from "./schema/reader/index.ts";

/** What became of a configuration. */
export interface ConfigValidation {
  /** True when nothing is in `issues`. */
  readonly ok: boolean;
  /** Every default applied; what did not fit is left out or at its default. */
  readonly config: OpenClawConfig;
  /** Faults: the file may not be used as it is. */
  readonly issues: readonly ConfigIssue[];
  /** What is ignored: keys this version does not support, and faults inside them. */
  readonly warnings: readonly ConfigIssue[];
}

const ROOT: Place = { path: "", pattern: "" };

/**
 * Checks a parsed configuration (includes, variables and comments already dealt with) and applies the defaults.
 * `undefined`, a missing file, is an empty configuration. Reads nothing but `value` and leaves it alone.
 */
export function validateConfig(value: unknown): ConfigValidation {
  const findings: Findings = { issues: [], warnings: [], notYet: new NotYetTable() };
  const config = readRoot(value ?? {}, findings);
  const { issues, warnings } = findings;
  if (!issues.some(({ path }) => path === "gateway" || path.startsWith("gateway."))) {
    issues.push(...brokenRules(config.gateway));
  }
  issues.push(...brokenToolRules(config));
  return { ok: issues.length === 0, config, issues, warnings };
}

/** The configuration that an empty file stands for. */
export function resolveDefaults(): OpenClawConfig {
  return validateConfig({}).config;
}

function readRoot(value: unknown, out: Findings): OpenClawConfig {
  if (!isRecord(value)) out.issues.push({ path: "", ...wrongType("object", value) });
  const given = isRecord(value) ? value : {};
  const config: Record<string, unknown> = {};
  for (const [name, section] of Object.entries(SECTIONS)) {
    const found = given[name] === undefined ? INVALID : readKey(section(), given[name], ROOT, name, out);
    if (found !== INVALID) config[name] = found;
  }
  for (const name of ALWAYS_PRESENT) {
    if (config[name] === undefined)
      config[name] = defaultOf(SECTIONS[name](), { path: name, pattern: name }, out);
  }
  const known = [...Object.keys(SECTIONS), ...out.notYet.roots()];
  for (const key of Object.keys(given)) {
    if (given[key] !== undefined && !Object.hasOwn(SECTIONS, key)) reportUnknownKey(key, known, ROOT, out);
  }
  if (!isComplete(config)) throw new Error("a section without a default is listed as always present");
  return config;
}

/** The reader left out what does not fit its schema, so a section that is there has the schema's type. */
function isComplete(config: Record<string, unknown>): config is OpenClawConfig {
  return ALWAYS_PRESENT.every((name) => isRecord(config[name]));
}
