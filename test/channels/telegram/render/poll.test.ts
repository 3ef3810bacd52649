import { expect, test } from "bun:test";
import { type OutboundPoll, SendError } from "../../../../src/channels/outbound-message.ts";
import { mayPress, renderPoll, whyNoButtons } from "../../../../src/channels/telegram/render/index.ts";
import { account } from "./account.ts";

const POLL: OutboundPoll = { question: " Ship it? ", options: ["Yes", "No"] };

test("who voted is shown unless told otherwise", () => {
  expect(renderPoll(POLL, account())).toEqual({
    kind: "poll",
    question: "Ship it?",
    options: ["Yes", "No"],
    isAnonymous: false,
    allowsMultiple: false,
  });
});

test("everything a poll may have is kept", () => {
  const poll = {
    ...POLL,
    isAnonymous: true,
    maxSelections: 2,
    durationSeconds: 300,
    silent: true,
    replyToId: "9",
  };
  expect(renderPoll(poll, account())).toMatchObject({
    isAnonymous: true,
    allowsMultiple: true,
    openSeconds: 300,
    silent: true,
    replyTo: 9,
  });
});

test.each([
  [{ question: "" }, "needs a question"],
  [{ question: "q".repeat(301) }, "301 characters; Telegram takes at most 300"],
  [{ options: ["a"] }, "2 to 12 options, not 1"],
  [{ options: Array.from({ length: 13 }, String) }, "not 13"],
  [{ options: ["a", " "] }, "is empty"],
  [{ options: ["a", "b".repeat(101)] }, "101 characters; Telegram takes at most 100"],
  [{ maxSelections: 3 }, "3 of 2 options"],
  [{ maxSelections: 0 }, "0 of 2"],
  [{ durationSeconds: 4 }, "5 to 604800 seconds, not 4"],
  [{ durationSeconds: 1.5 }, "not 1.5"],
])("%j is refused in words", (fields, why) => {
  try {
    renderPoll({ ...POLL, ...fields }, account());
    throw new Error("it was taken");
  } catch (error) {
    expect(error).toBeInstanceOf(SendError);
    expect(String(error)).toContain(why);
  }
});

test("where buttons may be shown follows capabilities.inlineButtons", () => {
  const direct = { chatId: "777" };
  const group = { chatId: "-100123" };
  const shown = (scope: "off" | "dm" | "group" | "all" | "allowlist") =>
    [direct, group, { chatId: "@name" }].map((target) => whyNoButtons(scope, target) === undefined);
  expect(shown("off")).toEqual([false, false, false]);
  expect(shown("dm")).toEqual([true, false, false]);
  expect(shown("group")).toEqual([false, true, false]);
  expect(shown("all")).toEqual([true, true, true]);
  expect(shown("allowlist")).toEqual([true, true, true]);
  expect(mayPress("dm", "group")).toBe(false);
  expect(mayPress("allowlist", "group")).toBe(true);
});
