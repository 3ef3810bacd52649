import { defineCommand } from "../../command.ts";
import { choice, filled, type FlagValues, integer, integerOr, list, text, toggle } from "../../flags.ts";
import { gatewayFlags } from "../../rpc/flags.ts";

/** A send waits for its receipt; the channel may be told to slow down meanwhile. */
const TIMEOUT_MS = 60_000;

/** A broadcast is one send after the other. */
const BROADCAST_TIMEOUT_MS = 600_000;

/** Looking at the queue asks only the gateway itself. */
const QUEUE_TIMEOUT_MS = 10_000;

const POLL_MAX_SECONDS = 604_800;

/** What every action takes. */
const actionFlags = {
  channel: filled("channel", "Channel; not needed with one channel, or a target that names it"),
  account: filled("id", "Account of the channel; its default one unless told"),
  dryRun: toggle("Show what would be done, and do nothing"),
  verbose: toggle("Show the whole answer of the channel"),
  ...gatewayFlags(TIMEOUT_MS),
};

const target = filled("dest", "Chat: Telegram id, @name or <chat>:topic:<n>; may begin with telegram:", {
  short: "t",
});
const messageId = filled("id", "Id of the message");
const threadId = filled("id", "Topic of a forum");
const silent = toggle("Without a sound for those who receive it");
const idempotencyKey = filled("key", "A repeat with the same key answers the first outcome, sending nothing");
const limit = integerOr(20, "n", "Most messages", { min: 1, max: 100 });
const messageText = (summary: string) => text("text", summary, { short: "m" });

export const sendFlags = {
  target,
  message: messageText("What to say, in Markdown; - reads it from standard input"),
  media: list("path-or-url", "File or address of a picture, voice, film or document; repeat for several"),
  replyTo: filled("id", "Id of the message it answers"),
  threadId,
  silent,
  forceDocument: toggle("Send pictures and films as files, uncompressed"),
  gifPlayback: toggle("Play a film like a GIF"),
  asVoice: toggle("Send audio as a voice note"),
  presentation: filled("json", "Text, buttons and tables as shared presentation blocks"),
  delivery: filled("json", 'Wishes for the delivery, for example {"pin": true}'),
  pin: toggle("Pin it once it has arrived"),
  idempotencyKey,
  ...actionFlags,
};

export const pollFlags = {
  target,
  pollQuestion: filled("text", "The question"),
  pollOption: list("choice", "A possible answer; 2 to 12 of them"),
  pollMulti: toggle("Several answers may be chosen"),
  pollDurationSeconds: integer("n", "Closes after so many seconds", { min: 5, max: POLL_MAX_SECONDS }),
  pollDurationHours: integer("n", "Closes after so many hours", { min: 1, max: POLL_MAX_SECONDS / 3_600 }),
  pollAnonymous: toggle("Nobody sees who chose what"),
  pollPublic: toggle("Everybody sees who chose what"),
  threadId,
  silent,
  idempotencyKey,
  ...actionFlags,
};

export const reactFlags = {
  target,
  messageId,
  emoji: text("emoji", "The reaction; without it every own one is taken away"),
  remove: toggle("Take this reaction away"),
  ...actionFlags,
};

export const editFlags = {
  target,
  messageId,
  message: messageText("What it says from now on; - reads it from standard input"),
  threadId,
  ...actionFlags,
};

export const pointFlags = { target, messageId, ...actionFlags };

export const pinFlags = { ...pointFlags, silent };

export const readFlags = {
  target,
  limit,
  before: integer("n", "Only what was said before #n", { min: 1 }),
  after: integer("n", "Only what was said after #n", { min: 1 }),
  around: integer("n", "What was said around #n", { min: 1 }),
  threadId,
  ...actionFlags,
};

export const searchFlags = {
  query: filled("words", "Words to look for"),
  target,
  limit,
  ...actionFlags,
};

