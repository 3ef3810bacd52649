import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  normaliseUpdate,
  readUpdate,
  selfOf,
  UPDATE_KINDS,
} from "../../../../src/channels/telegram/normalise/index.ts";
import { observedCase, OBSERVED_NAMES } from "../observed.ts";
import { AL, FORUM, GROUP, keyed, message, PRIVATE, RECEIVED_AT, SELF, whyIgnored } from "./read.ts";

describe("presses", () => {
  test("a press is told with what it says, and the time it was received", () => {
    expect(keyed(observedCase("callback button").update)).toEqual({
      key: "press:cb1",
      lane: "777",
      event: {
        kind: "press",
        chat: { id: "777", kind: "direct", title: "Al", username: "al" },
        sender: { id: "777", name: "Al", username: "al", isBot: false },
        at: RECEIVED_AT,
        messageId: "5004",
        data: "yes_clicked",
        pressId: "cb1",
      },
    });
  });

  test("a press is the presser's, not that of whoever the message is from", () => {
    const query = {
      id: "p",
      from: { id: 888, is_bot: false },
      data: "x",
      message: message({ chat: GROUP, from: AL }),
    };
    expect(keyed({ callback_query: query }).event).toMatchObject({ sender: { id: "888" } });
  });

  test("a press in a topic is in its lane", () => {
    const below = message({ chat: FORUM, message_thread_id: 7, is_topic_message: true });
    expect(keyed({ callback_query: { id: "p", from: AL, data: "x", message: below } }).lane).toBe(
      "-100555:7",
    );
  });

  test("presses that say nothing are ignored", () => {
    expect(
      whyIgnored({ callback_query: { id: "p", from: AL, message: message({}), game_short_name: "g" } }),
    ).toContain("game");
    expect(
      whyIgnored({ callback_query: { id: "p", from: AL, data: "x", inline_message_id: "i" } }),
    ).toContain("inline");
  });
});

describe("reactions", () => {
  const reaction = (fields: object) => ({
    message_reaction: { chat: GROUP, message_id: 9, user: AL, date: 1_700_000_000, ...fields },
  });
  const thumb = { type: "emoji", emoji: "👍" };

  test("what came and what went is told", () => {
    const custom = { type: "custom_emoji", custom_emoji_id: "55" };
    const heart = { type: "emoji", emoji: "❤" };
    expect(
      keyed(reaction({ old_reaction: [thumb, heart], new_reaction: [heart, custom, { type: "paid" }] })),
    ).toMatchObject({
      key: "reaction:5",
      lane: "-100123",
      event: {
        added: ["custom:55", "⭐"],
        removed: ["👍"],
        messageId: "9",
        isToOwn: false,
        at: 1_700_000_000_000,
      },
    });
  });

  test("a message that is remembered is ours and tells its topic", () => {
    const self = {
      ...SELF,
      sent: (chat: string, id: string) => (chat === "-100555" && id === "9" ? { topicId: "7" } : undefined),
    };
    const { lane, event } = keyed(reaction({ chat: FORUM, old_reaction: [], new_reaction: [thumb] }), self);
    expect(lane).toBe("-100555:7");
    expect(event).toMatchObject({ isToOwn: true, chat: { topicId: "7" } });
  });

  test("in a direct chat a message is taken for ours", () => {
    expect(keyed(reaction({ chat: PRIVATE, old_reaction: [], new_reaction: [thumb] })).event).toMatchObject({
      isToOwn: true,
    });
  });

  test("an anonymous reaction is the chat's, and one that changes nothing is ignored", () => {
    expect(
      keyed(reaction({ user: undefined, actor_chat: GROUP, old_reaction: [], new_reaction: [thumb] })).event,
    ).toMatchObject({ sender: { id: "-100123", isChat: true } });
    expect(whyIgnored(reaction({ old_reaction: [thumb], new_reaction: [thumb] }))).toContain("nothing");
  });
});

test("names are one line that turns nothing and paints nothing, and families stay together", () => {
  const name = "\u001b[2JAl\n\u202egnihtemos\u2066 👨‍👩‍👧";
  const chat = { id: -100, type: "supergroup", title: "A\u2028group" };
  const from = { id: 7, is_bot: false, first_name: name, last_name: "\u0007", username: "al\u009b" };
  const update = { update_id: 1, message: { message_id: 1, date: 1, chat, from, text: "hi" } };
  const [read] = normaliseUpdate(update, SELF, 0);
  expect(read?.event).toMatchObject({
    chat: { title: "A group" },
    sender: { id: "7", name: "[2JAl gnihtemos 👨‍👩‍👧", username: "al" },
  });
});

