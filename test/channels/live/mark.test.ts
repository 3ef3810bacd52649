import { expect, test } from "bun:test";
import type { Chat } from "../../../src/channels/inbound-event.ts";
import { GROUP, LiveRig } from "./rig.ts";

const marks = (rig: LiveRig) => rig.shown.filter(([, call]) => call === "react").map(([, , what]) => what);

test("a message that names the agent in a group is marked, one in a direct chat is not", () => {
  const rig = new LiveRig();
  rig.begin({ chat: GROUP, wasMentioned: true });
  expect(marks(rig)).toEqual(["100 👀"]);
  const direct = new LiveRig();
  direct.begin();
  expect(marks(direct)).toEqual([]);
});

const DIRECT: Chat = { id: "777", kind: "direct" };
const CHANNEL: Chat = { id: "-200", kind: "channel" };
const scopes: readonly [string, readonly boolean[]][] = [
  ["all", [true, true, true, true]],
  ["direct", [true, false, false, false]],
  ["group-all", [false, true, true, false]],
  ["group-mentions", [false, false, true, false]],
  ["off", [false, false, false, false]],
  ["none", [false, false, false, false]],
];
for (const [ackReactionScope, expected] of scopes) {
  test(`ackReactionScope ${ackReactionScope} marks what it says`, () => {
    const rig = new LiveRig({ messages: { ackReactionScope } });
    const places = [
      { chat: DIRECT, wasMentioned: true },
      { chat: GROUP, wasMentioned: false },
      { chat: GROUP, wasMentioned: true },
      { chat: CHANNEL, wasMentioned: false },
    ];
    const marked = places.map((place) => {
      const before = marks(rig).length;
      rig.begin(place);
      return marks(rig).length > before;
    });
    expect(marked).toEqual([...expected]);
  });
}

test("the mark is that of the channel, else of all messages, else the agent's sign, else eyes; an empty one is none", () => {
  const mark = (telegram: object, messages: object, emoji?: string) => {
    const rig = new LiveRig({ channels: { telegram }, messages: { ackReactionScope: "all", ...messages } });
    rig.begin(emoji === undefined ? {} : { emoji });
    return marks(rig)[0];
  };
  expect(mark({ ackReaction: "🔥" }, { ackReaction: "👍" }, "🦊")).toBe("100 🔥");
  expect(mark({}, { ackReaction: "👍" }, "🦊")).toBe("100 👍");
  expect(mark({}, {}, "🦊")).toBe("100 🦊");
  expect(mark({}, {})).toBe("100 👀");
  expect(mark({ ackReaction: "" }, { ackReaction: "👍" })).toBeUndefined();
  expect(mark({ reactionLevel: "off" }, {})).toBeUndefined();
});

test("a sign the platform does not allow becomes eyes; any other failure is left alone", async () => {
  const rig = new LiveRig({ messages: { ackReactionScope: "all" } });
  rig.fail("react", "refused");
  rig.begin({ emoji: "🦞" });
  await rig.settle();
  expect(marks(rig)).toEqual(["100 🦞", "100 👀"]);
  rig.fail("react", "refused");
  rig.begin();
  await rig.settle();
  expect(marks(rig)).toHaveLength(3);
});

test("status reactions follow the turn, calmly, and say how it ended", async () => {
  const rig = new LiveRig({ messages: { ackReactionScope: "all", statusReactions: { enabled: true } } });
  const reply = rig.begin();
  reply.observer.started?.();
  await rig.pass(1_000);
  reply.observer.tool?.({ id: "1", name: "read", phase: "start" });
  await rig.pass(100);
  reply.observer.tool?.({ id: "1", name: "read", phase: "end" });
  await rig.pass(100);
  reply.observer.tool?.({ id: "2", name: "web_fetch", phase: "start" });
  await rig.pass(1_000);
  await reply.finish();
  await rig.pass(5_000);
  expect(marks(rig)).toEqual(["100 👀", "100 🤔", "100 ⚡", "100 👍"]);
  await rig.begin().finish(true);
  await rig.settle();
  expect(marks(rig).at(-1)).toBe("100 😱");
});
