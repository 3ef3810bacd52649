export { exportSession, type ExportRequest } from "./session-export.ts";
export {
  type ImportAction,
  type ImportItem,
  type ImportPlan,
  type ImportResult,
  SessionImport,
  type SessionImportDeps,
} from "./session-import.ts";
