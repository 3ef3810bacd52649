import type { OpenClawConfig } from "../config/index.ts";
import type { Egress } from "../lib/egress/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import type { SecretRegistry } from "../lib/redact.ts";
import type { ChannelAction, ActionResult } from "./action.ts";
import type { ChannelSelf } from "./linking.ts";
import type { Chat, InboundEvent, MediaRef } from "./inbound-event.ts";
import type { ModelMenus } from "./model-menu.ts";
import type { OutboundMessage, OutboundPart, OutboundPoll, Receipt, Target } from "./outbound-message.ts";

export type { ChannelSelf } from "./linking.ts";

/** How people and clients call a channel. */
export interface ChannelMeta {
  readonly id: string;
  readonly label: string;
  readonly detailLabel: string;
  /** SF Symbol, for the apps. */
  readonly systemImage: string;
  /** What its ids are called in the pairing message: `Telegram user id`. */
  readonly idLabel: string;
}

/** What a channel can do; `channels capabilities` and the agent's tools are told by it. */
export interface ChannelCapabilities {
  readonly chatKinds: readonly ("direct" | "group" | "channel")[];
  readonly edit: boolean;
  readonly reactions: boolean;
  readonly topics: boolean;
  readonly polls: boolean;
  readonly nativeCommands: boolean;
  readonly buttons: boolean;
  readonly drafts: boolean;
  readonly media: readonly string[];
}

type TelegramConfig = NonNullable<NonNullable<OpenClawConfig["channels"]>["telegram"]>;
type WhatsappConfig = NonNullable<NonNullable<OpenClawConfig["channels"]>["whatsapp"]>;
/** What the configuration says of one account of a channel; keys that only some channels have are looked for with `in`. */
export type ChannelSettings =
  Omit<TelegramConfig, "accounts" | "defaultAccount"> | Omit<WhatsappConfig, "accounts" | "defaultAccount">;

/** One account of a channel as configured: what the account says goes before what the channel says. */
export interface ChannelAccount {
  readonly channel: string;
  readonly id: string;
  readonly name?: string;
  readonly enabled: boolean;
  /** It has what it needs to start. */
  readonly configured: boolean;
  /** Where its credential is from: `config`, `env`, `file`, `none` … */
  readonly tokenSource: string;
  /** Why it is not configured, with what mends it. */
  readonly problem?: string;
  readonly settings: ChannelSettings;
  /** Changes with every setting a running connection cannot take over; then it is started anew. */
  readonly fingerprint: string;
}

/** What an account's connection is given. */
export interface ChannelContext {
  readonly account: ChannelAccount;
  /** The account as configured now; what may change without a restart is read here. */
  readonly current: () => ChannelAccount;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly secrets: SecretRegistry;
  /** Resolves once everything new of a batch is durable; until then the platform is not told that it was received. @throws StoreError */
  receive(batch: InboundBatch): Promise<void>;
  /** How far this identity's stream was read. */
  cursor(identity: string): Promise<string | undefined>;
  /** Settles when there is room for more messages: back-pressure. */
  ready(signal: AbortSignal): Promise<void>;
  /** Small state that outlives the process, for example what the platform said of the account. */
  readonly memory: ChannelMemory;
  /** Entries of the command menu. */
  commands(): readonly { readonly name: string; readonly summary: string }[];
  /** The observed state changed. */
  changed(): void;
}

/** Small values of one account, as JSON. */
export interface ChannelMemory {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
}

/** What a platform said in one go. */
export interface InboundBatch {
  readonly identity: string;
  readonly events: readonly {
    /** The same for every delivery of the same thing. */
    readonly key: string;
    /** Order is kept within a lane. */
    readonly lane: string;
    readonly event: InboundEvent;
  }[];
  /** What the next request begins at. */
  readonly cursor?: string;
  /** The channel itself keeps in the store what these were made of, until it has said there that they were taken. */
  readonly isDurable?: boolean;
}

/** `starting`: not yet seen working. `ready`: traffic was seen. `recovering`: trying again by itself. `blocked`: a person must act. */
export type Lifecycle = "starting" | "ready" | "recovering" | "blocked";

/** What was observed of a connection; times are epoch ms. */
export interface ConnectionStatus {
  readonly lifecycle: Lifecycle;
  readonly connected: boolean;
  readonly mode: string;
  readonly reconnectAttempts: number;
  readonly lastConnectedAt?: number;
  /** The platform's last sign of life. */
  readonly lastTransportActivityAt?: number;
  readonly lastEventAt?: number;
  readonly lastError?: string;
  /** What a person should do, if anything. */
  readonly issue?: { readonly kind: string; readonly message: string; readonly fix: string };
  /** Who we are there. */
  readonly self?: ChannelSelf;
  /** What is known of the link of an account that is linked to a phone. */
  readonly link?: LinkFacts;
}

