import { basename } from "node:path";
import { type PlacedIssue, displayPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { readFlags } from "../commands/config.ts";
import { CliError } from "../errors.ts";
import { issueJson, issueText, openConfig } from "./open.ts";
import { untrustedProviders } from "./provider-trust.ts";
import { startDoubts } from "./start-doubts.ts";

export const run: Run<typeof readFlags> = async ({ flags, session }) => {
  const { out, paths } = session;
  const snapshot = openConfig(session).peek();
  const place = displayPath(snapshot.path, paths.home);
  const warnings = [
    ...snapshot.warnings,
    ...snapshot.legacyIssues,
    ...(await untrustedProviders(session, snapshot)),
    ...(snapshot.valid ? startDoubts(snapshot) : []),
  ];
  if (!snapshot.valid) {
    const problems = snapshot.issues.map((issue) => `  × ${located(issue, snapshot.path)}`);
    throw new CliError(
      flags.json ? `Config invalid: ${place}` : [`Config invalid: ${place}`, ...problems].join("\n"),
      {
        beside: {
          valid: false,
          path: snapshot.path,
          issues: snapshot.issues.map(issueJson),
          warnings: warnings.map(issueJson),
        },
        hint: "See what is allowed: openclaw config schema",
      },
    );
  }
  if (flags.json) {
    out.json({ valid: true, path: snapshot.path, warnings: warnings.map(issueJson) });
    return;
  }
  out.line(snapshot.exists ? `Config valid: ${place}` : `Config valid: ${place} (missing: defaults apply)`);
  for (const warning of warnings) out.warn(`  ! ${located(warning, snapshot.path)}`);
};

function located(issue: PlacedIssue, configPath: string): string {
  if (issue.line === undefined) return issueText(issue);
  const column = issue.column === undefined ? "" : `:${issue.column}`;
  return `${basename(issue.file ?? configPath)}:${issue.line}${column} — ${issueText(issue)}`;
}
