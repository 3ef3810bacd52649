import type { AgentPart } from "../../../agent/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { type RunId, unavailable } from "../../../protocol/index.ts";
import type { SessionRecord } from "../../../store/index.ts";
import type { Incoming } from "./incoming.ts";
import { gatewayMessage, type Notes } from "./notes.ts";
import type { TurnBroadcast } from "../turn-broadcast.ts";

export interface InjectorDeps {
  readonly agent: Pick<AgentPart, "sessions">;
  readonly notes: Notes;
  readonly turns: TurnBroadcast;
  readonly clock: Clock;
}

/** Puts words into the assistant's mouth: notes of an operator, and of the gateway itself. */
export class Injector {
  constructor(private readonly deps: InjectorDeps) {}

  /** Writes a note at the end of a session and shows it as a finished answer. Returns its id. @throws ProtocolError */
  async inject(record: SessionRecord, text: string): Promise<string> {
    return this.write(record, text, {});
  }

  /** The same for what the gateway says before an answer; the model does not see it. */
  async say(incoming: Pick<Incoming, "target" | "sender" | "kind">, text: string): Promise<void> {
    const { target, sender, kind } = incoming;
    const createdVia = kind === "chat" ? "operator" : "run";
    const { record } = await this.deps.agent.sessions.enter({ ...target, createdVia, sender });
    await this.write(record, text, { excludeFromContext: true });
  }

  private async write(
    record: SessionRecord,
    text: string,
    marks: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const { notes, turns, clock } = this.deps;
    const message = gatewayMessage(text, clock.now());
    const noted = await notes.append(record, [{ ...message, ...marks }]);
    const [stored] = noted?.events ?? [];
    if (!noted || !stored)
      throw unavailable(`Session ${record.key} changed meanwhile. Retry.`, { retryable: true });
    const { key: sessionKey, agentId } = record;
    const runId = `inject-${stored.event.id}` as RunId;
    turns.chat({ runId, sessionKey, agentId }, 0, { state: "final", message });
    turns.sessionMessage(noted.record, stored, stored.messageSeq);
    return stored.event.id;
  }
}
