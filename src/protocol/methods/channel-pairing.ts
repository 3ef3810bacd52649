import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { closed, count, maybe, text } from "../primitives.ts";

const account = { channel: text, channelLabel: text, accountId: text, accountLabel: maybe(text) };
const time = Type.String({ minLength: 1, description: "ISO 8601." });
/** The code the person was told; unique within the account. */
const requestId = text;
const oneRequest = { channel: text, accountId: text, requestId };

export const list = defineMethod({
  name: "channels.pairing.list",
  summary: "People who wrote to an account and wait to be let in.",
  scope: "operator.pairing",
  params: closed({ channel: maybe(text), accountId: maybe(text) }),
  result: closed({
    accounts: Type.Array(closed({ ...account, notifySupported: Type.Boolean() })),
    requests: Type.Array(
      closed({
        requestId,
        ...account,
        senderId: text,
        senderLabel: Type.String({ minLength: 1, description: "What the channel calls its ids." }),
        metadata: maybe(Type.Record(Type.String(), Type.String())),
        createdAt: time,
        lastSeenAt: time,
        expiresAt: time,
        notifySupported: Type.Boolean(),
      }),
    ),
    commandOwnerConfigured: Type.Boolean(),
    limits: closed({ pendingPerAccount: count, ttlMs: count }),
  }),
  since: 4,
});

export const approve = defineMethod({
  name: "channels.pairing.approve",
  summary:
    "Lets a person write directly to an account; `bootstrapCommandOwner` makes them the owner if there is none.",
  scope: "operator.pairing",
  scopesFor: ({ bootstrapCommandOwner }) => (bootstrapCommandOwner === true ? ["operator.admin"] : []),
  params: closed({
    ...oneRequest,
    notify: maybe(Type.Boolean()),
    bootstrapCommandOwner: maybe(Type.Boolean()),
  }),
  result: closed({
    requestId,
    senderId: text,
    notification: oneOf(["not-requested", "sent", "unsupported", "failed"]),
    commandOwnerBootstrap: oneOf(["not-requested", "configured", "already-configured", "unavailable"]),
  }),
  since: 4,
});

export const dismiss = defineMethod({
  name: "channels.pairing.dismiss",
  summary: "Forgets a request without letting anybody in; the person may ask again.",
  scope: "operator.pairing",
  params: closed(oneRequest),
  result: closed({ requestId, senderId: text }),
  since: 4,
});