test("a group moves to a group, and nothing else does", () => {
  const move = (type: string, to: unknown) =>
    normaliseUpdate(
      { update_id: 1, message: { message_id: 1, date: 1, chat: { id: -5, type }, migrate_to_chat_id: to } },
      SELF,
      0,
    ).map(({ event }) => event.kind);
  expect(move("group", -1005)).toEqual(["migration"]);
  for (const [type, to] of [
    ["group", 777],
    ["group", 0],
    ["group", "-1005"],
    ["private", -1005],
    ["channel", -1005],
  ] as const) {
    expect(move(type, to)).not.toContain("migration");
  }
});

test("updates that mean nothing here give nothing, and say why", () => {
  expect(whyIgnored({ poll: { id: "1" } })).toBe("an update of a kind that is not read: poll");
  expect(whyIgnored({ my_chat_member: { chat: GROUP, new_chat_member: { status: "kicked" } } })).toContain(
    "kicked",
  );
  expect(normaliseUpdate({ update_id: 1, inline_query: {} }, SELF, RECEIVED_AT)).toEqual([]);
  expect(UPDATE_KINDS).toContain("message_reaction");
});

test("what cannot be read is kept", () => {
  const update = { update_id: 12, message: { text: "who?" } };
  expect(normaliseUpdate(update, SELF, RECEIVED_AT)).toEqual([
    {
      key: "unreadable:12",
      lane: "unreadable",
      event: { kind: "unreadable", at: RECEIVED_AT, reason: "a message without a chat", raw: update },
    },
  ]);
  expect(normaliseUpdate("nonsense", SELF, RECEIVED_AT)).toMatchObject([{ event: { kind: "unreadable" } }]);
});

test("the account knows itself from getMe", () => {
  expect(selfOf({ id: 4242, username: "mock_bot", has_topics_enabled: true })).toEqual({
    id: "4242",
    username: "mock_bot",
    hasTopics: true,
  });
  expect(() => selfOf({})).toThrow("getMe");
});

describe("any JSON at all", () => {
  const name = fc.constantFrom(
    ...(
      "id type title chat from sender_chat message_id date edit_date text caption entities caption_entities offset length " +
      "photo file_id sticker venue location latitude poll options contact dice reply_to_message external_reply quote origin " +
      "forward_origin user rich_message blocks cells migrate_to_chat_id message_thread_id is_topic_message data message " +
      "old_reaction new_reaction is_forum toString __proto__"
    ).split(" "),
  );
  const leaf = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.constantFrom(
      null,
      "private",
      "supergroup",
      "channel",
      "text_link",
      "code",
      "constructor",
      "user",
      "emoji",
    ),
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof({ depthSize: "medium" }, leaf, fc.array(tie("json"), { maxLength: 4 }), tie("object")),
    object: fc.dictionary(name, tie("json"), { maxKeys: 8 }),
  }));
  const update = fc.dictionary(fc.constantFrom(...UPDATE_KINDS, "update_id", "poll"), json, { maxKeys: 3 });

  test("is read without an error, and gives what can be stored and given back", () => {
    fc.assert(
      fc.property(fc.oneof(update, json, fc.jsonValue()), (value) => {
        const events = normaliseUpdate(value, SELF, RECEIVED_AT);
        expect(events.length).toBeLessThanOrEqual(1);
        for (const one of events) {
          expect(one.key).not.toBe("");
          expect(one.lane).not.toBe("");
          expect(JSON.parse(JSON.stringify(one.event)).kind).toBe(one.event.kind);
          if (one.event.kind === "message") expect(one.event.text.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("a recorded update with any field broken is read, ignored or kept, and never invents a sender", () => {
    const recorded = fc.constantFrom(...OBSERVED_NAMES).map((one) => observedCase(one).update);
    fc.assert(
      fc.property(recorded, name, json, (update, broken, value) => {
        const told = JSON.parse(JSON.stringify(update), (key, old: unknown) =>
          key === broken ? value : old,
        ) as unknown;
        const reading = readUpdate(told, SELF, RECEIVED_AT);
        if (reading.state === "read" && reading.event.kind === "message") {
          expect(reading.event.sender.id).toMatch(/^-?\d+$/);
          expect(reading.event.chat.id).toMatch(/^-?\d+$/);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("marks of any kind leave no half character behind", () => {
    const entity = fc.record({
      type: fc.constantFrom("code", "pre", "text_link", "text_mention", "bold", "bot_command", "mention"),
      offset: fc.integer({ min: -2, max: 20 }),
      length: fc.integer({ min: -1, max: 20 }),
      url: fc.webUrl(),
      language: fc.string(),
      user: fc.constant({ id: 8 }),
    });
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 20 }),
        fc.array(entity, { maxLength: 6 }),
        (text, entities) => {
          const [one] = normaliseUpdate(
            { update_id: 1, message: message({ text, entities }) },
            SELF,
            RECEIVED_AT,
          );
          if (one?.event.kind === "message") expect(one.event.text.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
