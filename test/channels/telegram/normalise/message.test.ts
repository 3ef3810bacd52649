import { describe, expect, test } from "bun:test";
import { observedCase } from "../observed.ts";
import { AL, asMessage, FORUM, GROUP, keyed, message, PRIVATE, said, SELF, whyIgnored } from "./read.ts";

describe("recorded updates", () => {
  const read = (name: string) => keyed(observedCase(name).update);

  test("a direct message is told with its chat, its sender and its text as typed", () => {
    const { key, lane, event } = read("direct text, Markdown reply");
    expect({ key, lane }).toEqual({ key: "message:777:100", lane: "777" });
    expect(event).toEqual({
      kind: "message",
      chat: { id: "777", kind: "direct", title: "Al", username: "al" },
      sender: { id: "777", name: "Al", username: "al", isBot: false },
      at: 0,
      messageId: "100",
      text: "say **bold** _it_ `code` [l](https://x.y) ~~s~~ ||sp|| <b>raw</b> a & b < c",
      isMention: false,
      media: [],
    });
  });

  test("a caption is the text of a photo", () => {
    expect(asMessage(read("photo with caption").event)).toMatchObject({
      text: "say saw photo",
      media: [{ kind: "image", fileId: "f1", mimeType: "image/jpeg", sizeBytes: 70 }],
    });
  });

  test("a place is told with six digits and the accuracy", () => {
    expect(asMessage(read("location pin").event).text).toBe("📍 48.858844, 2.294351 ±12m");
  });

  test("a message of a group without a mention is told as such", () => {
    expect(asMessage(read("group, no mention").event)).toMatchObject({
      chat: { id: "-100123", kind: "group", title: "Grp One" },
      isMention: false,
    });
  });

  test("a mention of the bot's name is one", () => {
    expect(asMessage(read("group, mention").event)).toMatchObject({
      text: "@mock_bot say group hi",
      isMention: true,
    });
  });

  test("a reply to the bot says so", () => {
    expect(asMessage(read("group, reply to the bot").event)).toMatchObject({
      isMention: false,
      replyTo: { messageId: "5000", text: "old", isOwn: true, sender: { id: "4242", isBot: true } },
    });
  });

  test("topics have lanes of their own", () => {
    expect(read("forum General topic").lane).toBe("-100555:1");
    expect(read("forum topic 7").lane).toBe("-100555:7");
    expect(asMessage(read("forum topic 7").event).chat).toMatchObject({ topicId: "7", isForum: true });
  });

  test("commands are told as such", () => {
    const update = observedCase("command /whoami").update;
    expect(keyed(update).event).toMatchObject({ text: "/whoami" });
  });
});

describe("topics", () => {
  test("what has no topic in a forum is in the general one", () => {
    expect(said({ chat: FORUM, text: "a" }).chat.topicId).toBe("1");
    expect(said({ chat: FORUM, text: "a", message_thread_id: 40 }).chat.topicId).toBe("1");
  });

  test("a thread of replies in a group without topics is no topic", () => {
    expect(said({ chat: GROUP, text: "a", message_thread_id: 40 }).chat.topicId).toBeUndefined();
  });

  test("a direct chat has topics only when the bot has them", () => {
    const fields = { text: "a", message_thread_id: 40, is_topic_message: true };
    expect(said(fields).chat.topicId).toBeUndefined();
    expect(said(fields, { ...SELF, hasTopics: true }).chat.topicId).toBe("40");
  });

  test("the message that opened a topic is not what its first messages answer", () => {
    const root = { ...message({ chat: FORUM, from: { id: 4242, is_bot: true } }), message_id: 7 };
    const fields = { chat: FORUM, text: "a", message_thread_id: 7, is_topic_message: true };
    expect(
      said({ ...fields, reply_to_message: { ...root, forum_topic_created: { name: "x" } } }).replyTo,
    ).toBeUndefined();
    expect(said({ ...fields, reply_to_message: root }).replyTo).toBeUndefined();
    expect(
      said({ ...fields, reply_to_message: { ...root, message_id: 9, text: "b" } }).replyTo,
    ).toMatchObject({
      messageId: "9",
      isOwn: true,
    });
  });
});