export const broadcastFlags = {
  targets: list("dest", "A chat; more may follow, or repeat it"),
  message: messageText("What to say; - reads it from standard input"),
  media: list("path-or-url", "File or address; repeat for several"),
  silent,
  idempotencyKey,
  ...actionFlags,
  ...gatewayFlags(BROADCAST_TIMEOUT_MS),
};

export const stickerFlags = {
  target,
  stickerId: filled("id", "File id of the sticker"),
  replyTo: filled("id", "Id of the message it answers"),
  threadId,
  idempotencyKey,
  ...actionFlags,
};

export const topicCreateFlags = {
  target,
  threadName: filled("name", "Name of the topic"),
  idempotencyKey,
  ...actionFlags,
};

export const topicEditFlags = {
  target,
  threadId,
  threadName: filled("name", "New name of the topic"),
  close: toggle("Close the topic"),
  reopen: toggle("Open it again"),
  ...actionFlags,
};

const queue = gatewayFlags(QUEUE_TIMEOUT_MS);

export const queueListFlags = {
  direction: choice(["in", "out"], "Only what came in, or what goes out"),
  state: list("state", "Only in this state, for example unknown or dead; repeat for several"),
  channel: filled("channel", "Only of this channel"),
  account: filled("id", "Only of this account"),
  limit: integerOr(50, "n", "Most entries", { min: 1, max: 500 }),
  ...queue,
};

export const queueEntryFlags = queue;

export const queueRetryFlags = {
  yes: toggle("Send it even if it may then arrive twice; do not ask"),
  ...queue,
};

export type ActionFlags = FlagValues<typeof actionFlags>;

const entry = { name: "id", summary: "Entry, from message queue list: in-12, out-7", required: true };

const queueCommand = defineCommand({
  name: "queue",
  summary: "Messages on their way: what waits, what failed, what is uncertain",
  description:
    "Every message is kept until it is answered or has arrived. What failed for good (dead) or may have arrived (unknown) stays here until somebody retries or drops it.",
  examples: [
    ["openclaw message queue list", "See what is not done"],
    ["openclaw message queue list --state dead", "See what was given up"],
    ["openclaw message queue retry out-7", "Send it after all"],
  ],
  subcommands: [
    defineCommand({
      name: "list",
      summary: "What is not done, newest last",
      flags: queueListFlags,
      examples: [["openclaw message queue list --direction out", "See what is to be sent"]],
      load: () => import("../../message/queue/list.ts"),
    }),
    defineCommand({
      name: "show",
      summary: "Everything about one entry",
      args: [entry],
      flags: queueEntryFlags,
      examples: [["openclaw message queue show out-7", "Look at one entry"]],
      load: () => import("../../message/queue/show.ts"),
    }),
    defineCommand({
      name: "retry",
      summary: "Try one entry again; an uncertain message may then arrive twice",
      args: [entry],
      flags: queueRetryFlags,
      examples: [
        ["openclaw message queue retry in-12", "Answer it after all"],
        ["openclaw message queue retry out-7 --yes", "Send it though it may have arrived"],
      ],
      load: () => import("../../message/queue/retry.ts"),
    }),
    defineCommand({
      name: "drop",
      summary: "Take one entry out for good",
      args: [entry],
      flags: queueEntryFlags,
      examples: [["openclaw message queue drop out-7", "Do not send it"]],
      load: () => import("../../message/queue/drop.ts"),
    }),
  ],
});

