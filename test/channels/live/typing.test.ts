import { expect, test } from "bun:test";
import { GROUP, LiveRig } from "./rig.ts";

test("a direct message is answered with the typing sign at once, renewed until the answer comes", async () => {
  const rig = new LiveRig();
  const reply = rig.begin();
  expect(rig.typed()).toEqual([0]);
  await rig.pass(12_000);
  expect(rig.typed()).toEqual([0, 5_000, 10_000]);
  await reply.finish();
  await rig.pass(20_000);
  expect(rig.typed()).toHaveLength(3);
});

test("in a group the sign begins at once when the agent was named, else with its first words or tool", async () => {
  const named = new LiveRig();
  named.begin({ chat: GROUP, wasMentioned: true });
  expect(named.typed("-100")).toEqual([0]);
  const overheard = new LiveRig();
  const { observer } = overheard.begin({ chat: GROUP });
  observer.started?.();
  observer.text?.("  ");
  expect(overheard.typed("-100")).toEqual([]);
  await overheard.pass(100);
  observer.text?.("hi");
  expect(overheard.typed("-100")).toEqual([100]);
});

const modes: readonly [string, number | undefined, number | undefined, number | undefined][] = [
  ["never", undefined, undefined, undefined],
  ["instant", 0, 0, 0],
  ["thinking", undefined, 1_000, 1_000],
  ["message", undefined, undefined, 2_000],
];
for (const [typingMode, begun, started, spoken] of modes) {
  test(`typingMode ${typingMode} shows the sign when it says`, async () => {
    const rig = new LiveRig({ agents: { defaults: { typingMode, typingIntervalSeconds: 100 } } });
    const { observer } = rig.begin();
    expect(rig.typed()[0]).toBe(begun as number);
    await rig.pass(1_000);
    observer.started?.();
    expect(rig.typed()[0]).toBe(started as number);
    await rig.pass(1_000);
    observer.tool?.({ id: "1", name: "exec", phase: "start" });
    expect(rig.typed()[0]).toBe(spoken as number);
  });
}

test("an agent's own typing mode counts before that of all agents", () => {
  const config = {
    agents: { defaults: { typingMode: "never" }, entries: { ops: { typingMode: "instant" } } },
  };
  const rig = new LiveRig(config);
  rig.begin();
  expect(rig.typed()).toEqual([]);
  rig.begin({ agentId: "ops" });
  expect(rig.typed()).toEqual([0]);
});

test("the interval is the configured one", async () => {
  const rig = new LiveRig({ agents: { defaults: { typingIntervalSeconds: 3 } } });
  rig.begin();
  await rig.pass(7_000);
  expect(rig.typed()).toEqual([0, 3_000, 6_000]);
});

test("a turn without any sign of life stops typing after two minutes, and types again when it moves", async () => {
  const rig = new LiveRig();
  const { observer } = rig.begin();
  await rig.pass(300_000);
  expect(rig.typed().at(-1)).toBe(115_000);
  observer.text?.("here I am");
  expect(rig.typed().at(-1)).toBe(300_000);
});

test("several answers for one chat show one sign, until the last has come", async () => {
  const rig = new LiveRig();
  const first = rig.begin();
  const second = rig.begin({ messageId: "101" });
  await rig.pass(5_000);
  await first.finish();
  await rig.pass(5_000);
  await second.finish();
  await rig.pass(5_000);
  expect(rig.typed()).toEqual([0, 5_000, 10_000]);
});
