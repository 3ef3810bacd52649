import type { RunOutcome } from "../../agent/index.ts";
import {
  type Accounts,
  type Deliveries,
  type DeliveryOutcome,
  SendError,
  type Target,
  TargetError,
  type TurnReply,
} from "../../channels/index.ts";
import {
  type agent,
  invalidRequest,
  type ParamsOf,
  type ProtocolError,
  type SessionKey,
} from "../../protocol/index.ts";
import type { SessionRoute } from "../../store/index.ts";
import { ANSWER_PATIENCE_MS } from "./limits.ts";

type Wishes = Pick<
  ParamsOf<typeof agent.agent>,
  "channel" | "replyChannel" | "to" | "replyTo" | "accountId" | "replyAccountId" | "threadId"
>;

/** A chat an answer is to be sent to. */
export interface Destination {
  readonly channel: string;
  readonly accountId: string;
  readonly target: Target;
  /** As people write it. */
  readonly to: string;
}

/** What became of an answer that was to be sent to a chat. */
export interface DeliveryReport {
  readonly status: "sent" | "partial" | "failed" | "uncertain" | "pending" | "suppressed";
  readonly channel: string;
  readonly to: string;
  readonly accountId: string;
  readonly messageIds: readonly string[];
  readonly error?: string;
}

export interface AgentDeliveryDeps {
  readonly accounts: Pick<Accounts, "account" | "channel" | "channels">;
  readonly deliveries: Pick<Deliveries, "deliver">;
  /** What a turn answered, as a chat is told it. */
  readonly replies: (outcome: RunOutcome) => Promise<readonly TurnReply[]>;
  /** Where a session's conversation was last seen. */
  readonly lastRoute: (key: SessionKey) => Promise<SessionRoute | undefined>;
}

/** Words that mean the connection that asked, whatever it is called. */
const HERE: ReadonlySet<string> = new Set(["", "webchat", "cli"]);

/** Sends the answers of turns that operators asked for to a chat as well (`agent --deliver`). */
export class AgentDelivery {
  constructor(private readonly deps: AgentDeliveryDeps) {}

  /** Whether a word of a request names a channel that can be answered on, or none. */
  knows(channel: string | undefined): boolean {
    const name = channel?.trim().toLowerCase() ?? "";
    return HERE.has(name) || name === "last" || this.deps.accounts.account(name) !== undefined;
  }

  /** Where the answer of a request goes: what it names, else where its session was last seen. @throws ProtocolError */
  async destination(wishes: Wishes, key: SessionKey): Promise<Destination> {
    const last = await this.deps.lastRoute(key);
    const named = (wishes.replyChannel ?? wishes.channel)?.trim().toLowerCase();
    const channel =
      named === undefined || named === "last" || HERE.has(named) ? this.channelOf(wishes, last) : named;
    const known = channel === undefined ? undefined : this.deps.accounts.channel(channel);
    if (channel === undefined || known === undefined) throw this.nowhere();
    const stays = last?.channel === channel;
    const written = wishes.replyTo ?? wishes.to ?? (stays ? last.to : undefined);
    if (written === undefined || written === "") throw this.nowhere();
    const sameChat = stays && written === last.to;
    const account = this.deps.accounts.account(
      channel,
      wishes.replyAccountId ?? wishes.accountId ?? (sameChat ? last.accountId : undefined),
    );
    if (!account) throw invalidRequest(`Channel ${channel} has no such account.`);
    try {
      const parsed = known.target(written);
      const topicId = wishes.threadId ?? parsed.topicId ?? (sameChat ? last.threadId : undefined);
      const target = { ...parsed, ...(topicId !== undefined && topicId !== "" && { topicId }) };
      return { channel, accountId: account.id, target, to: known.formatTarget(target) };
    } catch (error) {
      if (error instanceof TargetError) throw invalidRequest(error.message);
      throw error;
    }
  }

  /** Sends what a turn answered, one message after the other. Never rejects: the turn itself has ended well. */
  async deliver(destination: Destination, outcome: RunOutcome): Promise<DeliveryReport> {
    const { channel, to, accountId } = destination;
    const reports: DeliveryOutcome[] = [];
    const report = (status: DeliveryReport["status"], error?: string): DeliveryReport => ({
      status,
      channel,
      to,
      accountId,
      messageIds: reports.flatMap(({ receipts }) => receipts.map(({ messageId }) => messageId)),
      ...(error !== undefined && { error }),
    });
    if (outcome.status !== "ok" || outcome.payloads.length === 0) return report("suppressed");
    for (const [index, reply] of (await this.deps.replies(outcome)).entries()) {
      try {
        const sent = await this.send(destination, outcome, reply, index);
        reports.push(sent);
        if (sent.state !== "sent")
          return report(statusOf(sent, reports), "error" in sent ? sent.error : undefined);
      } catch (error) {
        if (!(error instanceof SendError)) throw error;
        return report(reports.length > 0 ? "partial" : "failed", error.message);
      }
    }
    return report("sent");
  }

  private send(
    { channel, accountId, target }: Destination,
    { runId, sessionKey }: RunOutcome,
    { text, media, replyToId, asVoice }: TurnReply,
    index: number,
  ): Promise<DeliveryOutcome> {
    return this.deps.deliveries.deliver(
      {
        channel,
        accountId,
        target,
        origin: "reply",
        sessionKey,
        runId,
        idempotency: { scope: "agent", key: `${runId}:${index}` },
        content: {
          kind: "message",
          message: {
            text,
            ...(media !== undefined && { media: [media] }),
            ...(replyToId !== undefined && { replyToId }),
            ...(asVoice === true && { asVoice }),
          },
        },
      },
      ANSWER_PATIENCE_MS,
    );
  }

  private nowhere(): ProtocolError {
    const hasChannels = this.deps.accounts.channels().length > 0;
    return invalidRequest(
      hasChannels
        ? "Cannot deliver the answer: this session has no chat yet. Name one: --reply-channel telegram --reply-to <chat>."
        : "Cannot deliver the answer: this gateway has no chat channels. Leave --deliver out to read it here, or connect one: openclaw channels add telegram.",
    );
  }

  /** The channel of a target that names it, of the session, or the only one there is. */
  private channelOf({ replyTo, to }: Wishes, last: SessionRoute | undefined): string | undefined {
    const prefix = /^([a-z]+):/i.exec(replyTo ?? to ?? "")?.[1]?.toLowerCase();
    if (prefix !== undefined && this.deps.accounts.account(prefix) !== undefined) return prefix;
    if (last !== undefined && this.deps.accounts.account(last.channel) !== undefined) return last.channel;
    const [only, ...others] = this.deps.accounts.channels();
    return others.length === 0 ? only?.meta.id : undefined;
  }
}

function statusOf({ state }: DeliveryOutcome, reports: readonly DeliveryOutcome[]): DeliveryReport["status"] {
  switch (state) {
    case "sent":
    case "uncertain":
    case "pending":
      return state;
    case "failed":
    case "dropped":
      return reports.some(({ receipts }) => receipts.length > 0) ? "partial" : "failed";
  }
}
