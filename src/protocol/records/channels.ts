import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { closed, count, epochMs, maybe, nullable, text } from "../primitives.ts";

const moment = maybe(nullable(epochMs));

/** One account of a channel as observed; channels add what only they know, such as `probe`. */
export const ChannelAccountStatus = Type.Object(
  {
    accountId: text,
    name: maybe(Type.String()),
    enabled: maybe(Type.Boolean()),
    configured: maybe(Type.Boolean()),
    running: maybe(Type.Boolean()),
    connected: maybe(Type.Boolean()),
    lifecycle: maybe(oneOf(["starting", "ready", "recovering", "blocked", "stopped"])),
    healthState: maybe(Type.String({ description: "The same in one word, for older clients." })),
    restartPending: maybe(Type.Boolean({ description: "It is being built anew, or will be by itself." })),
    reconnectAttempts: maybe(count),
    lastConnectedAt: moment,
    lastEventAt: moment,
    lastTransportActivityAt: moment,
    lastInboundAt: moment,
    lastOutboundAt: moment,
    lastStartAt: moment,
    lastStopAt: moment,
    lastProbeAt: moment,
    lastError: maybe(nullable(Type.String())),
    tokenSource: maybe(Type.String()),
    tokenStatus: maybe(oneOf(["available", "missing"])),
    mode: maybe(Type.String()),
    dmPolicy: maybe(Type.String()),
    allowUnmentionedGroups: maybe(Type.Boolean()),
    self: maybe(
      closed(
        { id: text, name: maybe(Type.String()), username: maybe(Type.String()) },
        { description: "Who we are there." },
      ),
    ),
    linked: maybe(
      Type.Boolean({ description: "It is linked to its platform; absent where accounts have a token." }),
    ),
    authAgeMs: maybe(nullable(count)),
    lastDisconnect: maybe(
      closed(
        {
          at: epochMs,
          code: Type.Integer({ description: "The platform's own code." }),
          message: Type.String(),
        },
        { description: "How its last connection ended." },
      ),
    ),
    queue: maybe(
      closed(
        { waiting: count, deadInbound: count, queued: count, unknown: count, dead: count },
        {
          description:
            "Messages not answered yet or given up, and messages not sent yet, uncertain or given up.",
        },
      ),
    ),
    probe: maybe(Type.Unknown()),
  },
  { title: "ChannelAccountStatus", description: "One account of a channel, as observed." },
);

export type ChannelAccountStatus = Static<typeof ChannelAccountStatus>;

/** Something that is wrong with an account, with what mends it. */
export const ChannelStatusIssue = closed(
  {
    channel: text,
    accountId: text,
    kind: Type.String({
      minLength: 1,
      description: "For example `auth`, `config`, `runtime` or `delivery`.",
    }),
    message: text,
    fix: maybe(Type.String()),
  },
  { title: "ChannelStatusIssue", description: "Something wrong with an account, and what mends it." },
);

export type ChannelStatusIssue = Static<typeof ChannelStatusIssue>;

/** The report of the health payload; here its numbers are whole where older clients want them so. */
const eventLoop = closed({
  degraded: Type.Boolean(),
  degradedSinceMs: maybe(nullable(count)),
  reasons: Type.Array(
    Type.Union([
      Type.Literal("event_loop_delay"),
      Type.Literal("event_loop_utilization"),
      Type.Literal("cpu"),
    ]),
  ),
  intervalMs: count,
  delayP99Ms: Type.Number({ minimum: 0 }),
  delayMaxMs: Type.Number({ minimum: 0 }),
  utilization: Type.Number({ minimum: 0 }),
  cpuCoreRatio: Type.Number({ minimum: 0 }),
});

const labels = Type.Record(Type.String(), text);

/** Result of `channels.status`. */
export const ChannelsStatus = closed(
  {
    ts: epochMs,
    channelOrder: Type.Array(text),
    channelLabels: labels,
    channelDetailLabels: maybe(labels),
    channelSystemImages: maybe(labels),
    channelMeta: maybe(
      Type.Array(closed({ id: text, label: text, detailLabel: text, systemImage: maybe(Type.String()) })),
    ),
    channels: Type.Record(Type.String(), Type.Unknown(), {
      description: "What the default account shows, by channel.",
    }),
    channelAccounts: Type.Record(Type.String(), Type.Array(ChannelAccountStatus)),
    channelDefaultAccountId: labels,
    eventLoop: maybe(eventLoop),
    statusIssues: maybe(Type.Array(ChannelStatusIssue)),
    partial: maybe(Type.Boolean({ description: "Something could not be found out; `warnings` says what." })),
    warnings: maybe(Type.Array(Type.String())),
  },
  { title: "ChannelsStatus", description: "All channels and their accounts." },
);

export type ChannelsStatus = Static<typeof ChannelsStatus>;
