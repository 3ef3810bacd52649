export { type ConfigIssue, formatIssue, type IssueKind, offendingPath } from "./issue.ts";
export {
  defaultOf,
  type Findings,
  INVALID,
  isRecord,
  type Place,
  readKey,
  reportUnknownKey,
} from "./read.ts";
export { brokenRules } from "./rules.ts";
export { brokenToolRules } from "./tool-rules.ts";
export { literalsOf, wrongType } from "./scalar.ts";