describe("commands", () => {
  const command = (text: string, fields: object = {}) => ({
    text,
    entities: [{ type: "bot_command", offset: 0, length: text.split(" ")[0]?.length }],
    ...fields,
  });

  test("a command from the menu is one", () => {
    expect(said(command("/status now"))).toMatchObject({
      text: "/status now",
      isCommand: true,
      isMention: false,
    });
  });

  test("a command addressed to the bot loses the name and counts as a mention", () => {
    expect(said(command("/status@Mock_Bot now", { chat: GROUP }))).toMatchObject({
      text: "/status now",
      isCommand: true,
      isMention: true,
    });
  });

  test("a command for another bot is ignored in a group and plain text in a direct chat", () => {
    const other = command("/status@other_bot");
    expect(whyIgnored({ message: message({ ...other, chat: GROUP }) })).toBe("a command for another bot");
    expect(said(other)).toMatchObject({ text: "/status@other_bot" });
    expect(said(other).isCommand).toBeUndefined();
  });

  test("a command in the middle of a sentence is text", () => {
    expect(
      said({ text: "see /status", entities: [{ type: "bot_command", offset: 4, length: 7 }] }).isCommand,
    ).toBeUndefined();
  });

  test("what a command is given stays as typed", () => {
    const entities = [
      { type: "bot_command", offset: 0, length: 5 },
      { type: "code", offset: 6, length: 2 },
    ];
    expect(said({ text: "/exec ls", entities }).text).toBe("/exec ls");
  });
});

describe("marks", () => {
  test("links have their address, people without a name their id", () => {
    const entities = [
      { type: "text_link", offset: 0, length: 4, url: "https://x.y/a (b)" },
      { type: "text_mention", offset: 9, length: 2, user: { id: 888, is_bot: false, first_name: "Bo" } },
      { type: "bold", offset: 5, length: 3 },
    ];
    expect(said({ text: "here and Bo", entities }).text).toBe(
      "[here](https://x.y/a%20%28b%29) and [Bo](tg://user?id=888)",
    );
  });

  test("code keeps its ticks, more of them when it has some itself", () => {
    const entities = [
      { type: "code", offset: 2, length: 3 },
      { type: "pre", offset: 6, length: 6, language: "js" },
    ];
    expect(said({ text: "a b`c let x;", entities }).text).toBe("a ``b`c`` \n```js\nlet x;\n```");
  });

  test("a mention by id counts as much as one by name", () => {
    const entities = [{ type: "text_mention", offset: 0, length: 3, user: { id: 4242, is_bot: true } }];
    expect(said({ text: "bot do", entities, chat: GROUP }).isMention).toBe(true);
  });

  test("a name that only looks like ours, or stands in no mark, is no mention", () => {
    const entities = [{ type: "mention", offset: 0, length: 10 }];
    expect(said({ text: "@mock_bot2 hi", entities, chat: GROUP }).isMention).toBe(false);
    expect(said({ text: "@mock_bot hi", chat: GROUP }).isMention).toBe(false);
  });

  test("marks that lie outside or cut a character in two are left out", () => {
    const entities = [
      { type: "code", offset: 1, length: 2 },
      { type: "code", offset: 0, length: 99 },
      { type: "code", offset: -1, length: 2 },
    ];
    expect(said({ text: "😀😀", entities }).text).toBe("😀😀");
  });
});

describe("replies and forwards", () => {
  test("a quote is told beside what is answered", () => {
    const reply_to_message = message({ text: "one two three" });
    expect(
      said({ text: "yes", reply_to_message, quote: { text: "two", position: 4 } }).replyTo,
    ).toMatchObject({
      text: "one two three",
      quote: "two",
      isOwn: false,
      sender: { id: "777" },
    });
  });

  test("a reply to a message of another chat cannot be taken for one of this chat", () => {
    const external_reply = {
      origin: {
        type: "channel",
        chat: { id: -1009, type: "channel", title: "News" },
        message_id: 3,
        date: 1,
      },
      chat: { id: -1009, type: "channel", title: "News" },
      message_id: 3,
    };
    expect(said({ text: "see", external_reply, quote: { text: "q", position: 0 } }).replyTo).toEqual({
      messageId: "-1009/3",
      quote: "q",
      sender: { id: "-1009", name: "News", isBot: false, isChat: true },
      isOwn: false,
    });
  });

  test("a reply to a picture says what it was", () => {
    const reply_to_message = message({ photo: [{ file_id: "f", width: 1, height: 1 }] });
    expect(said({ text: "nice", reply_to_message }).replyTo?.text).toBe("<media:image>");
  });

  test.each([
    [{ type: "user", sender_user: { id: 1, first_name: "Cy", username: "cy" } }, "Cy (@cy)"],
    [{ type: "hidden_user", sender_user_name: "Somebody" }, "Somebody"],
    [
      { type: "chat", sender_chat: { id: -5, type: "group", title: "Club" }, author_signature: "Jo" },
      "Club, Jo",
    ],
    [{ type: "channel", chat: { id: -6, type: "channel", title: "News", username: "news" } }, "News (@news)"],
  ])("where a message was forwarded from is told: %j", (forward_origin, name) => {
    expect(said({ text: "a", forward_origin }).forwardedFrom).toBe(name);
  });
});

