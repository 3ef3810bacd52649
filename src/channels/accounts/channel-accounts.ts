import type { OpenClawConfig } from "../../config/index.ts";
import { inTime, type Clock, type Timer } from "../../lib/clock.ts";
import type { Egress } from "../../lib/egress/index.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import type { SecretRegistry } from "../../lib/redact.ts";
import type { KvRepository } from "../../store/index.ts";
import type { Channel, ChannelAccount, ChannelConnection, ChannelContext, InboundBatch } from "../channel.ts";
import { AccountLine, type LineFacts } from "./account-line.ts";
import { isMonitored, silenceOf } from "./account-health.ts";
import type { Accounts } from "./accounts.ts";
import { HEALTH_CHECK_MS, STARTUP_GRACE_MS, STOP_BUDGET_MS } from "./limits.ts";
import { channelMemory } from "./memory.ts";

/** What takes in what accounts receive. */
export interface Intake {
  /** Resolves once everything new of the batch is durable. @throws StoreError */
  receive(account: ChannelAccount, batch: InboundBatch): Promise<void>;
  /** How far the stream of an identity was read. */
  cursor(channel: string, identity: string): Promise<string | undefined>;
  /** Settles when there is room for more messages. */
  ready(channel: string, accountId: string, signal: AbortSignal): Promise<void>;
}

export interface ChannelAccountsDeps {
  /** Every channel of the program, in order. */
  readonly channels: readonly Channel[];
  /** `OPENCLAW_SKIP_CHANNELS=1`: accounts are known, none is connected. */
  readonly skip: boolean;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly secrets: SecretRegistry;
  readonly kv: KvRepository;
  readonly intake: Intake;
  /** Entries of the command menu of an account. */
  readonly commands: (
    account: ChannelAccount,
  ) => readonly { readonly name: string; readonly summary: string }[];
  /** 0 to 1, for the jitter of pauses. */
  readonly random?: () => number;
}

/** A configuration with the environment it goes with, as `reconfigure` takes it. */
export interface ConfiguredFrom {
  readonly config: OpenClawConfig;
  readonly variables: Readonly<Record<string, string>>;
}

/** Times of an account's traffic, epoch ms. */
interface Traffic {
  in?: number;
  out?: number;
}

interface Entry {
  readonly channel: Channel;
  readonly id: string;
  readonly line: AccountLine;
  readonly traffic: Traffic;
  /** It was when it was told of last. */
  isReady: boolean;
  /** As it was last configured, for a connection that outlives its account by a moment. */
  last: ChannelAccount;
}

/** An account as it is at this moment, for those who report. */
export interface AccountView {
  readonly channel: Channel;
  readonly account: ChannelAccount;
  readonly connection: ChannelConnection | undefined;
  readonly isRunning: boolean;
  readonly facts: LineFacts;
  readonly lastInboundAt: number | undefined;
  readonly lastOutboundAt: number | undefined;
}

/** Runs the accounts of all channels: as many connections as are configured, each by itself. */
export class ChannelAccounts implements Accounts {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<(channel: string, accountId: string) => void>();
  /** Ids as configured now, the default account first. */
  private order = new Map<string, readonly string[]>();
  private from: ConfiguredFrom;
  private startedAt: number | undefined;
  private monitor: Timer | undefined;

  constructor(
    private readonly deps: ChannelAccountsDeps,
    from: ConfiguredFrom,
  ) {
    this.from = from;
    void this.take(from);
  }

  /** Connects every account that is enabled and configured. Resolves when each has a connection or a reason not to. */
  async start(): Promise<void> {
    const { clock, skip, log } = this.deps;
    this.startedAt = clock.now();
    if (skip) {
      if (this.entries.size > 0) log.info("channels are not started (OPENCLAW_SKIP_CHANNELS)");
      return;
    }
    this.monitor = clock.every(HEALTH_CHECK_MS, () => this.checkHealth());
    await Promise.all([...this.entries.values()].map(({ line }) => line.open()));
  }

