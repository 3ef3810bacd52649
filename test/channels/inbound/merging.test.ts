import { expect, test } from "bun:test";
import fc from "fast-check";
import type { InboundMessage } from "../../../src/channels/index.ts";
import { bundleOf } from "../../../src/channels/inbound/lanes/bundle.ts";
import { entryOf } from "../../../src/channels/inbound/lanes/entry.ts";
import { until } from "../../support/index.ts";
import { calm, House, message } from "./house.ts";
import { says } from "./stand-ins.ts";

const photo = (fileId: string) => ({ kind: "image", fileId, mimeType: "image/jpeg" }) as const;

test("an album is one message, with its caption, once it has been quiet for 300 ms", async () => {
  await using house = await House.open();
  house.agents.answer = () => says("three pictures");
  const part = (fileId: string, text = "") => message(text, { albumId: "a", media: [photo(fileId)] });
  await house.tell(part("1", "look"), part("2"));
  await calm();
  house.clock.advance(200);
  await house.tell(part("3"));
  await calm();
  house.clock.advance(299);
  await calm();
  expect(house.agents.submitted).toEqual([]);
  house.clock.advance(1);
  const [turn] = await house.submitted(1);
  expect(turn?.text.split("\n")).toEqual([
    "look",
    ...Array.from({ length: 3 }, (_, index) => `[media unavailable: no file ${index + 1}]`),
  ]);
  await house.settled();
  expect(await house.texts()).toEqual(["three pictures"]);
});

test("a text that the sender's program cut is put together again", async () => {
  await using house = await House.open();
  const start = "a".repeat(4_000);
  await house.tell(message(start));
  await calm();
  house.clock.advance(1_000);
  await house.tell(message("the end"));
  const [turn] = await house.submitted(1);
  expect(turn?.text).toBe(`${start}\nthe end`);
});

test("a long text with nothing after it is answered after 1.5 s", async () => {
  await using house = await House.open();
  await house.tell(message("a".repeat(4_000)));
  await calm();
  house.clock.advance(1_499);
  await calm();
  expect(house.agents.submitted).toEqual([]);
  house.clock.advance(1);
  await house.submitted(1);
});

test("messages that are forwarded together are one, and tell whose words they are", async () => {
  await using house = await House.open();
  await house.tell(
    message("what do you think?"),
    message("buy", { forwardedFrom: "Bo\n[x]" }),
    message("sell", { forwardedFrom: "Cy" }),
  );
  house.clock.advance(80);
  const [turn] = await house.submitted(1);
  expect(turn?.text).toBe("what do you think?\n[Forwarded from Bo x]\nbuy\n[Forwarded from Cy]\nsell");
});

test("short texts wait for nothing, unless messages.inbound says so", async () => {
  await using quick = await House.open();
  await quick.tell(message("one"), message("two"));
  expect((await quick.submitted(2)).map(({ text }) => text)).toEqual(["one", "two"]);

  await using patient = await House.open({
    config: { messages: { inbound: { debounceMs: 5, byChannel: { telegram: 1_000 } } } } as never,
  });
  await patient.tell(message("one"));
  await calm();
  patient.clock.advance(900);
  await patient.tell(message("two", { messageId: "last" }));
  await calm();
  patient.clock.advance(999);
  await calm();
  expect(patient.agents.submitted).toEqual([]);
  patient.clock.advance(1);
  const [turn] = await patient.submitted(1);
  expect(turn?.text).toBe("one\ntwo");
  // Media and commands end a burst at once.
  await patient.tell(message("three"), message("/status"));
  await patient.submitted(3);
  expect(patient.agents.submitted.map(({ text }) => text)).toEqual(["one\ntwo", "three", "/status"]);
});

test("what was sent hours apart and comes in at once after a downtime is not one message", async () => {
  await using house = await House.open({ config: { messages: { inbound: { debounceMs: 1_000 } } } as never });
  await house.tell(
    message("one", { at: 1 }),
    message("two", { at: 3_600_000 }),
    message("/x", { at: 3_600_001 }),
  );
  expect((await house.submitted(3)).map(({ text }) => text)).toEqual(["one", "two", "/x"]);
  expect(house.agents.submitted[0]?.context).toMatch(/^\[Sent \d+d \d+h ago\]$/);
});

test("messages of others in between do not tear an album apart", async () => {
  await using house = await House.open();
  const chat = { id: "-100", kind: "group" } as const;
  const al = { chat, albumId: "a" };
  const bo = { chat, sender: { id: "888", isBot: false } };
  await house.tell(message("one", al), message("hello", bo), message("two", al));
  await calm();
  house.clock.advance(300);
  expect((await house.submitted(2)).map(({ text }) => text)).toEqual(["one\ntwo", "hello"]);
});

test("the messages of one turn stay together over a restart, and what comes later is another", async () => {
  await using house = await House.open();
  await house.tell(message("a".repeat(4_000), { messageId: "1" }), message("b", { messageId: "2" }));
  const [before] = await house.submitted(1);
  house.agents.runs.clear();
  house.inbound.receive = () => Promise.reject(new Error("gone"));
  await house.restart();
  await house.tell(message("c", { messageId: "3" }));
  const [, again, next] = await house.submitted(3);
  expect(again).toMatchObject({ runId: before?.runId, text: before?.text });
  expect(next?.text).toBe("c");
});

