import {
  type AgentPart,
  commandFingerprint,
  commandOutcome,
  commandRecord,
  commandRow,
  type CommandReply,
  recordedCommand,
  type RunOutcome,
  type Sender,
} from "../../../agent/index.ts";
import { type Clock, inTime } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { RunRepository, SessionRecord } from "../../../store/index.ts";
import type { Incoming } from "./incoming.ts";
import { COMMAND_PATIENCE_MS } from "../limits.ts";
import { gatewayMessage, type Notes } from "./notes.ts";
import type { TurnBroadcast } from "../turn-broadcast.ts";

/** What became of a message that was, or began as, a command. */
export type CommandTaken =
  /** Carried out, or being carried out: the answer comes as a `chat` frame. */
  | { readonly state: "accepted"; readonly acceptedAt: number; readonly done: Promise<RunOutcome> }
  | { readonly state: "in_flight" }
  | { readonly state: "settled"; readonly outcome: RunOutcome }
  | { readonly state: "conflict" }
  /** `/stop`: the ids of what it ended. */
  | { readonly state: "stopped"; readonly runIds: readonly string[] }
  /** The rest of the message is for the model. */
  | { readonly state: "continue"; readonly reply: Extract<CommandReply, { kind: "continue" }> };

export interface CommandDeskDeps {
  readonly agent: Pick<AgentPart, "commands" | "sessions">;
  readonly runs: Pick<RunRepository, "accept" | "settle" | "lookup">;
  readonly turns: TurnBroadcast;
  readonly notes: Notes;
  readonly clock: Clock;
  readonly log: Logger;
}

interface UnderWay {
  readonly fingerprint: string;
  /** Whether it is a command at all; known after a moment. */
  readonly isCommand: Promise<boolean>;
}

/** Carries out chat commands: no model is asked, and a repeat of a request is answered and not done again. */
export class CommandDesk {
  private readonly underWay = new Map<string, UnderWay>();

  constructor(private readonly deps: CommandDeskDeps) {}

