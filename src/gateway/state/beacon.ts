import type { ParamsOf, PresenceEntry, status } from "../../protocol/index.ts";

/** What a `system-event` says about its sender. */
export type Beacon = Partial<Omit<PresenceEntry, "ts">> & {
  text: string;
  /** The sender no longer says when its user was last active. */
  clearsLastInput?: boolean;
};

/** Tag by which a client withdraws `lastInputSeconds`. */
const CLEAR_LAST_INPUT = "system-presence-clear-last-input";

/** Changes that are no news: clients repeat their beacon and say so here. */
const ROUTINE_REASONS = ["heartbeat", "connect", "launch", "instances-refresh"];

/** True for a text that describes a program, not a note for the session. */
export function isBeaconText(text: string): boolean {
  return text.startsWith("Node:");
}

/** Reads a beacon; fields win over what the text says, blank ones count as absent. */
export function beaconOf(params: ParamsOf<typeof status.systemEvent>): Beacon {
  const text = params.text.trim();
  const said = isBeaconText(text) ? readText(text) : {};
  const named = {
    deviceId: params.deviceId,
    instanceId: params.instanceId,
    host: params.host,
    ip: params.ip,
    mode: params.mode,
    version: params.version,
    platform: params.platform,
    deviceFamily: params.deviceFamily,
    modelIdentifier: params.modelIdentifier,
    reason: params.reason,
  };
  const lists = { roles: params.roles, scopes: params.scopes, tags: params.tags };
  const lastInputSeconds = params.lastInputSeconds ?? said.lastInputSeconds;
  const clearsLastInput = params.tags?.includes(CLEAR_LAST_INPUT) ?? false;
  return {
    text,
    ...said,
    ...withoutBlanks(named),
    ...withoutEmpty(lists),
    ...(lastInputSeconds !== undefined && { lastInputSeconds: Math.max(0, Math.round(lastInputSeconds)) }),
    ...(clearsLastInput && { lastInputSeconds: undefined, clearsLastInput }),
  };
}

/** The note for the main session about what a beacon changed; undefined when it is not worth one. */
export function noteOf(before: PresenceEntry | undefined, after: PresenceEntry): string | undefined {
  const differs = (key: "host" | "ip" | "version" | "mode" | "reason") => before?.[key] !== after[key];
  const { host = "unknown", ip, version, mode, reason } = after;
  const parts = [
    differs("version") && version !== undefined && `app ${version}`,
    differs("mode") && mode !== undefined && `mode ${mode}`,
    differs("reason") && reason !== undefined && !isRoutine(reason) && `reason ${reason}`,
  ].filter((part) => part !== false);
  if (parts.length === 0 && !differs("host") && !differs("ip")) return undefined;
  return [`Node: ${host}${ip === undefined ? "" : ` (${ip})`}`, ...parts].join(" · ");
}

function isRoutine(reason: string): boolean {
  const word = reason.toLowerCase();
  return word.startsWith("periodic") || ROUTINE_REASONS.includes(word);
}

/** `Node: host (ip) · app 1.0 · last input 3s ago · mode ui · reason launch`, any part of it. */
function readText(text: string): Partial<PresenceEntry> {
  const [head = "", ...parts] = text.split("·").map((part) => part.trim());
  const name = /^Node:\s*([^()]+?)\s*(?:\(([^)]+)\))?$/.exec(head);
  const part = (pattern: RegExp) => parts.map((said) => pattern.exec(said)?.[1]).find(Boolean);
  const idle = part(/^last input (\d{1,9})s ago$/);
  return {
    ...withoutBlanks({
      host: name?.[1],
      ip: name?.[2],
      version: part(/^app (.+)$/),
      mode: part(/^mode (.+)$/),
      reason: part(/^reason (.+)$/),
    }),
    ...(idle !== undefined && { lastInputSeconds: Number(idle) }),
  };
}

function withoutBlanks<T extends Record<string, string | undefined>>(fields: T): Partial<T> {
  const kept = Object.entries(fields).flatMap(([name, value = ""]) =>
    value.trim() === "" ? [] : [[name, value.trim()] as const],
  );
  return Object.fromEntries(kept) as Partial<T>;
}

function withoutEmpty<T extends Record<string, readonly string[] | undefined>>(fields: T): Partial<T> {
  const kept = Object.entries(fields).flatMap(([name, values = []]) => {
    const words = values.map((value) => value.trim()).filter(Boolean);
    return words.length === 0 ? [] : [[name, words] as const];
  });
  return Object.fromEntries(kept) as unknown as Partial<T>;
}
