import {
  type AgentPart,
  type AnswerFiles,
  type Attachment,
  type RunObserver,
  type RunOutcome,
  type RunRequest,
  sessionKeyFor,
  type Submission,
} from "../../agent/index.ts";
import type {
  ChannelTurn,
  CommandAnswer,
  Conversations,
  TurnObserver,
  TurnOutcome,
  TurnReply,
  TurnTaken,
} from "../../channels/index.ts";
import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { RunRepository } from "../../store/index.ts";
import type { SystemEvents } from "../state/system-events.ts";
import { attachmentOf } from "../turns/saying/attachments.ts";
import type { Injector } from "../turns/saying/injector.ts";
import { isRunOutcome } from "../turns/saying/outcome-wire.ts";
import { notesOf } from "../turns/saying/turn-requests.ts";
import { CommandsOnce } from "./commands-once.ts";
import { senderOfTurn } from "./speaker.ts";
import { type AnswerPlace, repliesOf, turnOutcome } from "./turn-outcome.ts";

export interface GatewayConversationsDeps {
  readonly agent: Pick<AgentPart, "roster" | "sessions" | "runs" | "commands">;
  readonly runs: Pick<RunRepository, "lookup" | "accept" | "settle">;
  readonly clock: Clock;
  readonly systemEvents: SystemEvents;
  readonly injector: Injector;
  /** Which files answers may bring. */
  readonly files: Pick<AnswerFiles, "pathOf">;
  readonly config: () => OpenClawConfig;
  readonly log: Logger;
}

/** Stands between what was said before in a group and what is to be answered. */
const CURRENT_HEADING = "[Current message - respond to this]";

/** A turn is waited for in pieces of this length; it may take as long as it likes. */
const WAIT_MS = 60 * 60 * 1_000;

/** The agents, as channels speak to them. */
export class GatewayConversations implements Conversations {
  private readonly once: CommandsOnce;

  constructor(private readonly deps: GatewayConversationsDeps) {
    this.once = new CommandsOnce(deps);
  }

  get defaultAgentId(): string {
    return this.deps.agent.roster.defaultId;
  }

  hasAgent(agentId: string): boolean {
    return this.deps.agent.roster.has(agentId);
  }

  identity(agentId: string): ReturnType<Conversations["identity"]> {
    const { roster } = this.deps.agent;
    const { messages, agents } = this.deps.config();
    const { name, emoji } = roster.get(roster.has(agentId) ? agentId : roster.defaultId).identity;
    const own = agents.entries?.[agentId] ?? agents.list?.find(({ id }) => id === agentId);
    const mentionPatterns = own?.groupChat?.mentionPatterns ?? messages?.groupChat?.mentionPatterns;
    return {
      ...(name !== undefined && { name }),
      ...(emoji !== undefined && { emoji }),
      ...(mentionPatterns !== undefined && { mentionPatterns }),
    };
  }

  sessionKey({ binding, kind, id, ...facts }: Parameters<Conversations["sessionKey"]>[0]): SessionKey {
    const { session } = this.deps.config();
    return sessionKeyFor({ ...facts, peer: { kind, id } }, { session, ...(binding && { binding }) });
  }

  async activation(key: SessionKey): Promise<"mention" | "always" | undefined> {
    return (await this.deps.agent.sessions.get(key))?.entry.groupActivation;
  }

  async maySend(key: SessionKey): Promise<boolean> {
    const { sessions } = this.deps.agent;
    return sessions.maySend((await sessions.get(key)) ?? { key, entry: {} });
  }

  command(
    turn: Parameters<Conversations["command"]>[0],
    isNative: boolean,
  ): Promise<CommandAnswer | undefined> {
    return this.once.carryOut(turn, () => this.commanded(turn, isNative));
  }

  private async commanded(
    turn: Parameters<Conversations["command"]>[0],
    isNative: boolean,
  ): Promise<CommandAnswer | undefined> {
    const { sessions, commands } = this.deps.agent;
    const { agentId, sessionKey, chatKind, chatModel } = turn;
    const reply = await commands.handle(turn.text, {
      agentId,
      sessionKey,
      session: await sessions.get(sessionKey),
      sender: senderOfTurn(turn),
      isGroup: chatKind !== "direct",
      native: isNative,
      chatModel,
    });
    if (reply === undefined) return undefined;
    if (reply.kind === "text")
      return { kind: "text", text: reply.text, ...(reply.menu && { menu: reply.menu }) };
    const { message, ...choices } = reply;
    return { ...choices, text: message };
  }

  async submit(turn: ChannelTurn): Promise<TurnTaken> {
    const { systemEvents, agent } = this.deps;
    const events = systemEvents.of(turn.sessionKey);
    const extra = [...(turn.systemPrompt === undefined ? [] : [turn.systemPrompt]), ...notesOf(events)];
    const submission = await agent.runs.submit(this.requestOf(turn, extra));
    if (submission.state === "accepted") systemEvents.drop(events);
    return this.taken(turn.channel, turn.runId, submission);
  }