  /** Undefined for a message that is for the model as it is. @throws Error of the command */
  async take(incoming: Incoming): Promise<CommandTaken | undefined> {
    const id = `${incoming.kind}:${incoming.runId}`;
    const fingerprint = commandFingerprint(givenOf(incoming));
    const earlier = this.underWay.get(id);
    if (earlier) {
      if (!(await earlier.isCommand)) return undefined;
      return { state: earlier.fingerprint === fingerprint ? "in_flight" : "conflict" };
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.underWay.set(id, { fingerprint, isCommand: promise });
    const forget = (): boolean => this.underWay.delete(id);
    try {
      const taken = await this.first(incoming, fingerprint);
      resolve(taken !== undefined && taken.state !== "continue");
      if (taken?.state === "accepted") void taken.done.then(forget, forget);
      else forget();
      return taken;
    } catch (error) {
      resolve(false);
      forget();
      throw error;
    }
  }

  private async first(incoming: Incoming, fingerprint: string): Promise<CommandTaken | undefined> {
    const known = await this.deps.runs.lookup(incoming.kind, incoming.runId);
    if (known) {
      const recorded = known.state === "settled" ? recordedCommand(known.outcome) : undefined;
      // Anything else under this key was a message for the model: its repeat is too.
      if (!recorded) return undefined;
      return recorded.fingerprint === fingerprint
        ? { state: "settled", outcome: recorded.outcome }
        : { state: "conflict" };
    }
    const { key, agentId } = incoming.target;
    const { sessions, commands } = this.deps.agent;
    const session = await sessions.get(key);
    const isGroup = session !== undefined && sessions.isGroup(session);
    const acceptedAt = this.deps.clock.now();
    const handled = commands.handle(incoming.message, {
      agentId,
      sessionKey: key,
      session,
      sender: incoming.sender,
      isGroup,
    });
    const soon = await this.soon(handled);
    if (soon === LATER) {
      await this.accept(incoming, acceptedAt);
      const done = handled.then(
        (reply) => this.said(incoming, fingerprint, acceptedAt, lateText(reply)),
        (error: unknown) => this.failed(incoming, fingerprint, acceptedAt, error),
      );
      return { state: "accepted", acceptedAt, done };
    }
    if (soon === undefined) return undefined;
    if (soon.kind === "continue") return { state: "continue", reply: soon };
    if (soon.stoppedRuns !== undefined) return { state: "stopped", runIds: soon.stoppedRuns };
    const { text } = soon;
    await this.accept(incoming, acceptedAt);
    const done = Promise.resolve().then(() => this.said(incoming, fingerprint, acceptedAt, text));
    return { state: "accepted", acceptedAt, done };
  }

  /** The reply, or `LATER` when it takes its time. */
  private soon<T>(handled: Promise<T>): Promise<T | typeof LATER> {
    return inTime<T, typeof LATER>(this.deps.clock, COMMAND_PATIENCE_MS, handled, LATER);
  }

  /** Writes question and answer down, beside the model's sight, and tells everybody. */
  private async said(
    incoming: Incoming,
    fingerprint: string,
    acceptedAt: number,
    text: string,
  ): Promise<RunOutcome> {
    const { turns, notes, clock, agent } = this.deps;
    const { runId, sender, target, message, kind } = incoming;
    const { record, created } = await agent.sessions.enter({
      ...target,
      createdVia: kind === "chat" ? "operator" : "run",
      sender,
    });
    const now = clock.now();
    const answer = gatewayMessage(text, now, { idempotencyKey: runId });
    const asked = {
      role: "user",
      content: message,
      timestamp: acceptedAt,
      idempotencyKey: `${runId}:user`,
      ...BESIDE_THE_MODEL,
      __openclaw: senderFacts(sender),
    };
    const noted = await notes.append(record, [asked, { ...answer, ...BESIDE_THE_MODEL }]);
    const outcome = commandOutcome(
      { ...givenOf(incoming), acceptedAt },
      { sessionId: record.sessionId, endedAt: clock.now(), text },
    );
    await this.settle(incoming, fingerprint, outcome);
    const current: SessionRecord = noted?.record ?? record;
    if (created) turns.sessionChanged(current, { reason: "create" });
    turns.chat({ runId, sessionKey: target.key, agentId: target.agentId }, 1, {
      state: "final",
      message: answer,
    });
    for (const stored of noted?.events ?? []) turns.sessionMessage(current, stored, stored.messageSeq);
    turns.sessionChanged(current, { reason: "agent.input.settled" });
    return outcome;
  }

  /** A slow command failed after its asker was told that it had begun. */
  private async failed(
    incoming: Incoming,
    fingerprint: string,
    acceptedAt: number,
    error: unknown,
  ): Promise<RunOutcome> {
    const { runId, target } = incoming;
    this.deps.log.warn("a chat command failed", { error, session: target.key });
    const message = error instanceof Error ? error.message : String(error);
    const outcome: RunOutcome = {
      ...commandOutcome(
        { ...givenOf(incoming), acceptedAt },
        { sessionId: "", endedAt: this.deps.clock.now(), text: "" },
      ),
      status: "error",
      stopReason: "error",
      error: { kind: "internal", message },
    };
    await this.settle(incoming, fingerprint, outcome);
    this.deps.turns.chat({ runId, sessionKey: target.key, agentId: target.agentId }, 1, {
      state: "error",
      errorMessage: message,
    });
    return outcome;
  }

  /** From now on its death is not forgotten: the next gateway settles it. */
  private async accept(incoming: Incoming, acceptedAt: number): Promise<void> {
    await this.deps.runs.accept(commandRow({ ...givenOf(incoming), acceptedAt }));
  }

  private async settle({ kind, runId }: Incoming, fingerprint: string, outcome: RunOutcome): Promise<void> {
    await this.deps.runs.settle(kind, runId, commandRecord(fingerprint, outcome));
  }
}

function givenOf({ kind, runId, target, message }: Incoming) {
  return { namespace: kind, runId, sessionKey: target.key, agentId: target.agentId, message };
}

const LATER: unique symbol = Symbol("later");

/** The model does not see what was arranged between a person and the gateway. */
const BESIDE_THE_MODEL = { excludeFromContext: true } as const;

/** A command that took its time has said what it does; what it would hand on to the model is not waited for any more. */
function lateText(reply: CommandReply | undefined): string {
  if (reply === undefined) return "";
  return reply.kind === "text"
    ? reply.text
    : (reply.notice ?? "Done. Please send the rest of your message again.");
}

/** Whose message it is, as the transcript keeps it. */
function senderFacts({ id, name, isOwner, client }: Sender): Readonly<Record<string, unknown>> {
  return {
    senderIsOwner: isOwner,
    senderId: id,
    ...(name !== undefined && { senderName: name }),
    senderIdentity: { type: "profile", id },
    ...(client && { transport: { clients: [{ id: client.id, mode: client.mode }] } }),
    contextFreeCommand: true,
  };
}
