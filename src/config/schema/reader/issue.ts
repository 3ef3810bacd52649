import { joinPath } from "../../key-path.ts";

/**
 * What is wrong: the type of a value, a value of the right type, a key nobody knows, a key that must be there, keys that
 * do not go together, or a known key that this version does not read.
 */
export type IssueKind = "type" | "value" | "unknown-key" | "missing" | "conflict" | "unsupported";

/** One finding about a configuration. */
export interface ConfigIssue {
  /** Dotted path of the value; of the object that holds it for an unknown key. Empty for the whole file. */
  readonly path: string;
  readonly message: string;
  readonly kind: IssueKind;
  /** The unknown key. */
  readonly key?: string;
  /** What the unknown key was probably meant to be. */
  readonly suggestion?: string;
  /** All the value may be, when that is a fixed set. */
  readonly allowedValues?: readonly (string | number | boolean)[];
}

/** The path of what has to be changed: the unknown key itself, else the value. */
export function offendingPath(issue: ConfigIssue): string {
  return issue.key === undefined ? issue.path : joinPath(issue.path, issue.key);
}

/** `path: message`, `<root>` for the whole file. */
export function formatIssue(issue: ConfigIssue): string {
  return `${issue.path === "" ? "<root>" : issue.path}: ${issue.message}`;
}
