import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, maybe, text } from "../primitives.ts";
import { ChannelsStatus, ChannelStatusIssue } from "../records/channels.ts";

const oneAccount = closed({
  channel: text,
  accountId: maybe(Type.String({ description: "The channel's default account unless named." })),
});

export const channelsStatus = defineMethod({
  name: "channels.status",
  summary:
    "All channels and their accounts as observed; `probe: true` asks each platform whether the account works.",
  scope: "operator.read",
  params: closed({
    probe: maybe(Type.Boolean()),
    timeoutMs: maybe(count),
    channel: maybe(text),
  }),
  result: ChannelsStatus,
  since: 3,
  // Platforms are asked.
  waits: true,
});

export const channelsStart = defineMethod({
  name: "channels.start",
  summary: "Starts an account that was stopped or gave up.",
  scope: "operator.admin",
  params: oneAccount,
  result: closed({
    channel: text,
    accountId: text,
    started: Type.Boolean(),
    outcome: Type.Object({
      status: Type.String({ description: "`started`, `retry` (it is tried again by itself) or `skipped`." }),
      reason: maybe(Type.String()),
    }),
    statusIssues: maybe(Type.Array(ChannelStatusIssue)),
  }),
  since: 3,
});

export const channelsStop = defineMethod({
  name: "channels.stop",
  summary: "Stops an account until it is started by hand, or the gateway is started again.",
  scope: "operator.admin",
  params: oneAccount,
  result: closed({ channel: text, accountId: text, stopped: Type.Boolean() }),
  since: 3,
});

export const channelsLogout = defineMethod({
  name: "channels.logout",
  summary: "Stops an account and takes its credential, or its link, away.",
  scope: "operator.admin",
  params: oneAccount,
  result: Type.Object({
    channel: text,
    accountId: text,
    cleared: Type.Boolean({ description: "A credential was removed." }),
    loggedOut: maybe(Type.Boolean({ description: "The account has no credential any more." })),
    envToken: maybe(Type.Boolean({ description: "The environment still gives a credential." })),
    details: maybe(anyObject),
  }),
  since: 3,
});

const directoryEntry = closed({
  kind: oneOf(["user", "group", "channel", "self"]),
  id: text,
  name: maybe(Type.String()),
  handle: maybe(Type.String()),
});

export const channelsDirectory = defineMethod({
  name: "channels.directory",
  summary: "Whom an account knows: itself, people, groups, or the members of a group the platform tells of.",
  scope: "operator.read",
  params: closed({
    channel: maybe(text),
    accountId: maybe(text),
    kind: oneOf(["self", "peers", "groups", "members"]),
    query: maybe(text),
    limit: maybe(Type.Integer({ minimum: 1, maximum: 1_000 })),
    groupId: maybe(text),
  }),
  result: closed({ channel: text, accountId: text, entries: Type.Array(directoryEntry) }),
  since: 4,
  hidden: true,
});
