import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, epochMs, maybe, text } from "../primitives.ts";

const oneOrText = Type.Union([Type.String(), Type.Number()]);

/** Where a message arrived. */
const sentMessage = Type.Object({
  runId: text,
  messageId: Type.String({ description: "The platform's id of the last part." }),
  channel: text,
  chatId: maybe(text),
  channelId: maybe(text),
  toJid: maybe(text),
  conversationId: maybe(text),
  pollId: maybe(text),
});

export const send = defineMethod({
  name: "send",
  summary:
    "Sends a message to a chat and waits until it has arrived; a repeat with the same idempotencyKey is answered with the first outcome.",
  scope: "operator.write",
  params: closed({
    to: text,
    message: maybe(Type.String({ description: "Markdown, unless parseMode says otherwise." })),
    mediaUrl: maybe(Type.String()),
    mediaUrls: maybe(Type.Array(Type.String())),
    buffer: maybe(Type.String({ description: "Base64 of a file that comes along." })),
    filename: maybe(Type.String()),
    contentType: maybe(Type.String()),
    asVoice: maybe(Type.Boolean()),
    gifPlayback: maybe(Type.Boolean()),
    channel: maybe(Type.String({ description: "Needed where several are configured." })),
    accountId: maybe(Type.String()),
    agentId: maybe(Type.String()),
    replyToId: maybe(Type.String()),
    threadId: maybe(Type.String()),
    forceDocument: maybe(Type.Boolean()),
    silent: maybe(Type.Boolean()),
    parseMode: maybe(Type.Literal("HTML")),
    sessionKey: maybe(Type.String({ description: "The conversation that is told of it." })),
    idempotencyKey: text,
  }),
  result: sentMessage,
  since: 3,
  waits: true,
});

export const poll = defineMethod({
  name: "poll",
  summary: "Sends a poll to a chat.",
  scope: "operator.write",
  params: closed({
    to: text,
    question: text,
    options: Type.Array(text, { minItems: 2, maxItems: 12 }),
    maxSelections: maybe(Type.Integer({ minimum: 1, maximum: 12 })),
    durationSeconds: maybe(Type.Integer({ minimum: 1, maximum: 604_800 })),
    durationHours: maybe(Type.Integer({ minimum: 1 })),
    silent: maybe(Type.Boolean()),
    isAnonymous: maybe(Type.Boolean()),
    threadId: maybe(Type.String()),
    channel: maybe(Type.String()),
    accountId: maybe(Type.String()),
    idempotencyKey: text,
  }),
  result: sentMessage,
  since: 3,
  hidden: true,
  waits: true,
});

export const messageAction = defineMethod({
  name: "message.action",
  summary:
    "Does something in a chat: send, poll, react, edit, delete, pin, unpin, read, search, broadcast, sticker, topic-create, topic-edit and others.",
  scope: "operator.write",
  params: closed({
    channel: text,
    action: text,
    params: anyObject,
    reply: maybe(
      Type.Union([
        closed({ replyToId: text, source: Type.Literal("explicit") }),
        closed({
          replyToId: text,
          source: Type.Literal("implicit"),
          mode: Type.Union([Type.Literal("first"), Type.Literal("all")]),
        }),
      ]),
    ),
    accountId: maybe(Type.String()),
    requesterAccountId: maybe(Type.String()),
    requesterSenderId: maybe(Type.String()),
    senderIsOwner: maybe(Type.Boolean()),
    sessionKey: maybe(Type.String()),
    sessionId: maybe(Type.String()),
    inboundTurnKind: maybe(oneOf(["user_request", "room_event"])),
    agentId: maybe(Type.String()),
    toolContext: maybe(
      closed({
        currentChannelId: maybe(Type.String()),
        currentMessagingTarget: maybe(Type.String()),
        currentGraphChannelId: maybe(Type.String()),
        currentChannelProvider: maybe(Type.String()),
        currentThreadTs: maybe(Type.String()),
        currentMessageId: maybe(oneOrText),
        replyToMode: maybe(
          Type.Union([
            Type.Literal("off"),
            Type.Literal("first"),
            Type.Literal("all"),
            Type.Literal("batched"),
          ]),
        ),
        hasRepliedRef: maybe(closed({ value: Type.Boolean() })),
        sameChannelThreadRequired: maybe(Type.Boolean()),
        skipCrossContextDecoration: maybe(Type.Boolean()),
      }),
    ),
    conversationReadOrigin: maybe(Type.Literal("direct-operator")),
    idempotencyKey: text,
  }),
  result: anyObject,
  since: 3,
  waits: true,
});

const queueItem = {
  id: Type.String({ minLength: 1, description: "`in-12` or `out-7`." }),
  direction: oneOf(["in", "out"]),
  state: Type.String({
    minLength: 1,
    description: "`waiting`, `done`, `queued`, `sending`, `sent`, `unknown`, `dead` or `dropped`.",
  }),
  channel: text,
  accountId: text,
  lane: Type.String({ description: "The chat, with its topic." }),
  summary: Type.String(),
  createdAt: epochMs,
  attempts: count,
  notBefore: maybe(epochMs),
  endedAt: maybe(epochMs),
  lastError: maybe(Type.String()),
  runId: maybe(Type.String()),
  sessionKey: maybe(Type.String()),
  origin: maybe(Type.String()),
  arrived: maybe(count),
  parts: maybe(count),
  disposition: maybe(Type.String()),
};

const oneMessage = closed({ id: text });

export const messageQueueList = defineMethod({
  name: "message.queue.list",
  summary: "Messages that wait, may not have arrived or were given up.",
  scope: "operator.read",
  params: closed({
    direction: maybe(oneOf(["in", "out"])),
    states: maybe(Type.Array(text)),
    channel: maybe(text),
    accountId: maybe(text),
    limit: maybe(Type.Integer({ minimum: 1, maximum: 1_000 })),
  }),
  result: closed({
    items: Type.Array(closed(queueItem)),
    counts: Type.Array(
      closed({
        direction: oneOf(["in", "out"]),
        channel: text,
        accountId: text,
        state: text,
        count,
        oldestAt: epochMs,
      }),
    ),
  }),
  since: 4,
  hidden: true,
});

export const messageQueueShow = defineMethod({
  name: "message.queue.show",
  summary: "One message of the queue with what it holds.",
  scope: "operator.read",
  params: oneMessage,
  result: closed({
    item: closed({
      ...queueItem,
      event: maybe(Type.Unknown()),
      target: maybe(Type.Unknown()),
      contents: maybe(Type.Array(Type.Unknown())),
      receipts: maybe(Type.Array(Type.Unknown())),
    }),
  }),
  since: 4,
  hidden: true,
});

export const messageQueueRetry = defineMethod({
  name: "message.queue.retry",
  summary:
    "Tries a message again that was given up or may not have arrived; the latter may then arrive twice.",
  scope: "operator.admin",
  params: oneMessage,
  result: closed({ item: closed(queueItem) }),
  since: 4,
  hidden: true,
});

export const messageQueueDrop = defineMethod({
  name: "message.queue.drop",
  summary: "Takes a message out of the queue for good.",
  scope: "operator.admin",
  params: oneMessage,
  result: closed({ item: closed(queueItem) }),
  since: 4,
  hidden: true,
});