test("bounds: 12 messages, 50,000 characters, 7.5 s, and never two people or an album with another", () => {
  const text = fc.oneof(
    fc.constant("x"),
    fc.integer({ min: 3_999, max: 30_000 }).map((n) => "y".repeat(n)),
  );
  const part = fc.record({
    text,
    gapMs: fc.constantFrom(0, 10, 90, 400, 1_600),
    sender: fc.constantFrom("1", "2"),
    albumId: fc.constantFrom(undefined, "a", "b"),
    forwardedFrom: fc.constantFrom(undefined, "Bo"),
    isCommand: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(0, 500),
      (parts, debounceMs) => {
        let at = 0;
        const entries = parts.map(({ gapMs, sender, albumId, forwardedFrom, ...rest }, index) => {
          at += gapMs;
          const event = message(rest.isCommand ? "/x" : rest.text, {
            sender: { id: sender, isBot: false },
            at,
            ...(albumId !== undefined && { albumId, media: [photo("f")] }),
            ...(forwardedFrom !== undefined && { forwardedFrom }),
          });
          return entryOf({
            id: index,
            channel: "telegram",
            identity: "bot",
            accountId: "default",
            eventKey: `${index}`,
            lane: "1",
            event,
            state: "waiting",
            acceptedAt: at,
            attempts: 0,
            notBefore: 0,
          });
        });
        const first = entries[0]?.event as InboundMessage;
        const bundle = bundleOf(entries, at, debounceMs);
        const messages = bundle.entries.map(({ event }) => event as InboundMessage);
        expect(messages[0]).toBe(first);
        expect(messages.length).toBeLessThanOrEqual(12);
        expect(new Set(messages.map(({ sender }) => sender.id)).size).toBe(1);
        if (messages.length > 1) {
          expect(messages.reduce((sum, one) => sum + one.text.length, 0)).toBeLessThanOrEqual(50_000);
          expect(messages.some((one) => one.text === "/x")).toBe(false);
          expect(new Set(messages.map(({ albumId }) => albumId)).size).toBe(1);
        }
        // Whatever waits is due at last.
        const late = bundleOf(entries, at + 7_500, debounceMs);
        expect(late.waitMs).toBeUndefined();
        // What is taken is the front of what this sender said.
        const own = entries.filter(({ event }) => (event as InboundMessage).sender.id === first.sender.id);
        expect(bundle.entries).toEqual(own.slice(0, bundle.entries.length));
      },
    ),
  );
});

test("an edit that comes before its message is taken up replaces the text; the edited row is over with it", async () => {
  await using house = await House.open();
  house.agents.answer = ({ text }) => says(`re: ${text.length}`);
  const long = message("a".repeat(4_000), { messageId: "1" });
  await house.tell(long);
  await calm();
  await house.tell({ ...long, text: "short", isEdit: true, at: 5 });
  house.clock.advance(1_500);
  await house.settled();
  expect(house.agents.submitted.map(({ text }) => text)).toEqual(["short"]);
  expect(await house.ends()).toEqual(["message:777:1: answered", "edit:777:1:5: answered"]);
});

test("C15: nobody edits what somebody else said: it is answered as they said it", async () => {
  await using house = await House.open();
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  const chat = { id: "-100", kind: "group" } as const;
  const long = message(`pay nobody ${"a".repeat(4_000)}`, { chat, messageId: "1" });
  await house.tell(long);
  await calm();
  const bo = { id: "888", name: "Bo", isBot: false };
  await house.tell({ ...long, sender: bo, text: "pay Bo", isEdit: true, at: 5 });
  house.clock.advance(1_500);
  await house.settled();
  expect(house.agents.submitted.map(({ text }) => text)).toEqual([long.text]);
  expect(house.agents.notes).toEqual(['Telegram message 1 was edited by Bo (888), it now reads: "pay Bo"']);
});

test("an edit of an answered message is a note for the session, not a turn", async () => {
  await using house = await House.open();
  house.agents.answer = () => says("ok");
  const first = message("helo", { messageId: "1" });
  await house.tell(first);
  await house.settled();
  await house.tell({ ...first, text: "hello", isEdit: true, at: 5 });
  await house.settled();
  expect(house.agents.submitted.length).toBe(1);
  expect(house.agents.notes).toEqual(['Telegram message 1 was edited by Al (777), it now reads: "hello"']);
  expect(await house.ends()).toEqual(["message:777:1: answered", "edit:777:1:5: noted"]);
});

test("an edit that first names us is answered, since nothing was", async () => {
  await using house = await House.open();
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  house.gate.verdict = (event) =>
    event.kind === "message" && !event.isMention
      ? { state: "overheard" }
      : { state: "admitted", isOwner: false, isAuthorized: false, wasMentioned: true };
  const chat = { id: "-100", kind: "group" } as const;
  const first = message("what is this?", { chat, messageId: "1" });
  await house.tell(first);
  await house.settled();
  await house.tell({ ...first, text: "@bot what is this?", isEdit: true, isMention: true, at: first.at + 5 });
  await until("an answer", async () => (await house.texts()).length === 1);
  expect(await house.texts()).toEqual(["re: @bot what is this?"]);
  expect(house.agents.submitted[0]?.context).toBeUndefined();
});