export const messageCommand = defineCommand({
  name: "message",
  summary: "Say and do things in chats",
  description:
    "Everything goes through the running gateway, which owns the accounts; nothing is sent without it. What did not arrive for certain ends with exit code 1.",
  examples: [
    ['openclaw message send --target 777 --message "Hi"', "Say something in a chat"],
    ['openclaw message send -t @news -m "Look" --media ./photo.jpg', "Send a picture"],
    ["openclaw message react -t 777 --message-id 42 --emoji 👍", "React to a message"],
    ["openclaw message queue list", "See what has not arrived"],
  ],
  subcommands: [
    defineCommand({
      name: "send",
      summary: "Send a message",
      flags: sendFlags,
      examples: [
        ['openclaw message send --target telegram:777 --message "**Done.**"', "Markdown to a Telegram chat"],
        ['openclaw message send -t -1001234567890:topic:7 -m "Build is green"', "Into a topic"],
        ['openclaw message send -t 777 --media a.jpg --media b.jpg -m "Trip"', "An album"],
      ],
      load: () => import("../../message/send.ts"),
    }),
    defineCommand({
      name: "poll",
      summary: "Start a poll",
      flags: pollFlags,
      examples: [
        [
          'openclaw message poll -t @lunch --poll-question "Lunch?" --poll-option Pizza --poll-option Sushi',
          "Ask a group",
        ],
      ],
      load: () => import("../../message/poll.ts"),
    }),
    defineCommand({
      name: "react",
      summary: "Add a reaction, or take it away",
      flags: reactFlags,
      examples: [["openclaw message react -t 777 --message-id 42 --emoji 👍", "Like it"]],
      load: () => import("../../message/react.ts"),
    }),
    defineCommand({
      name: "edit",
      summary: "Change a message of the bot",
      flags: editFlags,
      examples: [['openclaw message edit -t 777 --message-id 42 -m "Corrected"', "Correct it"]],
      load: () => import("../../message/edit.ts"),
    }),
    defineCommand({
      name: "delete",
      summary: "Delete a message",
      flags: pointFlags,
      examples: [["openclaw message delete -t 777 --message-id 42", "Delete it"]],
      load: () => import("../../message/delete.ts"),
    }),
    defineCommand({
      name: "pin",
      summary: "Pin a message",
      flags: pinFlags,
      examples: [["openclaw message pin -t 777 --message-id 42", "Pin it"]],
      load: () => import("../../message/pin.ts"),
    }),
    defineCommand({
      name: "unpin",
      summary: "Unpin a message, or all without --message-id",
      flags: pointFlags,
      examples: [["openclaw message unpin -t 777", "Unpin everything"]],
      load: () => import("../../message/unpin.ts"),
    }),
    defineCommand({
      name: "read",
      summary: "What was said in a chat",
      description:
        "As far as the gateway saw it: what it was told, and what its agents said. Platforms do not let bots read more.",
      flags: readFlags,
      examples: [["openclaw message read -t 777 --limit 10", "See the last ten"]],
      load: () => import("../../message/read.ts"),
    }),
    defineCommand({
      name: "search",
      summary: "Find what was said, in one chat or in all",
      flags: searchFlags,
      examples: [['openclaw message search --query "train ticket"', "Look everywhere"]],
      load: () => import("../../message/search.ts"),
    }),
    defineCommand({
      name: "broadcast",
      summary: "Send one message to several chats",
      args: [{ name: "targets", summary: "More chats", rest: true }],
      flags: broadcastFlags,
      examples: [['openclaw message broadcast --targets 777 @news -m "Hi"', "Tell two chats"]],
      load: () => import("../../message/broadcast.ts"),
    }),
    defineCommand({
      name: "sticker",
      summary: "Send a sticker",
      flags: stickerFlags,
      examples: [["openclaw message sticker -t 777 --sticker-id CAACAgIAAxk", "Send one"]],
      load: () => import("../../message/sticker.ts"),
    }),
    defineCommand({
      name: "thread",
      summary: "Topics of a forum",
      aliases: ["topic"],
      examples: [['openclaw message thread create -t -1001234567890 --thread-name "Builds"', "Open a topic"]],
      subcommands: [
        defineCommand({
          name: "create",
          summary: "Open a topic",
          flags: topicCreateFlags,
          examples: [['openclaw message thread create -t -1001234567890 --thread-name "Builds"', "Open one"]],
          load: () => import("../../message/thread/create.ts"),
        }),
        defineCommand({
          name: "edit",
          summary: "Rename, close or reopen a topic",
          flags: topicEditFlags,
          examples: [["openclaw message thread edit -t -1001234567890 --thread-id 7 --close", "Close one"]],
          load: () => import("../../message/thread/edit.ts"),
        }),
      ],
    }),
    queueCommand,
  ],
});