describe("who speaks", () => {
  test("an anonymous administrator speaks as the chat", () => {
    const from = { id: 1_087_968_824, is_bot: true, first_name: "Group", username: "GroupAnonymousBot" };
    expect(said({ text: "a", chat: GROUP, from, sender_chat: GROUP }).sender).toEqual({
      id: "-100123",
      name: "Grp One",
      isBot: false,
      isChat: true,
    });
  });

  test("a post of a channel is spoken by the channel", () => {
    const chat = { id: -1009, type: "channel", title: "News", username: "news" };
    const { event, key } = keyed({
      channel_post: { message_id: 4, date: 1, chat, sender_chat: chat, text: "a" },
    });
    expect(key).toBe("message:-1009:4");
    expect(event).toMatchObject({ chat: { kind: "channel" }, sender: { id: "-1009", isChat: true } });
  });

  test("a message through another bot is its sender's", () => {
    expect(said({ text: "a", via_bot: { id: 9, is_bot: true, username: "gif" } }).sender.id).toBe("777");
  });

  test("what the account said itself is ignored", () => {
    const from = { id: 4242, is_bot: true, first_name: "Mock" };
    expect(whyIgnored({ message: message({ text: "a", from }) })).toContain("itself");
  });
});

describe("edits", () => {
  const edit = (fields: object) =>
    keyed({ edited_message: message({ edit_date: 1_700_000_009, ...fields }) });

  test("an edit is told with its own time and a key of its own", () => {
    const { key, event } = edit({ text: "b" });
    expect(key).toStartWith("edit:777:100:1700000009:");
    expect(event).toMatchObject({ isEdit: true, text: "b", at: 1_700_000_009_000 });
  });

  test("the same edit has the same key, another one within the same second has not", () => {
    expect(edit({ text: "b" }).key).toBe(edit({ text: "b" }).key);
    expect(edit({ text: "b" }).key).not.toBe(edit({ text: "c" }).key);
  });

  test("posts are edited as well", () => {
    const chat = { id: -1009, type: "channel", title: "News" };
    expect(
      keyed({ edited_channel_post: { message_id: 4, date: 1, edit_date: 2, chat, text: "b" } }).event,
    ).toMatchObject({ isEdit: true, sender: { isChat: true } });
  });

  test("a live location that moves is no new message", () => {
    const location = { latitude: 1, longitude: 2, live_period: 60 };
    expect(said({ location }).text).toBe("🛰 Live location: 1.000000, 2.000000");
    expect(whyIgnored({ edited_message: message({ location, edit_date: 2 }) })).toContain("moved");
  });
});

test("a group that became a supergroup is one migration, whichever chat tells of it first", () => {
  const old = { id: -55, type: "group", title: "G" };
  const grown = { id: -10055, type: "supergroup", title: "G" };
  const told = keyed({ message: message({ chat: old, migrate_to_chat_id: -10055 }) });
  const again = keyed({ message: message({ chat: grown, migrate_from_chat_id: -55 }) });
  expect(told).toMatchObject({
    key: "migration:-55",
    lane: "-55",
    event: { kind: "migration", chat: { id: "-55" }, newChatId: "-10055" },
  });
  expect(again.key).toBe(told.key);
  expect(again.event).toMatchObject({ chat: { id: "-55" }, newChatId: "-10055" });
});

test("direct chats of other accounts and direct messages to channels are not read", () => {
  expect(whyIgnored({ message: message({ text: "a", business_connection_id: "x" }) })).toContain("business");
  expect(
    whyIgnored({ message: message({ text: "a", chat: { ...GROUP, is_direct_messages: true } }) }),
  ).toContain("channel");
  expect(PRIVATE.id).toBe(AL.id);
});
