import type { RunId, SessionKey } from "../../../protocol/index.ts";
import type { AcceptedRun } from "../../../store/index.ts";
import { NO_USAGE } from "../model/usage.ts";
import type { RunOutcome } from "../run.ts";

/** A chat command somebody gave, by the key under which it may be repeated. */
export interface GivenCommand {
  /** `chat` or `agent`: which kind of request it came with. */
  readonly namespace: string;
  readonly runId: RunId;
  readonly sessionKey: SessionKey;
  readonly agentId: string;
  /** As typed. */
  readonly message: string;
  /** Epoch ms. */
  readonly acceptedAt: number;
}

/** What makes two commands under one key the same one. */
export function commandFingerprint({
  sessionKey,
  agentId,
  message,
}: Pick<GivenCommand, "sessionKey" | "agentId" | "message">): string {
  const said = JSON.stringify(["command", sessionKey, agentId, message]);
  return new Bun.CryptoHasher("sha256").update(said).digest("base64url");
}

/** The row a command is accepted with, among those of turns. */
export function commandRow(given: GivenCommand): AcceptedRun {
  const { message, ...row } = given;
  return { ...row, fingerprint: commandFingerprint(given), request: { command: message } };
}

/** True for what {@link commandRow} made. */
export function isCommandRow({ request }: Pick<AcceptedRun, "request">): boolean {
  return (
    typeof request === "object" && request !== null && typeof Reflect.get(request, "command") === "string"
  );
}

/** How a command ended, in the form in which runs end: it is replayed and waited for like one. */
export function commandOutcome(
  given: Pick<GivenCommand, "runId" | "sessionKey" | "agentId" | "acceptedAt">,
  { sessionId, endedAt, text }: { sessionId: string; endedAt: number; text: string },
): RunOutcome {
  const { runId, sessionKey, agentId, acceptedAt } = given;
  return {
    runId,
    sessionKey,
    sessionId,
    agentId,
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

/** An outcome as it is stored: with the fingerprint, by which it is known to be a command's. */
export function commandRecord(fingerprint: string, outcome: RunOutcome): unknown {
  return { ...outcome, command: fingerprint };
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
