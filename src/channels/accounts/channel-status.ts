import { span } from "../../lib/amounts.ts";
import type { Clock } from "../../lib/clock.ts";
import type {
  ChannelAccountStatus,
  ChannelsStatus,
  ChannelStatusIssue,
  HealthSnapshot,
} from "../../protocol/index.ts";
import type { Channel } from "../channel.ts";
import { accountStatus } from "./account-status.ts";
import type { AccountView, ChannelAccounts } from "./channel-accounts.ts";
import type { PlacedFinding } from "./config-findings.ts";
import { MAX_STATUS_ISSUES } from "./limits.ts";
import type { AccountLinks } from "./links.ts";
import { probeAll, type ProbeResult } from "./probes.ts";
import type { QueueFacts } from "./queues.ts";
import { issuesOf, type ModelOutage, outageIssue } from "./status-issues.ts";

export interface ChannelStatusDeps {
  readonly accounts: ChannelAccounts;
  readonly clock: Clock;
  /** What waits in inbox and outbox; see `countQueues`. @throws StoreError */
  readonly queues: () => Promise<readonly QueueFacts[]>;
  readonly eventLoop: () => ChannelsStatus["eventLoop"];
  /** Which accounts are linked; absent where none can be. */
  readonly links?: AccountLinks;
  /** What of the configuration does not do what it says; see `configFindings`. */
  readonly findings?: (accounts: readonly AccountView[]) => readonly PlacedFinding[];
  /** Accounts with chats whose messages wait for a model that does not answer. */
  readonly outages?: () => readonly ModelOutage[];
  /** Why nothing can be stored at present, so that nothing is taken in or sent. */
  readonly trouble?: () => { readonly message: string } | undefined;
}

export interface StatusQuestion {
  /** One channel; all unless told. */
  readonly channel?: string | undefined;
  /** Asks each platform. */
  readonly probe?: boolean | undefined;
  /** For each account. */
  readonly timeoutMs?: number | undefined;
}

/** The summary of a channel that older clients and the health payload show: its default account. */
export interface ChannelSummary {
  readonly configured: boolean;
  readonly running: boolean;
  readonly connected: boolean;
  readonly lifecycle?: string;
  readonly lastStartAt: number | null;
  readonly lastStopAt: number | null;
  readonly lastError: string | null;
  readonly lastProbeAt: number | null;
  readonly tokenSource?: string;
  readonly mode?: string;
  readonly probe?: unknown;
  readonly linked?: boolean;
  readonly authAgeMs?: number | null;
  readonly self?: ChannelAccountStatus["self"];
}

/** The linked channel as clients of earlier versions read it in the health payload. */
export type LinkChannel = NonNullable<HealthSnapshot["linkChannel"]>;

/** Tells how all channels are. */
export class ChannelStatus {
  private readonly probed = new Map<string, { readonly at: number; readonly result: ProbeResult }>();

  constructor(private readonly deps: ChannelStatusDeps) {}

  /** The answer of `channels.status`. Never rejects: what could not be found out is a warning. */
  async report(question: StatusQuestion = {}): Promise<ChannelsStatus> {
    const { accounts, clock, eventLoop } = this.deps;
    const channels = accounts.channels().filter(({ meta }) => (question.channel ?? meta.id) === meta.id);
    const views = channels.flatMap(({ meta }) => accounts.views(meta.id));
    const warnings: string[] = [];
    await this.look();
    if (question.probe === true) await this.probe(views, question.timeoutMs, warnings);
    const queues = await this.queues(warnings);
    const rows = new Map(views.map((view) => [view, this.row(view, queues, question.probe)]));
    const issues = [
      ...views.flatMap((view) => this.issues(view, queues)),
      ...(this.deps.outages?.() ?? []).map((outage) => outageIssue(outage, clock.now())),
      ...(this.deps.findings?.(views) ?? []).map(findingIssue),
    ];
    const trouble = this.deps.trouble?.();
    if (trouble !== undefined) warnings.push(`messages cannot be stored: ${trouble.message}`);
    const loop = eventLoop();
    return {
      ts: clock.now(),
      ...catalogue(channels),
      channels: Object.fromEntries(
        channels.map(({ meta }) => {
          const view = views.find((one) => one.channel.meta.id === meta.id);
          return [meta.id, summaryOf(view && rows.get(view))];
        }),
      ),
      channelAccounts: Object.fromEntries(
        channels.map(({ meta }) => [
          meta.id,
          [...rows].filter(([view]) => view.channel.meta.id === meta.id).map(([, row]) => row),
        ]),
      ),
      channelDefaultAccountId: Object.fromEntries(
        channels.flatMap(({ meta }) => {
          const account = accounts.account(meta.id);
          return account ? [[meta.id, account.id]] : [];
        }),
      ),
      ...(loop && { eventLoop: loop }),
      statusIssues: issues.slice(0, MAX_STATUS_ISSUES),
      ...(warnings.length > 0 && { partial: true, warnings: warnings.slice(0, MAX_STATUS_ISSUES) }),
    };
  }

