import { isRecord } from "../../../client/index.ts";
import { valueAt } from "../../../config/index.ts";
import type { AuditRow } from "../audit-row.ts";
import type { AuditFacts } from "../facts.ts";

/** A part of the configuration that decides who may write to a bot. */
interface Entrance {
  readonly channel: string;
  readonly path: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Who speaks to the agents, and what they can do there. */
export const CONVERSATION_ROWS: readonly AuditRow[] = [
  {
    checkId: "channels.<channel>.dm.open",
    title: "Everybody may write to a bot",
    reason:
      "Whoever finds it uses your model and reads what the agent says; only the owner's turns have owner's tools.",
    remediation: "openclaw config set channels.<channel>.dmPolicy pairing",
    look: (facts) =>
      entrances(facts)
        .filter(({ settings }) => settings["dmPolicy"] === "open")
        .map(({ channel, path }) => ({
          severity: "critical",
          detail: `${path.join(".")}.dmPolicy is open.`,
          remediation: `openclaw config set ${path.join(".")}.dmPolicy pairing`,
          checkId: `channels.${channel}.dm.open`,
        })),
  },
  {
    checkId: "channels.<channel>.dm.open_invalid",
    title: "An open bot that lets nobody in",
    reason: 'dmPolicy "open" needs "*" in allowFrom; without it the two say different things.',
    remediation: "openclaw config set channels.<channel>.dmPolicy pairing",
    look: (facts) =>
      entrances(facts)
        .filter(
          ({ settings }) => settings["dmPolicy"] === "open" && !list(settings["allowFrom"]).includes("*"),
        )
        .map(({ channel, path }) => ({
          checkId: `channels.${channel}.dm.open_invalid`,
          severity: "warn",
          detail: `${path.join(".")}.dmPolicy is open and allowFrom has no *.`,
        })),
  },
  {
    checkId: "channels.<channel>.groups.open",
    title: "Every group may use a bot",
    reason: "Whoever adds it to a group lets all members of the group talk to the agent.",
    remediation: "openclaw security audit --fix",
    look: (facts) =>
      entrances(facts)
        .filter(({ settings }) => settings["groupPolicy"] === "open")
        .map(({ channel, path }) => ({
          checkId: `channels.${channel}.groups.open`,
          severity: "warn",
          detail: `${path.join(".")}.groupPolicy is open.`,
          fix: { kind: "config", path: [...path, "groupPolicy"], value: "allowlist" },
        })),
  },
  {
    checkId: "channels.dm.scope_main_multiuser",
    title: "Several people share one conversation",
    reason: "Each of them can ask what the others said.",
    remediation: "openclaw config set session.dmScope per-channel-peer",
    look: (facts) => {
      if ((facts.config.session?.dmScope ?? "main") !== "main") return undefined;
      const shared = entrances(facts).filter(
        ({ settings }) =>
          settings["dmPolicy"] === "open" ||
          list(settings["allowFrom"]).includes("*") ||
          list(settings["allowFrom"]).length > 1,
      );
      return shared.length === 0
        ? undefined
        : {
            severity: "warn",
            detail: `session.dmScope is main, and several may write: ${shared.map(({ path }) => path.join(".")).join(", ")}.`,
          };
    },
  },
  {
    checkId: "security.trust_model.group_scope_main",
    title: "Groups share the main conversation",
    reason: "Every member of every group can ask about everything said there.",
    remediation: "openclaw config unset session.groupScope",
    look: ({ config }) =>
      config.session?.groupScope === "main"
        ? { severity: "warn", detail: "session.groupScope is main." }
        : undefined,
  },
  {
    checkId: "security.trust_model.multi_user_heuristic",
    title: "This looks like a gateway for many people",
    reason:
      "A gateway is one person's assistant: its tools, memory and accounts are the owner's. People who do not trust one " +
      "another need a gateway each.",
    remediation: "Give each group of people a gateway of its own: openclaw --profile <name> onboard",
    look: (facts) => {
      const signals = entrances(facts).flatMap(({ path, settings }) => [
        ...(settings["dmPolicy"] === "open" ? [`${path.join(".")}.dmPolicy is open`] : []),
        ...(settings["groupPolicy"] === "open" ? [`${path.join(".")}.groupPolicy is open`] : []),
        ...(list(settings["allowFrom"]).includes("*") ? [`${path.join(".")}.allowFrom has *`] : []),
      ]);
      return signals.length === 0 ? undefined : { severity: "warn", detail: `${signals.join("; ")}.` };
    },
  },
];

function entrances({ resolved }: AuditFacts): Entrance[] {
  const channels = valueAt(resolved, ["channels"]);
  if (!isRecord(channels)) return [];
  return Object.entries(channels).flatMap(([channel, settings]): Entrance[] => {
    if (!isRecord(settings) || channel === "defaults" || channel === "modelByChannel") return [];
    if (settings["enabled"] === false) return [];
    const accounts = isRecord(settings["accounts"]) ? Object.entries(settings["accounts"]) : [];
    return [
      { channel, path: ["channels", channel], settings },
      ...accounts.flatMap(([id, account]): Entrance[] =>
        isRecord(account) && account["enabled"] !== false
          ? [{ channel, path: ["channels", channel, "accounts", id], settings: account }]
          : [],
      ),
    ];
  });
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
