import { valueAt } from "../document/index.ts";
import { formatPath, parsePath } from "../key-path.ts";
import { type IsSensitive, looksSecret, redactText, redactValue } from "./redact.ts";
import type { PlacedIssue, ConfigSnapshot } from "../snapshot.ts";

/** The answer to `config.get`: a snapshot with every secret replaced. */
export interface ConfigView {
  readonly path: string;
  readonly includedPaths: readonly string[];
  readonly includeProvenance: readonly { readonly path: string; readonly files: readonly string[] }[];
  readonly agentRosterIncludeOwned: boolean;
  readonly bindingsIncludeOwned: boolean;
  readonly exists: boolean;
  readonly raw: string | null;
  readonly parsed: unknown;
  readonly sourceConfig: unknown;
  readonly resolved: unknown;
  readonly valid: boolean;
  readonly runtimeConfig: unknown;
  readonly config: unknown;
  readonly hash: string;
  readonly issues: readonly PlacedIssue[];
  readonly warnings: readonly PlacedIssue[];
  readonly legacyIssues: readonly PlacedIssue[];
  readonly configRevisionHash: string;
  readonly appliedConfigHash: string;
}

/** Builds the view of `snapshot`; `running` is the snapshot the gateway works with. */
export function viewOf<Config>(
  snapshot: ConfigSnapshot<Config>,
  running: ConfigSnapshot<Config>,
  sensitive: IsSensitive,
): ConfigView {
  const hide = (value: unknown, of: ConfigSnapshot<Config>) => redactValue(value, sensitive, secretFills(of));
  const config = hide(running.config, running);
  const owned = (key: string) =>
    snapshot.includes.some((site) => site.path[0] === key || site.path.length === 0);
  return {
    path: snapshot.path,
    includedPaths: snapshot.includedPaths,
    includeProvenance: snapshot.includes.map((site) => ({ path: formatPath(site.path), files: site.files })),
    agentRosterIncludeOwned: owned("agents"),
    bindingsIncludeOwned: owned("bindings"),
    exists: snapshot.exists,
    raw: snapshot.raw === null ? null : redactText(snapshot.raw, sensitive),
    parsed: redactValue(snapshot.parsed, sensitive),
    sourceConfig: redactValue(snapshot.sourceConfig, sensitive),
    resolved: hide(snapshot.resolved, snapshot),
    valid: snapshot.valid,
    runtimeConfig: config,
    config,
    hash: snapshot.hash,
    issues: snapshot.issues,
    warnings: snapshot.warnings,
    legacyIssues: snapshot.legacyIssues,
    configRevisionHash: snapshot.revisionHash,
    appliedConfigHash: running.revisionHash,
  };
}

/** Strings that a secret-looking variable was filled into, wherever they stand (`Authorization: "Bearer ${KEY}"`). */
function secretFills(snapshot: ConfigSnapshot<unknown>): Set<string> {
  const paths = new Set<string>();
  for (const dotted of snapshot.filledPaths) {
    const path = parsePath(dotted);
    const source = path === undefined ? undefined : valueAt(snapshot.sourceConfig, path);
    if (typeof source !== "string") continue;
    const names = [...source.matchAll(/\$\{([A-Z_][A-Z0-9_]*)\}/g)].map((match) => match[1] ?? "");
    if (names.some(looksSecretName)) paths.add(dotted);
  }
  return paths;
}

function looksSecretName(name: string): boolean {
  return looksSecret(name) || /(?:^|_)(?:KEY|PASS|PWD|AUTH)(?:_|$)/.test(name);
}