/** How an account that is linked to a phone stands there. */
export interface LinkFacts {
  readonly isLinked: boolean;
  /** When it was linked, epoch ms. */
  readonly since?: number;
  readonly health:
    "starting" | "healthy" | "stale" | "reconnecting" | "conflict" | "logged-out" | "not-linked" | "stopped";
  readonly lastDisconnect?: { readonly at: number; readonly code: number; readonly message: string };
}

/** What asking a platform takes while no gateway runs. */
export interface WhoIsDeps {
  readonly egress: Egress;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A running account. It recovers from whatever it can by itself; `status` tells the observed truth. */
export interface ChannelConnection {
  status(): ConnectionStatus;
  /** Settles when the connection gave up for good; `status` says why. */
  readonly ended: Promise<void>;
  /**
   * Makes one call. `name` is the same for every attempt at it and for no other call there ever was: what a `repeatable`
   * channel makes its id of. @throws SendError
   */
  send(part: OutboundPart, target: Target, signal: AbortSignal, name: string): Promise<Receipt>;
  /** Shows that an answer is being made; best effort, never throws. */
  typing(target: Target): Promise<void>;
  /** Marks a message of somebody; `undefined` takes the mark away. @throws SendError */
  react(target: Target, messageId: string, emoji: string | undefined): Promise<void>;
  /** Tells the platform that a press was seen. Best effort, never throws. */
  acknowledgePress(pressId: string, text?: string): Promise<void>;
  /** Preview of an answer that is being written. Not durable: what counts goes through `send`. */
  readonly drafts?: Drafts;
  /** Fetches a file into memory. @throws Error that says why not, for the agent */
  fetchMedia(media: MediaRef, maxBytes: number, signal: AbortSignal): Promise<FetchedMedia>;
  /** @throws SendError */
  act(action: ChannelAction): Promise<ActionResult>;
  /** Asks the platform whether the account works. @throws Error */
  probe(timeoutMs: number): Promise<Readonly<Record<string, unknown>>>;
  /** Tells the platform that the account's link is over; absent where accounts are not linked. @throws Error when it cannot be told */
  unlink?(): Promise<void>;
  /** Ends everything that is under way; the last request is over when it resolves. */
  stop(): Promise<void>;
}

export interface Drafts {
  /** Shows text (Markdown, not the final one); the answer names it later and is JSON. @throws SendError */
  open(target: Target, text: string): Promise<unknown>;
  /** @throws SendError */
  update(target: Target, draft: unknown, text: string): Promise<void>;
  /** Takes it away; never throws. */
  discard(target: Target, draft: unknown): Promise<void>;
}

export interface FetchedMedia {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly name?: string;
}

/** How many calls a platform takes: `burst` at once when it has rested, `perSecond` in the long run. */
export interface SendRate {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * A channel: one folder below `src/channels` and one line in `registry.ts`. What is shared (policies, queues, retries,
 * cutting, previews, status) it neither knows nor does. Describing itself must not load the platform's library.
 */
export interface Channel {
  readonly meta: ChannelMeta;
  readonly capabilities: ChannelCapabilities;
  /** What its platform bears of one account and of one chat, so that it need not say "later"; no bounds when absent. */
  readonly rates?: { readonly account: readonly SendRate[]; chat(target: Target): readonly SendRate[] };
  /** A call that is made again under its name arrives once, so one that is in doubt is simply made again. */
  readonly isRepeatable?: true;
  /** Accounts as configured, the default one first; empty when the channel has no section and no credential. */
  accounts(config: OpenClawConfig, variables: Readonly<Record<string, string>>): readonly ChannelAccount[];
  /** The chat somebody names (`telegram:-100123:topic:7`, `@name`). @throws TargetError */
  target(text: string): Target;
  /** A target as people write it, without the channel's name. */
  formatTarget(target: Target): string;
  /** A sender id as lists have it (`tg:777` → `777`); undefined for what can never be one, such as names that may change. */
  senderId(entry: string): string | undefined;
  /** Whether a press in such a chat counts: where buttons may not be shown, those of old messages do nothing. Everywhere when absent. */
  mayPress?(account: ChannelAccount, chatKind: Chat["kind"]): boolean;
  /** Cuts a message into calls. Pure. @throws SendError `refused` for what the channel cannot show */
  render(message: OutboundMessage, account: ChannelAccount): readonly OutboundPart[];
  /** @throws SendError `refused` */
  renderPoll(poll: OutboundPoll, account: ChannelAccount): OutboundPart;
  /** The same call without markup; undefined when there is none. */
  plain(part: OutboundPart): OutboundPart | undefined;
  /** Menus of models; absent where there are none. */
  readonly modelMenus?: ModelMenus;
  /**
   * Asks the platform who an account is, without starting it; absent where that takes more than its settings.
   * @throws Error with the reason, which names no secret
   */
  whoIs?(account: ChannelAccount, deps: WhoIsDeps): Promise<ChannelSelf>;
  /** Starts an account. Resolves at once: connecting is the connection's own business. @throws Error when it is not configured */
  start(context: ChannelContext): Promise<ChannelConnection>;
}

/** A target nobody can be reached by. */
export class TargetError extends Error {
  override readonly name = "TargetError";
}
