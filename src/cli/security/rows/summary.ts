import { isRecord } from "../../../client/index.ts";
import type { AuditRow, Seen } from "../audit-row.ts";
import type { AuditFacts } from "../facts.ts";

/** Names of keys that say themselves that they are dangerous. */
const DANGEROUS = /^(?:dangerously?|allowUnsafe|insecure)/;

/** Keys that have a row of their own. */
const TOLD_ELSEWHERE: readonly string[] = ["dangerouslyAllowHostHeaderOriginFallback"];

export const SUMMARY_ROWS: readonly AuditRow[] = [
  {
    checkId: "config.insecure_or_dangerous_flags",
    title: "A protection is switched off",
    reason: "Keys named dangerous are for breaking glass; each that is on is a wall less.",
    remediation: "Unset it when it is not needed any more: openclaw config unset <key>",
    look: ({ resolved }) =>
      dangerousKeys(resolved, "").map((path): Seen => ({
        severity: "warn",
        detail: `${path} is true.`,
        remediation: `openclaw config unset ${path}`,
      })),
  },
  {
    checkId: "config.unusable",
    title: "The configuration cannot be used",
    reason: "What an audit says of a file that it cannot read is true of the defaults alone.",
    remediation: "See what is wrong with it: openclaw config validate",
    look: ({ configFault }) =>
      configFault === undefined ? undefined : { severity: "critical", detail: configFault },
  },
  {
    checkId: "summary.attack_surface",
    title: "What can be reached",
    reason: "The whole of it in a few words.",
    remediation: "Nothing, if that is meant",
    look: (facts) => ({ severity: "info", detail: surface(facts).join("; ") }),
  },
];

function surface({ bind, authMode, config, agentIds }: AuditFacts): string[] {
  const channels = Object.keys(config.channels ?? {}).filter(
    (id) => id !== "defaults" && id !== "modelByChannel",
  );
  return [
    `port: ${bind.exposed ? `open to other machines (${bind.mode})` : "this machine only"}`,
    `tailscale: ${config.gateway.tailscale.mode}`,
    `auth: ${authMode}`,
    `TLS: ${config.gateway.tls.enabled ? "on" : "off"}`,
    `channels: ${channels.length === 0 ? "none" : channels.join(", ")}`,
    `agents: ${agentIds.length === 0 ? "main" : agentIds.join(", ")}`,
    "trust: one owner; gateways of people who do not trust one another are kept apart",
  ];
}

function dangerousKeys(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => dangerousKeys(item, `${path}[${index}]`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path === "" ? key : `${path}.${key}`;
    const switched = inner === true && DANGEROUS.test(key) && !TOLD_ELSEWHERE.includes(key);
    return switched ? [here] : dangerousKeys(inner, here);
  });
}
