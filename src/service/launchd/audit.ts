import { auditCommand } from "../audit.ts";
import type { AuditIssue, ServiceDefinition } from "../service.ts";
import { commandOf, fileOfEnvWrapper, launchAgent } from "./agent.ts";
import type { PlistDict, PlistValue } from "./plist.ts";

/** Keys whose differences have a code of their own, or are compared part by part. */
const JUDGED_ELSEWHERE = ["RunAtLoad", "KeepAlive", "ProgramArguments", "Program", "EnvironmentVariables"];

/** Text for people; a difference there is none. */
const FREE_KEYS = ["Comment", "WorkingDirectory"];

/** What an installed LaunchAgent has that it should not have, and the other way round. */
export function auditAgent(
  plist: PlistDict,
  at: { readonly path: string; readonly label: string; readonly logPath: string },
  expected: ServiceDefinition,
): AuditIssue[] {
  const command = commandOf(plist, at.path);
  const issues = auditCommand(command, expected);
  if (plist["RunAtLoad"] !== true) {
    issues.push(
      drift("launchd-run-at-load", "RunAtLoad is not true: the gateway does not start at login.", at.path),
    );
  }
  if (plist["KeepAlive"] !== true) {
    issues.push(
      drift("launchd-keep-alive", "KeepAlive is not true: a gateway that crashed stays down.", at.path),
    );
  }
  if (fileOfEnvWrapper(command.programArguments) !== undefined) {
    const message = "The gateway is started through a script of an earlier version that loads its variables.";
    issues.push(drift("launchd-env-file-argument", message, at.path));
  }
  const wanted = launchAgent(expected, at.label, at.logPath);
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(plist)])].filter(
    (key) => ![...JUDGED_ELSEWHERE, ...FREE_KEYS].includes(key) && !same(plist[key], wanted[key]),
  );
  if (keys.length > 0) {
    const detail = keys.map((key) => `${key}: ${shown(plist[key])} -> ${shown(wanted[key])}`).join("; ");
    issues.push({
      code: "launchd-settings",
      message: "Settings of the LaunchAgent are not those of an installation; somebody may have meant them.",
      level: "aggressive",
      detail,
    });
  }
  return issues;
}

function drift(code: string, message: string, detail: string): AuditIssue {
  return { code, message, level: "recommended", detail };
}

function same(one: PlistValue | undefined, other: PlistValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function shown(value: PlistValue | undefined): string {
  return value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}
