import { existsSync } from "node:fs";
import { auditCommand } from "../audit.ts";
import type { AuditIssue, InstalledCommand, ServiceDefinition } from "../service.ts";
import { directoryOf, differences, isCommandField, type TaskFields } from "./task-reading.ts";
import { SERVICE_ENV_OPTION } from "./task-xml.ts";

/** Settings that end, or never start, a gateway when they are wrong; the others somebody may have meant. */
const VITAL = /^(?:Settings\.(?:DisallowStart|StopIf|Execution|Restart|Multiple)|Triggers\.|Principals\.)/;

/** What is not as it should be in a task, or in the launcher that stands in for one. */
export function auditTask(
  command: InstalledCommand,
  installed: TaskFields | undefined,
  expected: ServiceDefinition,
  meant: TaskFields,
): AuditIssue[] {
  return [
    ...auditCommand(command, expected, { comparesPath: false }),
    ...environmentIssues(command),
    ...(installed === undefined ? [] : settingIssues(installed, meant)),
  ];
}

function environmentIssues({ programArguments: args }: InstalledCommand): AuditIssue[] {
  const at = args.indexOf(SERVICE_ENV_OPTION);
  const file = at < 0 ? undefined : args[at + 1];
  if (file !== undefined && existsSync(file)) return [];
  const detail = file === undefined ? `no ${SERVICE_ENV_OPTION}` : `missing: ${file}`;
  const message = "The task does not lead to the environment of the gateway.";
  return [{ code: "schtasks-environment-missing", message, level: "recommended", detail }];
}

function settingIssues(installed: TaskFields, meant: TaskFields): AuditIssue[] {
  // No directory at all is the system's own folder, which no gateway may work in.
  const fields = differences(installed, meant).filter(
    ({ field }) => !isCommandField(field) && field !== "RegistrationInfo.Description",
  );
  return fields.map((one) => ({
    code: "schtasks-setting-mismatch",
    message: `The task's ${one.field} is not the one of an installed gateway.`,
    level: VITAL.test(one.field) || directoryOf(installed) === undefined ? "recommended" : "aggressive",
    detail: `${one.installed ?? "none"} -> ${one.expected}`,
  }));
}
