export {
  configJsonSchema,
  type ConfigSchemaDocument,
  hintOf,
  type JsonSchema,
  ownKeywords,
  type UiHint,
  unsupportedKey,
} from "./json-schema.ts";
export { isKnownKey, knownKeysBelow } from "./known-keys.ts";
export { NOT_YET, NotYetTable } from "./not-yet.ts";
export { type ConfigIssue, formatIssue, type IssueKind, offendingPath } from "./reader/index.ts";
export { ALWAYS_PRESENT, configSchema, type OpenClawConfig, type SectionName, SECTIONS } from "./root.ts";
export {
  EXEC_SECRET_ID_PATTERN,
  FILE_SECRET_ID_PATTERN,
  PROVIDER_ALIAS_PATTERN,
  SECRET_NAME_PATTERN,
  type SecretInput,
  type SecretRef,
  secretRef,
} from "./secret-ref.ts";
export { credentialPatterns, isSensitivePath } from "./sensitive.ts";
export { childrenOf, schemaAt, visitKeys } from "./walk.ts";
