import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TargetError } from "../../../../src/channels/channel.ts";
import { formatTarget, senderId, target } from "../../../../src/channels/telegram/render/index.ts";

describe("target", () => {
  test.each([
    ["123", { chatId: "123", chatKind: "direct" }],
    [" telegram:123 ", { chatId: "123", chatKind: "direct" }],
    ["TG:-1001234567890", { chatId: "-1001234567890", chatKind: "group" }],
    ["telegram:group:-100123", { chatId: "-100123", chatKind: "group" }],
    ["-100123:topic:7", { chatId: "-100123", chatKind: "group", topicId: "7" }],
    ["telegram:-100123:7", { chatId: "-100123", chatKind: "group", topicId: "7" }],
    ["@some_name", { chatId: "@some_name" }],
    ["some_name", { chatId: "@some_name" }],
    ["@some_name:topic:3", { chatId: "@some_name", topicId: "3" }],
    ["https://t.me/some_name", { chatId: "@some_name" }],
    ["t.me/some_name/55", { chatId: "@some_name" }],
    ["https://telegram.me/some_name/7/55?single", { chatId: "@some_name", topicId: "7" }],
    ["https://t.me/c/1234567890/5", { chatId: "-1001234567890", chatKind: "group" }],
    ["https://t.me/c/1234567890/7/5", { chatId: "-1001234567890", chatKind: "group", topicId: "7" }],
  ] as const)("%s is understood", (text, expected) => {
    expect(target(text)).toEqual(expected);
  });

  test.each([
    "",
    "0",
    "-0",
    "007",
    "1e5",
    "abc",
    "@a",
    "@1name",
    "99999999999999999",
    "123:topic:0",
    "telegram:",
    "https://t.me/+AbCdEf",
    "https://t.me/joinchat/x y",
    "https://example.com/name",
    "two words",
  ])("“%s” names no chat", (text) => {
    expect(() => target(text)).toThrow(TargetError);
  });

  test("what cannot be read is named in the error, not at any length", () => {
    expect(() => target(`${"x".repeat(5_000)}!`)).toThrow(/“x{80}…” names no Telegram chat\. Use its number/);
  });

  test("what is written is read back", () => {
    const chatId = fc.oneof(
      fc
        .integer({ min: -1_009_999_999_999, max: 9_999_999_999 })
        .filter((id) => id !== 0)
        .map(String),
      fc.stringMatching(/^@[A-Za-z][A-Za-z0-9_]{4,20}$/),
    );
    const topic = fc.option(fc.integer({ min: 1, max: 2_000_000_000 }).map(String), { nil: undefined });
    fc.assert(
      fc.property(chatId, topic, (id, topicId) => {
        const written = formatTarget({ chatId: id, ...(topicId !== undefined && { topicId }) });
        const read = target(`telegram:${written}`);
        expect(formatTarget(read)).toBe(written);
        expect(read).toMatchObject({ chatId: id, ...(topicId !== undefined && { topicId }) });
      }),
    );
  });

  test("any text is a target that can be written again, or a TargetError", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        try {
          const read = target(text);
          expect(target(formatTarget(read))).toEqual(read);
        } catch (error) {
          expect(error).toBeInstanceOf(TargetError);
        }
      }),
    );
  });
});

describe("senderId", () => {
  test.each([
    ["777", "777"],
    ["tg:777", "777"],
    ["telegram:777", "777"],
    [" Telegram: 777 ", "777"],
  ])("%s is the sender %s", (entry, id) => {
    expect(senderId(entry)).toBe(id);
  });

  test.each([
    "@al",
    "al",
    "-100123",
    "telegram:-100123",
    "0777",
    "*",
    "",
    "7.5",
    "777:topic:1",
    "99999999999999999",
  ])("%s can never be a sender", (entry) => {
    expect(senderId(entry)).toBeUndefined();
  });
});
