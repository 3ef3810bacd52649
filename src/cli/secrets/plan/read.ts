import { isRecord } from "../../../client/index.ts";
import { parsePath, PROVIDER_ALIAS_PATTERN, type SecretRef, validateConfig } from "../../../config/index.ts";
import { CliError } from "../../errors.ts";
import type { Plan, PlanTarget } from "./plan.ts";
import { fitsPattern, nameIn, targetType, type TargetType } from "./targets.ts";

/** Keys that reach behind an object. */
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "prototype", "constructor"]);

const ALIAS = new RegExp(PROVIDER_ALIAS_PATTERN);

const FRESH = "Make a fresh plan: openclaw secrets configure --plan-out <path>";

/** Reads a reference, or says why it is none. */
export type ReadRef = (value: unknown) => SecretRef | string;

/** Checks a parsed plan, whole, before anything is done with it. Throws `CliError`. */
export function readPlan(value: unknown, readRef: ReadRef): Plan {
  if (!isRecord(value)) throw invalid("a plan is a JSON object");
  if (value["version"] !== 1 || value["protocolVersion"] !== 1)
    throw invalid("version and protocolVersion have to be 1");
  const targets = value["targets"];
  if (!Array.isArray(targets)) throw invalid("targets has to be a list");
  const options = value["options"] ?? {};
  if (!isRecord(options)) throw invalid("options has to be an object");
  const checked = targets.map((target: unknown, index) => readTarget(target, index, readRef));
  refuseTwice(checked);
  return {
    targets: checked,
    providerUpserts: readUpserts(value["providerUpserts"]),
    providerDeletes: readDeletes(value["providerDeletes"]),
    scrubEnv: readSwitch(options, "scrubEnv"),
    scrubAuthProfiles: readSwitch(options, "scrubAuthProfilesForProviderTargets"),
  };
}

function readTarget(value: unknown, index: number, readRef: ReadRef): PlanTarget {
  const at = `targets[${index}]`;
  if (!isRecord(value)) throw invalid(`${at} has to be an object`);
  const name = filled(value["type"]);
  if (name === undefined) throw invalid(`${at}.type has to name the kind of credential`);
  const type = targetType(name);
  if (type === undefined) throw refused(`Unknown plan target type: ${name}`);
  const { path, steps } = readPath(value, name, type);
  const ref = readRef(value["ref"]);
  if (typeof ref === "string") throw refused(`Invalid plan reference for ${path}: ${ref}`);
  const authProfileProvider = optional(value, "authProfileProvider", at);
  if (type.profile !== undefined && optional(value, "agentId", at) === undefined)
    throw refused(`Missing required agentId for auth-profiles target ${path}`);
  return { type, path, steps, ref, ...(authProfileProvider !== undefined && { authProfileProvider }) };
}

function readPath(
  value: Record<string, unknown>,
  name: string,
  type: TargetType,
): { path: string; steps: readonly string[] } {
  const path = filled(value["path"])?.trim() ?? "";
  const wrong = (reason: string) => refused(`Invalid plan target path for ${name}: ${path}`, reason);
  if (path === "") throw wrong("The path is empty.");
  const parsed = parsePath(path);
  const given = value["pathSegments"];
  if (given !== undefined && !isTexts(given)) throw wrong("pathSegments has to be a list of texts.");
  const steps = given === undefined || given.length === 0 ? parsed : given;
  if (steps === undefined) throw wrong("The path is not well formed.");
  const same = parsed !== undefined && sameSteps(parsed, steps);
  if (!same && steps.join(".") !== path) throw wrong("path and pathSegments name different places.");
  if (steps.some((step) => FORBIDDEN.has(step))) throw wrong("The path has a forbidden step.");
  if (!fitsPattern(type.pattern, steps)) throw wrong(`Paths of this type are ${type.pattern.join(".")}.`);
  for (const key of ["providerId", "accountId"] as const) {
    const id = value[key];
    if (id !== undefined && id !== idOf(key, type, steps)) throw wrong(`${key} is not the one in the path.`);
  }
  return { path, steps };
}

/** The id of this kind that a path encodes. */
function idOf(
  key: "providerId" | "accountId",
  { pattern }: TargetType,
  steps: readonly string[],
): string | undefined {
  const owner = pattern[pattern.indexOf("*") - 1];
  return owner === (key === "providerId" ? "providers" : "accounts") ? nameIn(pattern, steps) : undefined;
}

function refuseTwice(targets: readonly PlanTarget[]): void {
  const seen = new Set<string>();
  for (const { steps, path } of targets) {
    const key = JSON.stringify(steps);
    if (seen.has(key)) throw refused(`The plan names ${path} twice`);
    seen.add(key);
  }
}

function readUpserts(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw invalid("providerUpserts has to be an object");
  for (const [alias, entry] of Object.entries(value)) {
    if (!ALIAS.test(alias) || FORBIDDEN.has(alias))
      throw refused(`Invalid provider alias in providerUpserts: ${alias}`);
    const [issue] = validateConfig({ secrets: { providers: { [alias]: entry } } }).issues;
    if (issue !== undefined) throw refused(`Invalid provider in providerUpserts: ${alias}`, issue.message);
  }
  return value;
}

function readDeletes(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!isTexts(value)) throw invalid("providerDeletes has to be a list of aliases");
  const bad = value.find((alias) => !ALIAS.test(alias) || FORBIDDEN.has(alias));
  if (bad !== undefined) throw refused(`Invalid provider alias in providerDeletes: ${bad}`);
  return value;
}

/** On unless the plan says no. */
function readSwitch(options: Record<string, unknown>, key: string): boolean {
  const value = options[key] ?? true;
  if (typeof value !== "boolean") throw invalid(`options.${key} has to be true or false`);
  return value;
}

function optional(value: Record<string, unknown>, key: string, at: string): string | undefined {
  if (value[key] === undefined) return undefined;
  const text = filled(value[key]);
  if (text === undefined) throw invalid(`${at}.${key} has to be a text that is not empty`);
  return text.trim();
}

function filled(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function sameSteps(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

function invalid(reason: string): CliError {
  return refused(`Invalid secrets plan: ${reason}`);
}

function refused(message: string, reason?: string): CliError {
  return new CliError(`${message}${reason === undefined ? "" : `\n  ${reason}`}`, {
    hint: `Nothing was written. ${FRESH}`,
  });
}
