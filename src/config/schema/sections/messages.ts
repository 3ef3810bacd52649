import { Type } from "@sinclair/typebox";
import { oneOf } from "../../../protocol/index.ts";
import { choice, either, flag, integer, lazy, map, section, text, texts } from "../field.ts";

const QUEUE_MODES = ["steer", "followup", "collect", "interrupt"] as const;
const USAGE = ["on", "off", "tokens", "full"] as const;

const milliseconds = () => Type.Integer({ minimum: 0 });

const visibleReplies = () =>
  either(
    [Type.Literal("automatic"), Type.Literal("message_tool"), Type.Boolean()],
    "Visible replies",
    "Whether the answer is posted by itself or only through the message tool.",
  );

/** Group chat behaviour; in `messages` and per agent. */
export const groupChat = () =>
  section("Group chats", "How the agent behaves in groups.", {
    mentionPatterns: texts("Mentions", "Regular expressions that count as a mention."),
    historyLimit: integer("History", "Messages of the group the agent sees.", { default: 50, minimum: 0 }),
    unmentionedInbound: choice(
      ["user_request", "room_event"],
      "Without mention",
      "How other messages are treated.",
    ),
    visibleReplies: visibleReplies(),
  });

/** `messages`: what happens to a message on its way in and out. */
export const messages = lazy(() =>
  section("Messages", "What happens to a message on its way in and out.", {
    visibleReplies: visibleReplies(),
    responsePrefix: text("Reply prefix", "Text before every reply."),
    usageTemplate: either(
      [Type.String(), Type.Record(Type.String(), Type.Unknown())],
      "Usage template",
      "How the usage line is written.",
      { advanced: true },
    ),
    responseUsage: either(
      [oneOf(USAGE), Type.Record(Type.String(), oneOf(USAGE))],
      "Usage line",
      "Whether replies end with what they cost; one setting, or one for each channel.",
    ),
    groupChat: groupChat(),
    queue: section("Queue", "What happens to messages while the agent is at work.", {
      mode: choice(QUEUE_MODES, "Mode", "Steer the run, follow up after it, collect, or interrupt it.", {
        default: "steer",
      }),
      byChannel: map(oneOf(QUEUE_MODES), "Mode by channel", "The same for one channel."),
      debounceMsByChannel: map(
        milliseconds(),
        "Debounce by channel",
        "Quiet time before a run, for one channel.",
      ),
      cap: integer("Length", "Messages that wait at most.", { default: 20, exclusiveMinimum: 0 }),
      drop: choice(["old", "new", "summarize"], "When full", "Which messages go.", { default: "summarize" }),
    }),
    inbound: section("Inbound", "Joins messages sent in quick succession.", {
      debounceMs: integer("Debounce (ms)", "Quiet time that ends a burst.", { minimum: 0 }),
      byChannel: map(milliseconds(), "By channel", "The same for one channel."),
    }),
    ackReaction: text("Acknowledgement", "Emoji a message is marked with when it is taken up."),
    ackReactionScope: choice(
      ["group-mentions", "group-all", "direct", "all", "off", "none"],
      "Acknowledgement in",
      "Which messages are marked.",
      { default: "group-mentions" },
    ),
    statusReactions: section("Status reactions", "Emoji that follow the progress of a run.", {
      enabled: flag("Enabled", "Shows them."),
    }),
  }),
);
