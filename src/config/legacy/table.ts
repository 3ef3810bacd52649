import { isObject, valueAt, withoutValue } from "../document/index.ts";
import { dropped, type LegacyKey, moved, reshaped, spread, withDefaultAt } from "./rewrites.ts";

/** Channels that stood at the root before there was `channels`. */
const ROOT_CHANNELS = ["telegram", "whatsapp", "discord", "slack", "signal", "imessage"] as const;

/** Places of one account's settings: the channel itself; an account of it is `channels.<id>.accounts.<name>`. */
const TELEGRAM = ["channels", "telegram"] as const;

/** The canvas as a plugin of its own, which is how it is configured elsewhere. */
const CANVAS_PLUGIN = ["plugins", "entries", "canvas"] as const;

const isText = (value: unknown): boolean => typeof value === "string";
const isSwitch = (value: unknown): boolean => typeof value === "boolean";

/** `agents.list`, where each agent told its id, as the map it is now. A list that does not fit is left to validation. */
const agentList: LegacyKey = {
  from: ["agents", "list"],
  message: "is agents.entries now, by id",
  stillRead: true,
  rewrite(config, value) {
    const listed = Array.isArray(value) ? value.map(agentOf) : [undefined];
    if (listed.some((agent) => agent === undefined)) return config;
    const rest = withoutValue(config, ["agents", "list"]);
    return listed.reduce(
      (result: unknown, agent) =>
        agent === undefined ? result : withDefaultAt(result, ["agents", "entries", agent.id], agent.entry),
      rest,
    );
  },
};

function agentOf(value: unknown): { id: string; entry: Record<string, unknown> } | undefined {
  if (!isObject(value)) return undefined;
  const { id, ...entry } = value;
  return typeof id === "string" ? { id: id.toLowerCase(), entry } : undefined;
}

/** Channels of this configuration that have groups. */
function groupChannels(config: unknown): string[] {
  const channels = valueAt(config, ["channels"]);
  return ["telegram", "whatsapp"].filter((id) => isObject(channels) && isObject(channels[id]));
}

/** The identity of the one agent there was. Beside several agents nobody can tell whose it is. */
const soleIdentity: LegacyKey = {
  from: ["identity"],
  message: "is agents.entries.main.identity now",
  rewrite(config, value) {
    const entries = valueAt(config, ["agents", "entries"]);
    const others = isObject(entries) && Object.keys(entries).some((id) => id !== "main");
    if (others || valueAt(config, ["agents", "list"]) !== undefined) return config;
    const rest = withoutValue(config, ["identity"]);
    return withDefaultAt(rest, ["agents", "entries", "main", "identity"], value);
  },
};

/** Every key of an earlier version that is understood; in an order in which one may lead to another. */
export const LEGACY_KEYS: readonly LegacyKey[] = [
  ...ROOT_CHANNELS.map((id) => moved([id], ["channels", id])),
  moved(["agent"], ["agents", "defaults"]),
  soleIdentity,
  moved(["routing", "agents"], ["agents", "entries"]),
  moved(["routing", "defaultAgentId"], ["agents", "defaults", "systemAgent", "agentId"]),
  moved(["routing", "bindings"], ["bindings"]),
  moved(["routing", "queue"], ["messages", "queue"]),
  moved(["routing", "allowFrom"], ["channels", "whatsapp", "allowFrom"]),
  moved(["routing", "groupChat", "historyLimit"], ["messages", "groupChat", "historyLimit"]),
  moved(["routing", "groupChat", "mentionPatterns"], ["messages", "groupChat", "mentionPatterns"]),
  spread(
    ["routing", "groupChat", "requireMention"],
    'is requireMention of groups."*" in each channel now',
    (config) => groupChannels(config).map((id) => ["channels", id, "groups", "*", "requireMention"]),
  ),
  emptied(["routing", "groupChat"]),
  emptied(["routing"]),
  moved(["web", "enabled"], ["channels", "whatsapp", "enabled"]),
  emptied(["web"]),
  dropped(["bridge"], "there is no TCP bridge; clients use the gateway's one port"),
  dropped(["channels", "webchat"], "the web chat is part of the gateway's own port"),
  dropped(["gateway", "webchat"], "the web chat is part of the gateway's own port"),
  moved(["gateway", "token"], ["gateway", "auth", "token"]),
  moved(["gateway", "password"], ["gateway", "auth", "password"]),
  reshaped(
    ["gateway", "reload"],
    "is an object with mode now",
    (value) => isText(value) || isSwitch(value),
    (value) => ({ mode: value === true ? "hybrid" : value === false ? "off" : value }),
  ),
  dropped(["gateway", "tailscale", "resetOnExit"], "what Tailscale serves is put back by itself"),
  moved(["gateway", "nodes", "allowCommands"], ["gateway", "nodes", "commands", "allow"]),
  moved(["gateway", "nodes", "denyCommands"], ["gateway", "nodes", "commands", "deny"]),
  {
    from: ["session", "idleMinutes"],
    message: "is session.reset.idleMinutes now",
    rewrite(config, value) {
      const rest = withoutValue(config, ["session", "idleMinutes"]);
      const timed = withDefaultAt(rest, ["session", "reset", "idleMinutes"], value);
      return withDefaultAt(timed, ["session", "reset", "mode"], "idle");
    },
  },
  moved([...TELEGRAM, "requireMention"], [...TELEGRAM, "groups", "*", "requireMention"]),
  reshaped(
    [...TELEGRAM, "streaming"],
    "is an object with mode now",
    (value) => isText(value) || isSwitch(value),
    (value) => ({ mode: value === true ? "partial" : value === false ? "off" : value }),
  ),
  moved([...TELEGRAM, "streamMode"], [...TELEGRAM, "streaming", "mode"]),
  agentList,
  ...["enabled", "port", "root", "liveReload"].map((key) =>
    moved([...CANVAS_PLUGIN, "config", "host", key], ["canvasHost", key]),
  ),
  ...shells([...CANVAS_PLUGIN, "config", "host"]),
];

/** The shell of keys that have moved away. */
function emptied(from: readonly string[]): LegacyKey {
  return {
    from,
    message: "is empty, and means nothing any more",
    isOld: (value) => isObject(value) && Object.keys(value).length === 0,
    rewrite: (config) => withoutValue(config, from) ?? config,
  };
}

/** What is left of a section when the last of its keys has moved away, from the inside out. */
function shells(path: readonly string[]): LegacyKey[] {
  return path.map((_step, index) => emptied(path.slice(0, path.length - index)));
}
