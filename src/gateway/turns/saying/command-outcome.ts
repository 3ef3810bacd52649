import type { RunOutcome, RunUsage } from "../../../agent/index.ts";
import type { SessionRecord } from "../../../store/index.ts";
import type { Incoming } from "./incoming.ts";

const NO_USAGE: RunUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0, cost: 0 };

/** What makes two commands under one key the same one. */
export function commandFingerprint({ target, message }: Pick<Incoming, "target" | "message">): string {
  const said = JSON.stringify(["command", target.key, target.agentId, message]);
  return new Bun.CryptoHasher("sha256").update(said).digest("base64url");
}

/** How a command ended, in the form in which runs end: it is replayed and waited for like one. */
export function commandOutcome(
  { runId, target }: Pick<Incoming, "runId" | "target">,
  { sessionId }: Pick<SessionRecord, "sessionId">,
  { acceptedAt, endedAt, text }: { acceptedAt: number; endedAt: number; text: string },
): RunOutcome {
  return {
    runId,
    sessionKey: target.key,
    sessionId,
    agentId: target.agentId,
    status: "ok",
    startedAt: acceptedAt,
    endedAt,
    stopReason: "stop",
    text,
    payloads: text === "" ? [] : [{ text, mediaUrl: null }],
    provider: "openclaw",
    model: "gateway-injected",
    contextTokens: 0,
    usage: NO_USAGE,
    lastCallUsage: NO_USAGE,
    assistantTurns: 0,
    toolNames: [],
  };
}

/** A recorded outcome, if it is of a command, with the fingerprint of that. */
export function recordedCommand(value: unknown): { fingerprint: string; outcome: RunOutcome } | undefined {
  if (!isCommandOutcome(value)) return undefined;
  const { command: fingerprint, ...outcome } = value;
  return { fingerprint, outcome };
}

function isCommandOutcome(value: unknown): value is RunOutcome & { readonly command: string } {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "command") === "string";
}