  /** Stops all connections, at the latest after `budgetMs`. False when some had not stopped by then. */
  async stop(budgetMs = STOP_BUDGET_MS): Promise<boolean> {
    this.startedAt = undefined;
    this.monitor?.cancel();
    const all = Promise.all([...this.entries.values()].map(({ line }) => line.close())).then(() => true);
    const allStopped = await inTime(this.deps.clock, budgetMs, all, false);
    if (!allStopped) this.deps.log.warn("some accounts did not stop in time");
    return allStopped;
  }

  /**
   * Takes a new configuration: accounts whose fingerprint changed are built anew, removed ones are stopped, the others
   * are not touched. Resolves when all that is done.
   */
  async reconfigure(from: ConfiguredFrom): Promise<void> {
    await this.take(from);
  }

  channel(id: string): Channel | undefined {
    return this.deps.channels.find(({ meta }) => meta.id === id);
  }

  channels(): readonly Channel[] {
    return this.deps.channels.filter(({ meta }) => (this.order.get(meta.id)?.length ?? 0) > 0);
  }

  account(channel: string, accountId?: string): ChannelAccount | undefined {
    const id = accountId ?? this.order.get(channel)?.[0];
    return id === undefined ? undefined : this.entries.get(keyOf(channel, id))?.line.account;
  }

  connection(channel: string, accountId: string): ChannelConnection | undefined {
    return this.entries.get(keyOf(channel, accountId))?.line.connection;
  }

