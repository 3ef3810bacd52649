import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TargetError } from "../../../src/channels/channel.ts";
import { formatTarget, jidOf, senderId, target } from "../../../src/channels/whatsapp/render/index.ts";

describe("who is meant", () => {
  test.each([
    ["whatsapp:+15550001", { chatId: "+15550001", chatKind: "direct" }],
    ["+1 (555) 000-1234", { chatId: "+15550001234", chatKind: "direct" }],
    ["0015550001234", { chatId: "+15550001234", chatKind: "direct" }],
    ["15550001@s.whatsapp.net", { chatId: "+15550001", chatKind: "direct" }],
    ["123456789012345@lid", { chatId: "123456789012345@lid", chatKind: "direct" }],
    ["120363000000000001@g.us", { chatId: "120363000000000001@g.us", chatKind: "group" }],
    ["whatsapp:15550001234-1600000000@g.us", { chatId: "15550001234-1600000000@g.us", chatKind: "group" }],
    ["120363000000000001@newsletter", { chatId: "120363000000000001@newsletter", chatKind: "channel" }],
  ] as const)("%s", (text, chat) => {
    expect(target(text)).toEqual(chat);
  });

  test.each([
    "",
    "Al",
    "+12",
    "12345678901234567890",
    "telegram:777",
    "+1555@evil.example",
    "status@broadcast",
  ])("%j is nobody", (text) => {
    expect(() => target(text)).toThrow(TargetError);
  });

  test("a target survives being written and read, and is somebody to WhatsApp", () => {
    const number = fc.bigInt({ min: 1_000_000n, max: 999_999_999_999_999n }).map((n) => `+${n}`);
    fc.assert(
      fc.property(number, (chatId) => {
        expect(target(formatTarget(target(chatId)))).toEqual({ chatId, chatKind: "direct" });
        expect(senderId(chatId.slice(1))).toBe(chatId);
        expect(jidOf({ chatId })).toBe(`${chatId.slice(1)}@s.whatsapp.net`);
      }),
    );
  });

  test("an id without a number never becomes one, and a group is nobody", () => {
    expect(senderId("15550000001@lid")).toBe("15550000001@lid");
    expect(senderId("120363000000000001@g.us")).toBeUndefined();
    expect(senderId("Al")).toBeUndefined();
  });
});
