import { invalidRequest, type SessionKey, unavailable } from "../../protocol/index.ts";
import type { IdempotencyRepository } from "../../store/index.ts";
import type { Jail } from "../../lib/path-jail/index.ts";
import type { Channel } from "../channel.ts";
import type { ChannelAction } from "../action.ts";
import type { DeliveryRequest } from "../deliveries.ts";
import type { Receipt } from "../outbound-message.ts";
import type { Address } from "./address.ts";
import type { Addressing, KnownAccounts } from "./addressing.ts";
import { broadcast } from "./broadcast.ts";
import { messageOf, pollOf } from "./content/content.ts";
import { Params } from "./content/params.ts";
import { sendParams } from "./content/send-params.ts";
import { assertReadable } from "./cross-context.ts";
import { ALIASES, type Deed, DEEDS } from "./deeds.ts";
import type { History } from "./history.ts";
import { Once } from "./once.ts";
import { type ReceiptFacts, receiptOnWire, sendFailure } from "./outcomes.ts";
import { agentOf, channelIn, hereOf, targetIn } from "./request-params.ts";
import type { ActionAnswer, ActionRequest, PollRequest, SendRequest, SentMessage } from "./requests.ts";
import { type Errand, Sending, type SendingDeps, shortSource } from "./sending.ts";

export interface MessagesDeps extends SendingDeps {
  readonly accounts: KnownAccounts;
  readonly addressing: Addressing;
  readonly history: History;
  readonly idempotency: Pick<IdempotencyRepository, "claim" | "settle" | "release">;
  /** Folders files may be sent from on behalf of an agent, the default one unless named; the workspace and the like. */
  readonly mediaJails: (agentId: string | undefined) => Promise<readonly Jail[]>;
}

/** Says and does things in chats for whoever asks: the methods of the protocol, the command line, the agents' tool. */
export class Messages {
  private readonly once: Once;
  private readonly sending: Sending;

  constructor(private readonly deps: MessagesDeps) {
    this.once = new Once(deps.idempotency);
    this.sending = new Sending(deps);
  }

  /** The method `send`. @throws ProtocolError */
  async send(request: SendRequest): Promise<SentMessage> {
    const params = sendParams(request);
    return this.direct("send", request, params, async (address) => {
      const message = await messageOf(params, address, await this.deps.mediaJails(request.agentId));
      return {
        address,
        content: { kind: "message", message },
        origin: "send",
        sessionKey: request.sessionKey,
      };
    });
  }

  /** The method `poll`. @throws ProtocolError */
  async poll(request: PollRequest): Promise<SentMessage> {
    const params = new Params("poll", { ...request });
    return this.direct("poll", request, params, async (address) => {
      const { channel } = address;
      if (!channel.capabilities.polls) throw invalidRequest(`unsupported poll channel: ${channel.meta.id}`);
      return { address, content: { kind: "poll", poll: pollOf(params) }, origin: "poll" };
    });
  }

  /** The method `message.action`, and what the agents' tool does. @throws ProtocolError */
  async act(request: ActionRequest): Promise<ActionAnswer> {
    const action = ALIASES[request.action] ?? request.action;
    const params = new Params(action, request.params);
    switch (action) {
      case "send":
      case "poll":
        return this.say(action, request, params);
      case "broadcast":
        return broadcast(request, params, { addressing: this.deps.addressing, say: (one) => this.act(one) });
      case "read":
      case "search":
        return this.look(action, request, params);
      default:
        return this.do(action, request, params);
    }
  }

  /** What an operator asks for by a method of its own; the account's gates are for actions. */
  private async direct(
    scope: "send" | "poll",
    request: SendRequest | PollRequest,
    params: Params,
    errand: (address: Address) => Promise<Errand>,
  ): Promise<SentMessage> {
    const { addressing } = this.deps;
    const { to, threadId, accountId, idempotencyKey: key } = request;
    const channel = addressing.channel(request.channel, to);
    const receipts = await this.once.share(scope, key, () =>
      this.sending.deliver({ scope, key }, factsOf(params, scope), async () =>
        errand(await addressing.find(channel, accountId, to, threadId)),
      ),
    );
    const last = receipts.at(-1);
    return {
      runId: key,
      messageId: last?.messageId ?? "",
      channel: channel.meta.id,
      ...(last && { chatId: last.chatId }),
      ...(last?.pollId !== undefined && { pollId: last.pollId }),
    };
  }

  private async say(action: "send" | "poll", request: ActionRequest, params: Params): Promise<ActionAnswer> {
    const scope = `message.action:${action}`;
    const key = request.idempotencyKey;
    const { address, content } = this.errandOf(action, request, params);
    const errand = async (): Promise<Errand> => {
      const found = await address();
      return {
        address: found,
        content: await content(found),
        origin: action,
        sessionKey: request.sessionKey ?? this.conversationThere(request, found),
      };
    };
    if (params.flag("dryRun")) return this.rehearsal(action, await errand());
    const facts = factsOf(params, action);
    const channel = this.channelOf(request, params);
    const receipts = await this.once.share(scope, key, () =>
      this.sending.deliver({ scope, key }, facts, errand),
    );
    return said(action, channel, receipts, facts);
  }

