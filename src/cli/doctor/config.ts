import { displayPath, type PlacedIssue } from "../../config/index.ts";
import { issueText, openConfig } from "../config/open.ts";
import { untrustedProviders } from "../config/provider-trust.ts";
import type { Session } from "../session.ts";
import type { Check, Finding } from "./check.ts";
import { lastGoodRepair } from "./last-good.ts";

/** The configuration can be read and means something. */
export const configCheck: Check = {
  id: "config",
  title: "Configuration",
  reason: "A gateway does not start on a configuration that it cannot understand.",
  async run(session) {
    const snapshot = openConfig(session).peek();
    if (!snapshot.exists) return [missing(snapshot.path)];
    const doubts = [...snapshot.warnings, ...(await untrustedProviders(session, snapshot))];
    const warnings = doubts.map((issue): Finding => ({
      severity: "warning",
      ...placed(issue, snapshot.path, session),
    }));
    if (!snapshot.valid) {
      const repair = lastGoodRepair(session, snapshot);
      const errors = snapshot.issues.map((issue, index): Finding => ({
        severity: "error",
        ...placed(issue, snapshot.path, session),
        ...(index === 0 && repair !== undefined
          ? { repair }
          : { fixHint: "Correct the file, then: openclaw config validate" }),
      }));
      return [...errors, ...warnings];
    }
    return [...modeFindings(snapshot.config.gateway.mode), ...warnings];
  },
};

function missing(path: string): Finding {
  return {
    severity: "warning",
    message: "There is no configuration file: a gateway starts here only with --allow-unconfigured.",
    path,
    fixHint: "Set it up: openclaw onboard",
  };
}

function modeFindings(mode: string | undefined): Finding[] {
  if (mode !== undefined) return [];
  return [
    {
      severity: "warning",
      message: "gateway.mode is not set: a gateway starts here only with --allow-unconfigured.",
      target: "gateway.mode",
      fixHint: "openclaw config set gateway.mode local",
    },
  ];
}

function placed(issue: PlacedIssue, configPath: string, { paths }: Session): Omit<Finding, "severity"> {
  const file = issue.file ?? configPath;
  const place = issue.line === undefined ? "" : `, line ${issue.line}, column ${issue.column ?? 1}`;
  return {
    message: `${issueText(issue)} (${displayPath(file, paths.home)}${place})`,
    path: file,
    ...(issue.path !== "" && { target: issue.path }),
  };
}
