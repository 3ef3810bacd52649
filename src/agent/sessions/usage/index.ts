export type { RangeParams } from "./range.ts";
export type { Point } from "./series.ts";
export { type SessionsUsageParams, UsageReports, type UsageReportsDeps } from "./usage-reports.ts";
