import type { OpenClawConfig } from "../../config/index.ts";
import { invalidRequest, unavailable } from "../../protocol/index.ts";
import type { Accounts, AccountView } from "../accounts/index.ts";
import { type Channel, type ChannelAccount, TargetError } from "../channel.ts";
import type { Target } from "../outbound-message.ts";
import type { Params } from "./content/params.ts";
import { assertInReach, isActionAllowed } from "./cross-context.ts";
import type { Address } from "./address.ts";
import type { Directory } from "./directory.ts";
import { assertAllowed, closedGate } from "./gates.ts";
import { actionsOf } from "./offer.ts";
import { accountIn, channelIn, hereOf, targetIn } from "./request-params.ts";
import type { ActionRequest } from "./requests.ts";

/** The accounts, with all there is to say of each. */
export interface KnownAccounts extends Accounts {
  /** The configured accounts of a channel, the default one first. */
  views(channel: string): readonly AccountView[];
  view(channel: string, accountId?: string): AccountView | undefined;
}

export interface AddressingDeps {
  readonly accounts: KnownAccounts;
  readonly directory: Directory;
  readonly config: () => OpenClawConfig;
}

const NO_CHANNEL =
  "Error: Channel is required (no configured channels detected). Run openclaw channels add to configure one, then name it with --channel where there are several.";

/** Finds the channel, the account and the chat somebody means. */
export class Addressing {
  constructor(private readonly deps: AddressingDeps) {}

  /**
   * Where an action is to be done, if the requester may do it there and the account allows it. An agent that names no
   * chat means its own; else the account's `defaultTo` is meant. @throws ProtocolError
   */
  async of(action: string, request: ActionRequest, params: Params): Promise<Address> {
    const here = hereOf(request);
    const named = targetIn(params);
    const channel = this.channel(
      channelIn(request, params) ?? (named === undefined ? here?.channel : undefined),
      named,
    );
    const own = here?.channel === channel.meta.id ? here : undefined;
    const account = this.account(channel, accountIn(request, params) ?? own?.accountId);
    const to = named ?? own?.to ?? defaultOf(account);
    if (to === undefined) {
      throw invalidRequest(
        `${action} needs a target: name a chat (--target), or set channels.${channel.meta.id}.defaultTo`,
      );
    }
    const address = await this.find(channel, account.id, to, params.text("threadId", "messageThreadId"));
    assertAllowed(action, channel, account);
    assertInReach(request.requester, action, address, this.deps.config());
    return address;
  }

  /** What an agent can do through an account of a channel, by what the channel can and the configuration allows. */
  offer(agentId: string, channelId: string, accountId?: string): readonly string[] {
    const { accounts, config } = this.deps;
    const channel = accounts.channel(channelId);
    const account = accounts.account(channelId, accountId);
    if (!channel || !account) return [];
    return actionsOf(channel.capabilities).filter(
      (action) => closedGate(action, account) === undefined && isActionAllowed(agentId, action, config()),
    );
  }

  /** A chat of an account. @throws ProtocolError */
  async find(
    channel: Channel,
    accountId: string | undefined,
    to: string,
    threadId: string | undefined,
  ): Promise<Address> {
    const account = this.account(channel, accountId);
    const target = await this.target(channel, account, to, threadId?.trim() === "" ? undefined : threadId);
    return { channel, account, target, to: `${channel.meta.id}:${channel.formatTarget(target)}` };
  }

  /** The named channel, that of a prefixed target (`telegram:777`), or the only one there is. @throws ProtocolError */
  channel(named: string | undefined, target: string | undefined): Channel {
    const id = named?.trim().toLowerCase();
    if (id !== undefined && id !== "") {
      if (id === "webchat") {
        throw invalidRequest(
          "unsupported channel: webchat (internal-only). Use `chat.send` to write into WebChat, or choose a channel that delivers.",
        );
      }
      const found = this.deps.accounts.channel(id);
      if (!found) throw invalidRequest(`unsupported channel: ${named ?? ""}`);
      return found;
    }
    const configured = this.configured();
    const prefixed = target === undefined ? [] : configured.filter((one) => hasPrefixOf(one, target));
    const [only, ...more] = prefixed.length > 0 ? prefixed : configured;
    if (!only) throw invalidRequest(NO_CHANNEL);
    if (more.length > 0) {
      const names = configured.map(({ meta }) => meta.id).join(", ");
      throw invalidRequest(
        `Error: Channel is required when multiple channels are configured: ${names}. Name one with --channel <channel>.`,
      );
    }
    return only;
  }

  /** Channels with an account that can be used. */
  configured(): readonly Channel[] {
    return this.deps.accounts
      .channels()
      .filter(({ meta }) =>
        this.deps.accounts.views(meta.id).some(({ account }) => account.enabled && account.configured),
      );
  }

  /** The named account, or the channel's default. @throws ProtocolError for one that is not there or cannot be used */
  account(channel: Channel, accountId: string | undefined): ChannelAccount {
    const { id, label } = channel.meta;
    const named = accountId?.trim() === "" ? undefined : accountId?.trim();
    const account = this.deps.accounts.account(id, named);
    if (!account) {
      const known = this.deps.accounts.views(id).map((view) => view.account.id);
      if (known.length === 0) {
        throw unavailable(`${label} has no account. Run openclaw channels add --channel ${id}.`, {
          retryable: false,
        });
      }
      throw invalidRequest(`${label} has no account "${named ?? ""}"; there are: ${known.join(", ")}`);
    }
    if (!account.enabled) {
      throw invalidRequest(`${label} account ${account.id} is disabled; set enabled to true to use it`);
    }
    if (!account.configured) {
      throw unavailable(account.problem ?? `${label} account ${account.id} is not configured`, {
        retryable: false,
      });
    }
    return account;
  }

  /** The chat a text means: an id, or the name of a chat the account knows. */
  private async target(
    channel: Channel,
    account: ChannelAccount,
    text: string,
    threadId?: string,
  ): Promise<Target> {
    const target = await this.targetOf(channel, account, text.trim());
    if (threadId === undefined) return target;
    if (target.topicId !== undefined && target.topicId !== threadId) {
      throw invalidRequest(`the target names topic ${target.topicId}, threadId says ${threadId}`);
    }
    return { ...target, topicId: threadId };
  }

  private async targetOf(channel: Channel, account: ChannelAccount, text: string): Promise<Target> {
    try {
      return channel.target(text);
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      const [found, ...more] = await this.deps.directory.named(channel, account, text);
      if (!found) throw invalidRequest(error.message);
      if (more.length === 0) return channel.target(found.id);
      const ids = [found, ...more].map(({ id }) => id).join(", ");
      throw invalidRequest(`"${text}" is the name of several chats (${ids}); name one by its id`);
    }
  }
}

function defaultOf({ settings }: ChannelAccount): string | undefined {
  const text = settings.defaultTo === undefined ? "" : String(settings.defaultTo).trim();
  return text === "" ? undefined : text;
}

/** True when a target begins with a name of the channel, be it a short one (`tg:`), and is one of its targets. */
function hasPrefixOf(channel: Channel, target: string): boolean {
  const prefix = /^\s*([a-z][a-z0-9-]*):/i.exec(target)?.[1]?.toLowerCase();
  if (prefix === undefined) return false;
  if (prefix === channel.meta.id) return true;
  try {
    channel.target(target);
    return true;
  } catch {
    return false;
  }
}
