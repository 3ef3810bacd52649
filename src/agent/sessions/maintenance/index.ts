export {
  type MaintenanceReport,
  SessionMaintenance,
  type SessionMaintenanceDeps,
} from "./session-maintenance.ts";
export type { MaintenanceReason } from "./verdicts.ts";