  async recall(channel: string, runId: RunId): Promise<TurnTaken | undefined> {
    const known = await this.deps.agent.runs.lookup(channel, runId);
    switch (known?.state) {
      case undefined:
        return undefined;
      case "settled":
        return isRunOutcome(known.outcome)
          ? { state: "settled", outcome: await this.told(known.outcome) }
          : undefined;
      case "in_flight":
        return { state: "accepted", done: this.ended(channel, runId, this.waitFor(runId)) };
    }
  }

  note(key: SessionKey, text: string): void {
    this.deps.systemEvents.add(text, key);
  }

  async mirror(key: SessionKey, text: string): Promise<void> {
    const record = await this.deps.agent.sessions.get(key);
    if (record) await this.deps.injector.inject(record, text);
  }

  private requestOf(turn: ChannelTurn, extra: readonly string[]): RunRequest {
    const {
      channel,
      runId,
      agentId,
      sessionKey,
      context,
      text,
      model,
      chatModel,
      thinking,
      queueMode,
      retryOf,
    } = turn;
    const attachments = this.attachmentsOf(turn);
    return {
      namespace: channel,
      kind: "channel",
      runId,
      agentId,
      sessionKey,
      message: context === undefined ? text : `${context}\n\n${CURRENT_HEADING}\n${text}`,
      sender: senderOfTurn(turn),
      createdVia: channel,
      ...(attachments.length > 0 && { attachments }),
      ...(extra.length > 0 && { extraSystemPrompt: extra.join("\n\n") }),
      ...(model !== undefined && { model }),
      ...(chatModel !== undefined && { chatModel }),
      ...(thinking !== undefined && { thinking }),
      ...(queueMode !== undefined && { queueMode }),
      ...(retryOf !== undefined && { retryOf }),
      ...(turn.observer && { observer: runObserver(turn.observer) }),
    };
  }

  /** Pictures and texts; of anything else the message itself says that it came. */
  private attachmentsOf({ media, channel, runId }: ChannelTurn): Attachment[] {
    return media.flatMap(({ name, mimeType, bytes }, index) => {
      try {
        return [attachmentOf(name ?? `attachment-${index + 1}`, mimeType, Buffer.from(bytes))];
      } catch (error) {
        this.deps.log.info("a file from a chat is not shown to the model", { channel, runId, error });
        return [];
      }
    });
  }

  private async taken(channel: string, runId: RunId, submission: Submission): Promise<TurnTaken> {
    switch (submission.state) {
      case "accepted":
      case "in_flight":
        return { state: "accepted", done: this.ended(channel, runId, submission.done) };
      case "settled":
        return { state: "settled", outcome: await this.told(submission.outcome) };
      case "conflict": {
        // The same message was taken with other words around it: what became of that is its answer.
        const before = await this.recall(channel, runId);
        return before ?? { state: "refused", reason: "The same message was taken in another form." };
      }
      case "refused": {
        const { reason, stopping } = submission;
        return { state: "refused", reason, ...(stopping && { stopping }) };
      }
    }
  }

  /** The end of a run. One that this process only laid down never ends here: the next gateway takes it up. */
  private async ended(channel: string, runId: RunId, done: Promise<RunOutcome>): Promise<TurnOutcome> {
    const outcome = await done;
    if (outcome.status === "interrupted") {
      const known = await this.deps.agent.runs.lookup(channel, runId);
      if (known?.state !== "settled") return new Promise(() => undefined);
    }
    return this.told(outcome);
  }

  /** What a turn answered, as a chat is told it. Never rejects. */
  replies(outcome: RunOutcome): Promise<readonly TurnReply[]> {
    return repliesOf(outcome, this.place(outcome));
  }

  private told(outcome: RunOutcome): Promise<TurnOutcome> {
    return turnOutcome(outcome, this.place(outcome));
  }

  private place({ agentId }: RunOutcome): AnswerPlace {
    const { files, agent } = this.deps;
    const { roster } = agent;
    const { workspace } = roster.get(roster.has(agentId) ? agentId : roster.defaultId);
    return { files, workspace };
  }

  private async waitFor(runId: RunId): Promise<RunOutcome> {
    for (;;) {
      const outcome = await this.deps.agent.runs.wait(runId, WAIT_MS);
      if (outcome) return outcome;
    }
  }
}

function runObserver(observer: TurnObserver): RunObserver {
  return {
    started: () => observer.started?.(),
    retrying: (reason) => observer.retrying?.(reason),
    text: ({ full }) => observer.text?.(full),
    message: (text, isFinal) => observer.message?.(text, isFinal),
    tool: (call) => observer.tool?.(call),
  };
}
