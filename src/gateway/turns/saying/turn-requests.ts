import type { AgentPart, Submission } from "../../../agent/index.ts";
import { invalidRequest } from "../../../protocol/index.ts";
import type { RunRepository, SessionRecord } from "../../../store/index.ts";
import type { SystemEvent, SystemEvents } from "../../state/system-events.ts";
import type { CommandDesk, CommandTaken } from "./command-desk.ts";
import type { Incoming } from "./incoming.ts";
import type { Injector } from "./injector.ts";
import { isRunOutcome } from "./outcome-wire.ts";

/** What became of something said: a run, a command, or a repeat of either. */
export type Taken =
  Exclude<Submission, { state: "in_flight" }> | Exclude<CommandTaken, { state: "continue" }>;

export interface TurnRequestsDeps {
  readonly agent: Pick<AgentPart, "sessions" | "runs">;
  readonly desk: CommandDesk;
  readonly injector: Injector;
  readonly runs: Pick<RunRepository, "lookup">;
  readonly systemEvents: SystemEvents;
}

/** A slash word somewhere in a message: a command may be, or have been, taken out of it. */
const SLASH_WORD = /(?:^|\s)\/[a-z]/i;

/** The one way by which something said over the gateway becomes a command carried out, or a turn. */
export class TurnRequests {
  constructor(private readonly deps: TurnRequestsDeps) {}

  /** @throws ProtocolError when the session takes nothing now */
  async take(incoming: Incoming): Promise<Taken> {
    this.requireOpen(await this.deps.agent.sessions.get(incoming.target.key));
    const taken = incoming.mayCommand ? await this.deps.desk.take(incoming) : undefined;
    if (taken === undefined) return this.submit(incoming);
    if (taken.state !== "continue") return taken;
    const { kind: _, notice, ...choices } = taken.reply;
    if (notice !== undefined && notice !== "") await this.deps.injector.say(incoming, notice);
    return this.submit({ ...incoming, ...choices });
  }

  private requireOpen(record: SessionRecord | undefined): void {
    if (!record) return;
    if (!this.deps.agent.sessions.maySend(record)) throw invalidRequest("send blocked by session policy");
    if (record.entry.archivedAt === undefined) return;
    throw invalidRequest(`Session "${record.key}" is archived. Restore it before starting new work.`);
  }

  private async submit(incoming: Incoming): Promise<Taken> {
    const { target, mayCommand: _, kind, attachments, extraSystemPrompt, ...rest } = incoming;
    const events = this.deps.systemEvents.of(target.key);
    const extra = [...(extraSystemPrompt === undefined ? [] : [extraSystemPrompt]), ...notesOf(events)];
    const submission = await this.deps.agent.runs.submit({
      ...rest,
      ...(attachments.length > 0 && { attachments }),
      ...(extra.length > 0 && { extraSystemPrompt: extra.join("\n\n") }),
      namespace: kind,
      kind,
      sessionKey: target.key,
      agentId: target.agentId,
      createdVia: kind === "chat" ? "operator" : "run",
    });
    if (submission.state === "accepted") this.deps.systemEvents.drop(events);
    if (submission.state === "in_flight") return { state: "in_flight" };
    if (submission.state !== "conflict" || !SLASH_WORD.test(incoming.message)) return submission;
    return (await this.known(incoming)) ?? submission;
  }

  /**
   * A run whose message had a command in it was accepted without that, so its repeat looks like another message. It is
   * answered with what became of the run.
   */
  private async known({ kind, runId }: Incoming): Promise<Taken | undefined> {
    const known = await this.deps.runs.lookup(kind, runId);
    if (known?.state === "in_flight") return { state: "in_flight" };
    const outcome: unknown = known?.outcome;
    return isRunOutcome(outcome) ? { state: "settled", outcome } : undefined;
  }
}

/** What was left for the session since its last turn, for the model. */
export function notesOf(events: readonly SystemEvent[]): string[] {
  if (events.length === 0) return [];
  const lines = events.map(({ text, ts }) => `- [${new Date(ts).toISOString()}] ${text}`);
  return [`System events since the last turn:\n${lines.join("\n")}`];
}