  /** Finds out which accounts are linked, for `health` and `summary`. Never rejects. */
  async look(): Promise<void> {
    const { accounts, links } = this.deps;
    const channels = accounts.channels().filter(({ meta }) => links?.isFor(meta.id));
    const views = channels.flatMap(({ meta }) => accounts.views(meta.id));
    await links?.look(
      views.map(({ channel, account }) => ({ channel: channel.meta.id, accountId: account.id })),
    );
  }

  /** What is wrong with one account as far as its connection goes. */
  connectionIssues(view: AccountView): ChannelStatusIssue[] {
    return issuesOf(view, undefined, this.deps.clock.now());
  }

  /** What the health payload says of channels, as far as it is known; see `look`. */
  health(): {
    readonly linkChannel?: LinkChannel;
    readonly channels: Record<
      string,
      ChannelSummary & { readonly accounts: Record<string, ChannelAccountStatus> }
    >;
    readonly channelOrder: string[];
    readonly channelLabels: Record<string, string>;
  } {
    const { accounts } = this.deps;
    const channels = accounts.channels();
    const { channelOrder, channelLabels } = catalogue(channels);
    const trouble = this.deps.trouble?.()?.message;
    const linkChannel = this.linkChannel();
    return {
      ...(linkChannel && { linkChannel }),
      channels: Object.fromEntries(
        channels.map(({ meta }) => {
          const rows = accounts
            .views(meta.id)
            .map((view) => this.row(view, []))
            .map((row) => ({ ...row, lastError: row.lastError ?? trouble ?? null }));
          const byId = Object.fromEntries(rows.map((row) => [row.accountId, row]));
          return [meta.id, { ...summaryOf(rows[0]), accounts: byId }];
        }),
      ),
      channelOrder,
      channelLabels,
    };
  }

  /** One line for each channel and each of its accounts, for `status`. */
  summary(): string[] {
    const { accounts } = this.deps;
    return accounts.channels().flatMap(({ meta }) => {
      const rows = accounts.views(meta.id).map((view) => this.row(view, []));
      const head = `${meta.label}: ${wordOf(rows[0])}`;
      return [head, ...rows.map((row) => `  - ${nameOf(row)}: ${wordOf(row)}${errorOf(row)}`)];
    });
  }

  /** The first channel whose accounts are linked, by its default account. */
  private linkChannel(): LinkChannel | undefined {
    const { accounts, links } = this.deps;
    const channel = accounts.channels().find(({ meta }) => links?.isFor(meta.id));
    const [view] = channel ? accounts.views(channel.meta.id) : [];
    if (!channel || !view) return undefined;
    const { linked = false, authAgeMs = null, self } = this.row(view, []);
    return { id: channel.meta.id, label: channel.meta.label, linked, authAgeMs, ...(self && { self }) };
  }

  private row(view: AccountView, queues: readonly QueueFacts[], isProbed = false): ChannelAccountStatus {
    const { channel, account } = view;
    const probed = this.probed.get(`${channel.meta.id}\0${account.id}`);
    const status = accountStatus(
      view,
      this.queueOf(view, queues),
      this.deps.links?.of(channel.meta.id, account.id),
    );
    if (!probed || !isProbed) return { ...status, lastProbeAt: probed?.at ?? null };
    const { at, result } = probed;
    return { ...status, lastError: status.lastError ?? result.error ?? null, lastProbeAt: at, probe: result };
  }

