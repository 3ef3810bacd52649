export {
  canonicalKey,
  factsOf,
  httpSessionKey,
  type HttpSession,
  type InboundFacts,
  InvalidSessionKeyError,
  isRefusedOverHttp,
  isSynthetic,
  type KeyFacts,
  type KeyKind,
  type KeyRules,
  keyFrom,
  linkedName,
  type SessionConfig,
  sessionKeyFor,
} from "./keys/index.ts";
export { chatTypeOf, maySend, type ResetPolicy, resetPolicyOf } from "./policy/index.ts";
export * from "./sessions.ts";
export { type SessionsDeps, StoredSessions } from "./stored-sessions.ts";
export {
  type Point as UsagePoint,
  type RangeParams as UsageRangeParams,
  type SessionsUsageParams,
  UsageReports,
  type UsageReportsDeps,
} from "./usage/index.ts";
export {
  type MaintenanceReason,
  type MaintenanceReport,
  SessionMaintenance,
  type SessionMaintenanceDeps,
} from "./maintenance/index.ts";
export * from "./transfer/index.ts";
