import { Type } from "@sinclair/typebox";
import { sender } from "../sections/commands.ts";
import {
  choice,
  decimal,
  either,
  flag,
  integer,
  lazy,
  list,
  map,
  opaque,
  section,
  text,
  texts,
} from "../field.ts";
import { secret } from "../secret-ref.ts";
import { threadBindings } from "../sections/session.ts";
import { accountKeys, chatKeys, chunkMode, DM_POLICIES, GROUP_POLICIES, overriding } from "./shared.ts";
import { streamingBlock, streamingPreview, streamingProgress } from "./streaming.ts";

const allowFrom = () => list(sender(), "Allowed senders", "Ids of people who may write; * for anyone.");

const topicKeys = lazy(() => ({
  requireMention: flag("Needs a mention", "Answers only when mentioned."),
  enabled: flag("Enabled", "Listens here."),
  allowFrom: allowFrom(),
  skills: texts("Skills", "Skills offered here."),
  groupPolicy: choice(GROUP_POLICIES, "Senders", "Who is heard here."),
  systemPrompt: text("Prompt", "Added to the prompt here."),
  ingest: flag("Ingest", "Reads along without answering."),
  disableAudioPreflight: flag("No transcription", "Leaves voice messages unheard."),
  errorPolicy: choice(["always", "once", "silent"], "Errors", "How errors are shown here."),
}));

const topic = () =>
  Type.Object(
    { ...topicKeys(), agentId: text("Agent", "Agent that answers here.") },
    { title: "Topic", description: "One topic.", additionalProperties: false },
  );

const topics = () => map(topic(), "Topics", "Topics of the group, by id.");

const group = () =>
  Type.Object(
    { ...topicKeys(), ...chatKeys(), topics: topics() },
    { title: "Group", description: "One group.", additionalProperties: false },
  );

const direct = () =>
  Type.Object(
    {
      ...chatKeys(),
      dmPolicy: choice(DM_POLICIES, "Policy", "Who may write."),
      enabled: flag("Enabled", "Listens here."),
      allowFrom: allowFrom(),
      skills: texts("Skills", "Skills offered here."),
      topics: topics(),
      errorPolicy: choice(["always", "once", "silent"], "Errors", "How errors are shown here."),
      requireTopic: flag("Needs a topic", "Answers only in topics."),
      autoTopicLabel: opaque("Topic names", "Names topics by itself."),
    },
    { title: "Chat", description: "One direct chat.", additionalProperties: false },
  );

const autoFlag = (title: string, description: string) =>
  either([Type.Boolean(), Type.Literal("auto")], title, description);

const actions = () =>
  section("Actions", "What the agent may do beside answering.", {
    reactions: flag("Reactions", "React to messages."),
    sendMessage: flag("Send", "Send messages elsewhere."),
    poll: flag("Polls", "Start polls."),
    deleteMessage: flag("Delete", "Delete messages."),
    editMessage: flag("Edit", "Edit messages."),
    sticker: flag("Stickers", "Send stickers."),
    createForumTopic: flag("New topics", "Open topics."),
    editForumTopic: flag("Edit topics", "Rename topics."),
  });

const telegramKeys = lazy(() => ({
  ...accountKeys(),
  botToken: secret("Bot token", "Token of the bot, from @BotFather."),
  tokenFile: text("Token file", "File that holds the token."),
  allowFrom: allowFrom(),
  groupAllowFrom: list(sender(), "Allowed in groups", "Ids of people who may write in groups."),
  defaultTo: either([Type.String(), Type.Number()], "Default chat", "Chat used when none is named."),
  groups: map(group(), "Groups", "Groups, by id; * for all."),
  direct: map(direct(), "Direct chats", "Direct chats, by id; * for all."),
  textChunkLimit: integer("Text limit", "Characters of one message.", {
    default: 4_000,
    exclusiveMinimum: 0,
  }),
  streaming: section("Streaming", "How an answer appears.", {
    mode: choice(
      ["off", "partial", "block", "progress"],
      "Mode",
      "All at once, growing, in parts, or as progress.",
      {
        default: "progress",
      },
    ),
    chunkMode: chunkMode(),
    preview: streamingPreview(),
    progress: streamingProgress(),
    block: streamingBlock(),
  }),
  mediaMaxMb: decimal("Media (MB)", "Largest attachment.", { default: 100, exclusiveMinimum: 0 }),
  linkPreview: flag("Link preview", "Shows previews of links.", { default: true }),
  ackReaction: text("Acknowledgement", "Emoji a message is marked with."),
  reactionNotifications: choice(["off", "own", "all"], "Reactions heard", "Reactions the agent learns of.", {
    default: "own",
  }),
  commands: section("Commands", "The bot's command menu.", {
    native: autoFlag("Native", "Fills the menu."),
    nativeSkills: autoFlag("Skills", "Puts skills in the menu."),
  }),
  customCommands: list(
    Type.Object(
      {
        command: text("Command", "Its name.", { required: true }),
        description: text("Description", "What it does.", { required: true }),
      },
      { title: "Command", description: "One command.", additionalProperties: false },
    ),
    "Custom commands",
    "Further entries of the menu.",
  ),
  actions: actions(),
  threadBindings: threadBindings(),
  proxy: text("Proxy", "Proxy to Telegram.", { sensitive: true }),
  network: section("Network", "How Telegram is reached.", {
    autoSelectFamily: flag("Happy eyeballs", "Tries IPv6 and IPv4."),
    dnsResultOrder: choice(["ipv4first", "verbatim"], "DNS order", "Which address is tried first.", {
      default: "ipv4first",
    }),
    dangerouslyAllowPrivateNetwork: flag("Private network", "Dangerous: allows a private apiRoot."),
  }),
  apiRoot: text("Bot API", "Address of a Bot API server.", { placeholder: "https://api.telegram.org" }),
  trustedLocalFileRoots: texts(
    "Local files",
    "Folders in which a Bot API server on this machine keeps the files it names.",
  ),
  webhookUrl: text("Webhook", "Address Telegram posts to; polling when absent."),
  webhookSecret: secret("Webhook secret", "Secret Telegram sends along."),
  webhookPath: text("Webhook path", "Path of the listener."),
  webhookHost: text("Webhook address", "Address of the listener."),
  webhookPort: integer("Webhook port", "Port of the listener.", { minimum: 0 }),
  webhookCertPath: text("Webhook certificate", "Self-signed certificate to give to Telegram."),
  errorPolicy: choice(["always", "once", "silent"], "Errors", "How errors are shown."),
  silentErrorReplies: flag("Quiet errors", "Sends errors without a notification sound."),
}));

/** `channels.telegram`: bots. */
export const telegram = () =>
  section("Telegram", "Telegram bots.", {
    ...telegramKeys(),
    accounts: map(
      Type.Object(overriding(telegramKeys()), {
        title: "Account",
        description: "One bot.",
        additionalProperties: false,
      }),
      "Accounts",
      "Further bots, by name.",
    ),
    defaultAccount: text("Default account", "Account used when none is named."),
  });
