export { SENSITIVE } from "./field.ts";
export { type ConfigIssue, formatIssue, type IssueKind, offendingPath } from "./issue.ts";
export { configJsonSchema, type ConfigSchemaDocument, type JsonSchema, type UiHint } from "./json-schema.ts";
export { NOT_YET } from "./not-yet.ts";
export { configSchema, type OpenClawConfig, type SectionName, SECTIONS } from "./root.ts";
export {
  EXEC_SECRET_ID_PATTERN,
  FILE_SECRET_ID_PATTERN,
  PROVIDER_ALIAS_PATTERN,
  SECRET_NAME_PATTERN,
  type SecretInput,
  type SecretRef,
  secretRef,
} from "./secret-ref.ts";
export { isSensitivePath } from "./sensitive.ts";
