import { expect, test } from "bun:test";
import type { LiveReply } from "../../../src/channels/live/index.ts";
import { LiveRig, streaming } from "./rig.ts";

const tool = (
  reply: LiveReply,
  id: string,
  name: string,
  phase: "start" | "end" = "start",
  isError = false,
) => reply.observer.tool?.({ id, name, phase, isError });

test("an answer without tools shows no draft", async () => {
  const rig = new LiveRig();
  const reply = rig.begin();
  reply.observer.started?.();
  reply.observer.text?.("a long answer ".repeat(20));
  await rig.pass(10_000);
  reply.observer.message?.("a long answer ".repeat(20), true);
  expect(await reply.finish()).toEqual({});
  expect(rig.shown).toEqual([]);
});

test("tools that take a moment show that the agent works; the draft goes when the answer has come", async () => {
  const rig = new LiveRig();
  const reply = rig.begin();
  tool(reply, "1", "exec");
  await rig.pass(3_000);
  tool(reply, "1", "exec", "end");
  expect(rig.shown).toEqual([[1_500, "open", "**Working**"]]);
  expect(rig.calls.find(({ call }) => call === "keep")?.what).toEqual({ id: 1 });
  expect(await reply.finish()).toEqual({ discard: { id: 1 } });
  expect(await reply.finish()).toEqual({ discard: { id: 1 } });
});

test("tools that are quickly done show nothing", async () => {
  const rig = new LiveRig();
  const reply = rig.begin();
  tool(reply, "1", "exec");
  await rig.pass(1_000);
  expect(await reply.finish()).toEqual({});
  await rig.pass(10_000);
  expect(rig.shown).toEqual([]);
});

test("what the agent said before its tools is the headline", async () => {
  const rig = new LiveRig();
  const reply = rig.begin();
  reply.observer.message?.("I look\nat the files.", false);
  tool(reply, "1", "read");
  await rig.pass(2_000);
  reply.observer.message?.("Now the tests.", false);
  await rig.pass(2_000);
  expect(rig.shown).toEqual([
    [1_500, "open", "I look at the files."],
    [2_500, "update", "Now the tests."],
  ]);
});

const looks: readonly [string, object, string][] = [
  ["a label of one's own stays above", { label: "Busy" }, "Going.\n**Busy**"],
  ["a label called auto stays as well", { label: "auto" }, "Going.\n**Working**"],
  ["no label is none", { label: false }, "Going."],
  ["no narration is none", { narration: false }, "**Working**"],
  ["tools are lines", { toolProgress: true }, "Going.\n🛠️ read\n⚠️ exec failed"],
  ["commentary is lines", { commentary: true }, "**Working**\nGoing."],
  ["the oldest lines go", { toolProgress: true, maxLines: 1, label: "x" }, "Going.\n⚠️ exec failed"],
  ["lines are cut at words", { commentary: true, maxLineChars: 5, label: false }, "Goin…"],
];
for (const [promise, progress, expected] of looks) {
  test(`${promise}: ${JSON.stringify(progress)}`, async () => {
    const rig = new LiveRig(streaming({ mode: "progress", progress }));
    const reply = rig.begin();
    reply.observer.message?.("Going.", false);
    tool(reply, "1", "read");
    tool(reply, "2", "exec");
    tool(reply, "2", "exec", "end", true);
    await rig.pass(2_000);
    expect(rig.shown).toEqual([[1_500, "open", expected]]);
  });
}

test("one of several labels is chosen, the same for the same message", async () => {
  const label = async () => {
    const rig = new LiveRig(streaming({ progress: { labels: ["Checking", "Reading", "Testing"] } }));
    tool(rig.begin(), "1", "exec");
    await rig.pass(2_000);
    return rig.shown[0]?.[2];
  };
  const chosen = await label();
  expect(["**Checking**", "**Reading**", "**Testing**"]).toContain(String(chosen));
  expect(await label()).toBe(chosen);
});

test("where nothing is to be shown live, nothing is", async () => {
  const rig = new LiveRig(streaming({ mode: "off" }));
  const reply = rig.begin();
  tool(reply, "1", "exec");
  reply.observer.text?.("x".repeat(100));
  await rig.pass(10_000);
  expect(await reply.finish()).toEqual({});
  expect(rig.shown).toEqual([]);
});