  onChange(listener: (channel: string, accountId: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  noteTraffic(channel: string, accountId: string, direction: "in" | "out"): void {
    const entry = this.entries.get(keyOf(channel, accountId));
    if (entry) entry.traffic[direction] = this.deps.clock.now();
  }

  /** The configured accounts of a channel, the default one first. */
  views(channel: string): readonly AccountView[] {
    return (this.order.get(channel) ?? []).flatMap((id) => this.view(channel, id) ?? []);
  }

  /** One configured account; the default one unless told. */
  view(channel: string, accountId?: string): AccountView | undefined {
    const id = accountId ?? this.order.get(channel)?.[0];
    const entry = id === undefined ? undefined : this.entries.get(keyOf(channel, id));
    const account = entry?.line.account;
    if (!entry || !account) return undefined;
    const { line, traffic } = entry;
    return {
      channel: entry.channel,
      account,
      connection: line.connection,
      isRunning: line.isRunning,
      facts: line.facts,
      lastInboundAt: traffic.in,
      lastOutboundAt: traffic.out,
    };
  }

  /** The configuration that is in force. */
  get config(): OpenClawConfig {
    return this.from.config;
  }

  /** Starts an account that was stopped or gave up. Resolves when it has a connection or a reason not to; undefined for an unknown one. */
  async startAccount(channel: string, accountId?: string): Promise<AccountView | undefined> {
    return this.command(channel, accountId, (line) => line.release());
  }

  /** Stops an account until it is started by hand or the gateway is. Resolves when it has stopped; undefined for an unknown one. */
  async stopAccount(channel: string, accountId?: string): Promise<AccountView | undefined> {
    return this.command(channel, accountId, (line) => line.hold());
  }

  /** Stops an account until its settings change or it is started by hand; undefined for an unknown one. */
  async retireAccount(channel: string, accountId: string, reason: string): Promise<AccountView | undefined> {
    return this.command(channel, accountId, (line) => line.retire(reason));
  }

  private async command(
    channel: string,
    accountId: string | undefined,
    order: (line: AccountLine) => Promise<void>,
  ): Promise<AccountView | undefined> {
    const id = accountId ?? this.order.get(channel)?.[0];
    const entry = id === undefined ? undefined : this.entries.get(keyOf(channel, id));
    if (!entry?.line.account) return undefined;
    await order(entry.line);
    return this.view(channel, id);
  }

  private async take(from: ConfiguredFrom): Promise<void> {
    this.from = from;
    const work: Promise<void>[] = [];
    for (const channel of this.deps.channels) {
      const accounts = this.read(channel, from);
      if (!accounts) continue;
      this.order.set(
        channel.meta.id,
        accounts.map(({ id }) => id),
      );
      for (const account of accounts) work.push(this.configure(channel, account));
    }
    for (const [key, entry] of this.entries) {
      if (!this.order.get(entry.channel.meta.id)?.includes(entry.id)) work.push(this.remove(key, entry));
    }
    await Promise.all(work);
  }

  /** The accounts of a channel; undefined when it cannot read its settings: then what runs goes on. */
  private read(
    channel: Channel,
    { config, variables }: ConfiguredFrom,
  ): readonly ChannelAccount[] | undefined {
    try {
      return channel.accounts(config, variables);
    } catch (error) {
      this.deps.log.error(`settings of ${channel.meta.id} could not be read; its accounts stay as they are`, {
        error,
      });
      return undefined;
    }
  }

  private async configure(channel: Channel, account: ChannelAccount): Promise<void> {
    const key = keyOf(channel.meta.id, account.id);
    const known = this.entries.get(key);
    if (known) {
      known.last = account;
      await known.line.configure(account);
      return;
    }
    const entry: Entry = {
      channel,
      id: account.id,
      line: this.line(channel, account.id),
      traffic: {},
      isReady: false,
      last: account,
    };
    this.entries.set(key, entry);
    await Promise.all([entry.line.configure(account), this.isOpen && entry.line.open()]);
  }

  private async remove(key: string, { line }: Entry): Promise<void> {
    await line.configure(undefined);
    // It may have been configured again meanwhile.
    if (line.account === undefined) this.entries.delete(key);
  }

  private get isOpen(): boolean {
    return this.startedAt !== undefined && !this.deps.skip;
  }

  private line(channel: Channel, id: string): AccountLine {
    const { clock, log, random = Math.random } = this.deps;
    return new AccountLine({
      clock,
      log: log.child(`channels/${channel.meta.id}/${id}`),
      random,
      connect: (account) => channel.start(this.context(channel, account)),
      changed: () => this.tell(channel.meta.id, id),
    });
  }

  private context(channel: Channel, account: ChannelAccount): ChannelContext {
    const { egress, clock, ids, log, secrets, kv, intake, commands } = this.deps;
    const { id } = channel.meta;
    const current = () => this.entries.get(keyOf(id, account.id))?.last ?? account;
    return {
      account,
      current,
      egress,
      clock,
      ids,
      log: log.child(`channels/${id}/${account.id}`),
      secrets,
      memory: channelMemory(kv, id, account.id),
      receive: (batch) => intake.receive(current(), batch),
      cursor: (identity) => intake.cursor(id, identity),
      ready: (signal) => intake.ready(id, account.id, signal),
      commands: () => commands(current()),
      changed: () => this.tell(id, account.id),
    };
  }

  private tell(channel: string, accountId: string): void {
    this.noteReady(channel, accountId);
    for (const listener of this.listeners) listener(channel, accountId);
  }

  /** That it works is worth a line each time it begins to; that it does not is told by who knows why. */
  private noteReady(channel: string, accountId: string): void {
    const entry = this.entries.get(keyOf(channel, accountId));
    if (!entry) return;
    const status = entry.line.connection?.status();
    const isReady = status?.lifecycle === "ready";
    if (isReady && !entry.isReady) {
      const { id = "", username } = status.self ?? {};
      const as = username === undefined ? id : `@${username}`;
      this.deps.log.child(`channels/${channel}/${accountId}`).info("connected", { as, mode: status.mode });
    }
    entry.isReady = isReady;
  }

  private checkHealth(): void {
    const { clock, log } = this.deps;
    const now = clock.now();
    if (this.startedAt === undefined || now - this.startedAt < STARTUP_GRACE_MS) return;
    for (const { channel, id, line } of this.entries.values()) {
      const { account, connection, facts } = line;
      if (!account || !connection || !isMonitored(this.from.config, account)) continue;
      const reason = silenceOf({ status: connection.status(), startedAt: facts.lastStartAt ?? now }, now);
      if (reason === undefined) continue;
      log.warn(`restarting ${channel.meta.id} account ${id}: ${reason}`);
      void line.restart(reason);
    }
  }
}

function keyOf(channel: string, accountId: string): string {
  return `${channel}\0${accountId}`;
}
