import { Type } from "@sinclair/typebox";
import { flag, integer, lazy, map, section, text, texts } from "../field.ts";
import { accountKeys, allowedTexts, chatKeys, chunkMode, overriding } from "./shared.ts";
import { streamingBlock } from "./streaming.ts";

const group = () =>
  Type.Object(
    { ...chatKeys(), requireMention: flag("Needs a mention", "Answers only when mentioned.") },
    { title: "Group", description: "One group.", additionalProperties: false },
  );

const chat = () =>
  Type.Object(
    { systemPrompt: text("Prompt", "Added to the prompt in this chat.") },
    { title: "Chat", description: "One chat.", additionalProperties: false },
  );

const whatsappKeys = lazy(() => ({
  ...accountKeys(),
  allowFrom: allowedTexts(),
  groupAllowFrom: texts("Allowed in groups", "Numbers that may write in groups."),
  defaultTo: text("Default chat", "Chat used when none is named."),
  groups: map(group(), "Groups", "Groups, by id; * for all."),
  direct: map(chat(), "Direct chats", "Direct chats, by number; * for all."),
  textChunkLimit: integer("Text limit", "Characters of one message.", {
    default: 4_000,
    exclusiveMinimum: 0,
  }),
  streaming: section("Streaming", "How an answer appears.", {
    chunkMode: chunkMode(),
    block: streamingBlock(),
  }),
  mediaMaxMb: integer("Media (MB)", "Largest attachment.", { default: 50, exclusiveMinimum: 0 }),
  sendReadReceipts: flag("Read receipts", "Shows senders that their message was read.", { default: true }),
  selfChatMode: flag("Own number", "The account is the user's own number."),
}));

/** `channels.whatsapp`: linked phones. */
export const whatsapp = () =>
  section("WhatsApp", "WhatsApp accounts, linked like WhatsApp Web.", {
    ...whatsappKeys(),
    actions: section("Actions", "What the agent may do beside answering.", {
      reactions: flag("Reactions", "React to messages."),
      sendMessage: flag("Send", "Send messages elsewhere."),
      polls: flag("Polls", "Start polls."),
      calls: flag("Calls", "Decline calls."),
    }),
    accounts: map(
      Type.Object(
        { ...overriding(whatsappKeys()), authDir: text("Credentials", "Folder of the link.") },
        { title: "Account", description: "One account.", additionalProperties: false },
      ),
      "Accounts",
      "Further accounts, by name.",
    ),
    defaultAccount: text("Default account", "Account used when none is named."),
  });