  /** The conversation of the chat that is written to; nothing for an agent's own, which has the tool's call. */
  private conversationThere({ requester }: ActionRequest, address: Address): SessionKey | undefined {
    // A public name alone does not tell what kind of chat it is.
    if (address.target.chatKind === undefined) return undefined;
    const key = this.deps.history.conversation(address);
    return requester.kind === "agent" && key === requester.sessionKey ? undefined : key;
  }

  private errandOf(action: "send" | "poll", request: ActionRequest, params: Params) {
    return {
      address: () => this.deps.addressing.of(action, request, params),
      content: async (address: Address): Promise<DeliveryRequest["content"]> => {
        const { channel } = address;
        if (action === "poll") {
          if (!channel.capabilities.polls) throw unsupported(channel, action);
          return { kind: "poll", poll: pollOf(params) };
        }
        return {
          kind: "message",
          message: await messageOf(params, address, await this.deps.mediaJails(agentOf(request))),
        };
      },
    };
  }

  private rehearsal(action: string, errand: Errand): ActionAnswer {
    this.sending.rehearse(errand);
    const { address, content } = errand;
    return dryRun(
      action,
      address,
      content.kind === "message" ? content.message.media?.[0]?.source : undefined,
    );
  }

  private async look(
    action: "read" | "search",
    request: ActionRequest,
    params: Params,
  ): Promise<ActionAnswer> {
    const { history, addressing } = this.deps;
    const { requester } = request;
    const answer = (channel: string, payload: ActionAnswer["payload"]): ActionAnswer => {
      return { action, channel, dryRun: false, handledBy: "core", payload };
    };
    if (action === "search" && targetIn(params) === undefined) {
      const own = requester.kind === "agent" ? [requester.sessionKey] : undefined;
      return answer(channelIn(request, params) ?? "all", await history.search(own, params));
    }
    const address = await addressing.of(action, request, params);
    const key = history.conversation(address);
    assertReadable(requester, key);
    const payload = await (action === "read" ? history.read(key, params) : history.search([key], params));
    return answer(address.channel.meta.id, payload);
  }

  private async do(action: string, request: ActionRequest, params: Params): Promise<ActionAnswer> {
    const deed = DEEDS[action];
    if (!deed) throw unsupported(this.channelOf(request, params), action);
    const address = await this.deps.addressing.of(action, request, params);
    const wanted = deed.read(params, address, hereOf(request)?.messageId);
    if (params.flag("dryRun")) return dryRun(action, address, undefined);
    const { id } = address.channel.meta;
    const payload = await this.once.remember(
      `message.action:${action}`,
      request.idempotencyKey,
      deed.isRepeatable,
      () => this.carryOut(deed, wanted, address),
    );
    const messageId = typeof payload.messageId === "string" ? payload.messageId : undefined;
    return {
      action,
      channel: id,
      dryRun: false,
      handledBy: "plugin",
      ...(messageId !== undefined && { messageId }),
      payload,
    };
  }

  private async carryOut(deed: Deed, wanted: ChannelAction, { channel, account }: Address) {
    const connection = this.deps.accounts.connection(channel.meta.id, account.id);
    if (!connection) {
      throw unavailable(
        `${channel.meta.label} account ${account.id} is not connected; openclaw channels status says why`,
        { retryable: true },
      );
    }
    try {
      return deed.answer(wanted, await connection.act(wanted));
    } catch (error) {
      throw sendFailure(error);
    }
  }

  private channelOf(request: ActionRequest, params: Params): Channel {
    const target = targetIn(params);
    const named = channelIn(request, params) ?? (target === undefined ? hereOf(request)?.channel : undefined);
    return this.deps.addressing.channel(named, target);
  }
}

function said(
  action: string,
  channel: Channel,
  receipts: readonly Receipt[],
  facts: ReceiptFacts,
): ActionAnswer {
  const last = receipts.at(-1);
  return {
    action,
    channel: channel.meta.id,
    dryRun: false,
    handledBy: "plugin",
    ...(last && { messageId: last.messageId }),
    payload: {
      ok: true,
      ...(last && { messageId: last.messageId, chatId: last.chatId }),
      ...(last?.pollId !== undefined && { pollId: last.pollId }),
      receipt: receiptOnWire(receipts, facts),
    },
  };
}

function dryRun(action: string, { channel, to }: Address, media: string | undefined): ActionAnswer {
  const { id } = channel.meta;
  const mediaUrl = media === undefined ? null : shortSource(media);
  return {
    action,
    channel: id,
    dryRun: true,
    handledBy: "core",
    payload: { channel: id, to, via: "direct", mediaUrl, dryRun: true },
  };
}

function unsupported(channel: Channel, action: string) {
  return invalidRequest(`Channel ${channel.meta.id} does not support action ${action}.`);
}

function factsOf(params: Params, action: "send" | "poll"): ReceiptFacts {
  return {
    kind: action === "poll" ? "poll" : "text",
    threadId: params.text("threadId", "messageThreadId"),
    replyToId: params.text("replyToId", "replyTo", "replyToMessageId"),
  };
}
