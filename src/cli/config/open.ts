import {
  ConfigError,
  type ConfigPath,
  ConfigStore,
  lookupSchema,
  type OpenClawConfig,
  openClawRules,
  parsePath,
  type PlacedIssue,
} from "../../config/index.ts";
import { VERSION } from "../../lib/version.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";

/** The configuration file of this session, with the rules of its keys. */
export function openConfig(session: Session): ConfigStore<OpenClawConfig> {
  return new ConfigStore({
    paths: session.paths,
    env: session.env,
    clock: session.clock,
    version: VERSION,
    rules: openClawRules,
  });
}

/** Reads a path as a person writes it. Throws `CliError`. */
export function readPath(text: string): ConfigPath {
  const path = parsePath(text.trim());
  if (path) return path;
  throw new CliError(`Invalid config path: ${text === "" ? '""' : text}.`, {
    hint: "Use dots or brackets, for example gateway.port or 'agents.entries[\"my.id\"]'.",
  });
}

/** True when the schema has a key at this path. */
export function isKnownPath(text: string): boolean {
  return lookupSchema(text) !== undefined;
}

/** A refused write as the command line tells it. */
export function configFailure(error: unknown, beside: Record<string, unknown> = {}): unknown {
  if (!(error instanceof ConfigError)) return error;
  const issues = error.issues;
  const more = issues.slice(1).map((issue) => `\n  × ${issueText(issue)}`);
  return new CliError(`${error.message}${more.join("")}`, {
    cause: error,
    fields: { code: error.code },
    beside: { ...beside, ...(issues.length > 0 && { issues: issues.map(issueJson) }) },
    ...(error.code === "invalid" && {
      hint: "Nothing was written. See what is allowed: openclaw config schema",
    }),
  });
}

/** `<path>: <message>`. */
export function issueText(issue: PlacedIssue): string {
  return `${issue.path === "" ? "<root>" : issue.path}: ${issue.message}`;
}

/** An issue in `--json` output. */
export function issueJson(issue: PlacedIssue): Record<string, unknown> {
  return {
    path: issue.path,
    message: issue.message,
    ...(issue.allowedValues !== undefined && { allowedValues: issue.allowedValues }),
    ...(issue.line !== undefined && { line: issue.line, column: issue.column }),
  };
}