  private issues(view: AccountView, queues: readonly QueueFacts[]): ChannelStatusIssue[] {
    return issuesOf(view, this.queueOf(view, queues), this.deps.clock.now());
  }

  private queueOf({ channel, account }: AccountView, queues: readonly QueueFacts[]): QueueFacts | undefined {
    return queues.find((queue) => queue.channel === channel.meta.id && queue.accountId === account.id);
  }

  private async queues(warnings: string[]): Promise<readonly QueueFacts[]> {
    try {
      return await this.deps.queues();
    } catch (error) {
      warnings.push(`queues could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }

  private async probe(
    views: readonly AccountView[],
    timeoutMs: number | undefined,
    warnings: string[],
  ): Promise<void> {
    const { clock } = this.deps;
    for (const [{ channel, account }, result] of await probeAll(views, clock, timeoutMs)) {
      this.probed.set(`${channel.meta.id}\0${account.id}`, { at: clock.now(), result });
      if (!result.ok)
        warnings.push(`${channel.meta.id}:${account.id} probe failed: ${result.error ?? "no reason"}`);
    }
  }
}

function findingIssue({ channel, accountId, path, message, fix }: PlacedFinding): ChannelStatusIssue {
  return { channel, accountId, kind: "config", message: `${path}: ${message}`, fix };
}

function catalogue(channels: readonly Channel[]) {
  const metas = channels.map(({ meta }) => meta);
  const named = (pick: (meta: Channel["meta"]) => string) =>
    Object.fromEntries(metas.map((meta) => [meta.id, pick(meta)]));
  return {
    channelOrder: metas.map(({ id }) => id),
    channelLabels: named(({ label }) => label),
    channelDetailLabels: named(({ detailLabel }) => detailLabel),
    channelSystemImages: named(({ systemImage }) => systemImage),
    channelMeta: metas.map(({ id, label, detailLabel, systemImage }) => ({
      id,
      label,
      detailLabel,
      systemImage,
    })),
  };
}

function summaryOf(row: ChannelAccountStatus | undefined): ChannelSummary {
  return {
    configured: row?.configured ?? false,
    running: row?.running ?? false,
    connected: row?.connected ?? false,
    ...(row?.lifecycle !== undefined && { lifecycle: row.lifecycle }),
    lastStartAt: row?.lastStartAt ?? null,
    lastStopAt: row?.lastStopAt ?? null,
    lastError: row?.lastError ?? null,
    lastProbeAt: row?.lastProbeAt ?? null,
    ...(row?.tokenSource !== undefined && { tokenSource: row.tokenSource }),
    ...(row?.mode !== undefined && { mode: row.mode }),
    ...(row?.probe !== undefined && { probe: row.probe }),
    ...(row?.linked !== undefined && { linked: row.linked, authAgeMs: row.authAgeMs ?? null }),
    ...(row?.linked !== undefined && row.self !== undefined && { self: row.self }),
  };
}

function wordOf(row: ChannelAccountStatus | undefined): string {
  if (row?.configured !== true) return "not configured";
  if (row.enabled === false) return "disabled";
  if (row.linked === false) return "not linked";
  const state = row.lifecycle ?? "configured";
  return row.linked === true ? `linked${agedOf(row)}, ${state}` : state;
}

/** ` 3 days ago`, as far as it is known. */
function agedOf({ authAgeMs }: ChannelAccountStatus): string {
  return authAgeMs === null || authAgeMs === undefined ? "" : ` ${span(authAgeMs)} ago`;
}

function nameOf({ accountId, name }: ChannelAccountStatus): string {
  return name === undefined ? accountId : `${accountId} (${name})`;
}

function errorOf({ lastError, lifecycle }: ChannelAccountStatus): string {
  return lastError !== null && lastError !== undefined && lifecycle !== "ready" ? `, ${lastError}` : "";
}
