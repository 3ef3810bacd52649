import { describe, expect, test } from "bun:test";
import { CPU_LIMIT_MS, cpuTimeOf } from "../cpu-time.ts";
import { gateOf, GROUP, message, person } from "./world.ts";

type Identity = Parameters<typeof gateOf>[1] extends infer Options | undefined
  ? Options extends { identity?: infer One }
    ? One
    : never
  : never;

async function isMeant(
  text: string,
  identity: Identity,
  settings: Record<string, unknown> = {},
  chat = GROUP,
): Promise<boolean> {
  const { admit } = gateOf(
    { channels: { telegram: { groupPolicy: "open", ...settings } } },
    { ...(identity && { identity }) },
  );
  const { state } = await admit(message(chat, person("1"), { text }));
  return state === "admitted";
}

describe("mentions in words", () => {
  test("the agent's name is one, as words of its own in either case", async () => {
    const identity = { name: "Lobster Bot" };
    for (const text of ["lobster bot, hi", "hey LOBSTER  BOT!", "@Lobster\nBot"]) {
      expect({ text, is: await isMeant(text, identity) }).toEqual({ text, is: true });
    }
    for (const text of ["lobsters bot", "lobster robot", "bot lobster", "lobster bottle"]) {
      expect({ text, is: await isMeant(text, identity) }).toEqual({ text, is: false });
    }
  });

  test("signs in a name are taken as they are", async () => {
    expect(await isMeant("hi c++ (x)", { name: "C++ (x)" })).toBe(true);
    expect(await isMeant("hi ccc x", { name: "C++ (x)" })).toBe(false);
    expect(await isMeant("你好 小龙 虾", { name: "小龙" })).toBe(true);
    expect(await isMeant("anything", { name: "   " })).toBe(false);
  });

  test("its emoji is one", async () => {
    expect(await isMeant("oh 🦞 come", { emoji: "🦞" })).toBe(true);
    expect(await isMeant("oh 🐙 come", { emoji: "🦞" })).toBe(false);
  });

  test("configured patterns take their place, and an empty list switches them off", async () => {
    expect(await isMeant("hey claw", { name: "Bob", mentionPatterns: ["\\bclaw\\b"] })).toBe(true);
    expect(await isMeant("hey bob", { name: "Bob", mentionPatterns: ["\\bclaw\\b"] })).toBe(false);
    expect(await isMeant("hey bob", { name: "Bob", mentionPatterns: [] })).toBe(false);
  });

  test("a pattern that is refused counts nowhere and harms no other", async () => {
    const mentionPatterns = ["(", "(a)\\1", ".*", "claw"];
    expect(await isMeant("hello aa", { mentionPatterns })).toBe(false);
    expect(await isMeant("CLAW", { mentionPatterns })).toBe(true);
  });

  test("a catastrophic pattern over a long text is an answer and not a stand-still", async () => {
    const text = "a".repeat(1_000_000);
    const took = await cpuTimeOf(async () =>
      expect(await isMeant(text, { mentionPatterns: ["(a+)+$b", "(a|a)*c"] })).toBe(false),
    );
    expect(took).toBeLessThan(CPU_LIMIT_MS);
  });

  test("mentionPatterns of the account says where they count; a native mention always does", async () => {
    const identity = { mentionPatterns: ["claw"] };
    const topic = { ...GROUP, topicId: "42" };
    const at = (mentionPatterns: Record<string, unknown>, chat = GROUP) =>
      isMeant("claw", identity, { mentionPatterns }, chat);
    expect(await at({ mode: "deny" })).toBe(false);
    expect(await at({ mode: "deny", allowIn: [GROUP.id] })).toBe(true);
    expect(await at({ mode: "deny", allowIn: [GROUP.id] }, topic)).toBe(true);
    expect(await at({ mode: "deny", allowIn: [`${GROUP.id}:topic:42`] }, topic)).toBe(true);
    expect(await at({ mode: "deny", allowIn: [`${GROUP.id}:topic:42`] })).toBe(false);
    expect(await at({ denyIn: [GROUP.id] })).toBe(false);
    expect(await at({ denyIn: [`${GROUP.id}:topic:42`] }, topic)).toBe(false);
    expect(await at({ denyIn: [`${GROUP.id}:topic:42`] })).toBe(true);
    expect(await at({ mode: "deny", allowIn: [GROUP.id], denyIn: [GROUP.id] })).toBe(false);
    const { admit } = gateOf({
      channels: { telegram: { groupPolicy: "open", mentionPatterns: { mode: "deny" } } },
    });
    expect((await admit(message(GROUP, person("1"), { isMention: true }))).state).toBe("admitted");
  });
});
