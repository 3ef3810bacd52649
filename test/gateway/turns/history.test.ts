import { describe, expect, test } from "bun:test";
import { type Guest, Hall } from "./hall.ts";

const KEY = "agent:main:talk";

async function talk(guest: Guest, message: string, runId: string): Promise<void> {
  await guest.call("chat.send", { sessionKey: KEY, message, idempotencyKey: runId });
  await guest.call("agent.wait", { runId });
}

interface Page {
  readonly messages: readonly { role: string; content: unknown; __openclaw: { id: string; seq: number } }[];
  readonly deltaCursor: string;
  readonly [field: string]: unknown;
}

describe("chat.history", () => {
  test("a session that is not there yet is an empty page, under the key as it was sent", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const page = await guest.call("chat.history", { sessionKey: "main" });
    expect(page).toMatchObject({
      sessionKey: "main",
      messages: [],
      pendingInputs: { items: [], total: 0 },
      hasMore: false,
      totalMessages: 0,
      defaults: {
        modelProvider: "mock",
        model: "mock-1",
        contextTokens: 32_000,
        modelSelectionTarget: "session",
      },
      sessionInfo: {
        key: "agent:main:main",
        kind: "direct",
        hasActiveRun: false,
        activeRunIds: [],
        activeLeafEntryId: null,
      },
    });
    expect(page).not.toHaveProperty("sessionId");
    expect(page).not.toHaveProperty("inFlightRun");
    expect(
      await guest.call("chat.startup", { sessionKey: "main", limit: 80, maxBytes: 262_144 }),
    ).toMatchObject({
      sessionKey: "main",
      messages: [],
    });
    expect(await guest.call("chat.history", { sessionKey: "agent:gone:x" })).toMatchObject({ messages: [] });
  });

  test("pages go back by offset, and a cursor goes on from there", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await talk(guest, "ECHO one", "run-1");
    await talk(guest, "ECHO two", "run-2");
    const page = await guest.call<Page>("chat.history", { sessionKey: KEY, limit: 2 });
    expect(page).toMatchObject({ hasMore: true, totalMessages: 4, nextOffset: 2 });
    expect(page.messages.map(({ content }) => content)).toEqual([
      "ECHO two",
      [{ type: "text", text: "two" }],
    ]);
    const older = await guest.call<Page>("chat.history", { sessionKey: KEY, limit: 2, offset: 2 });
    expect(older.messages.map(({ content }) => content)).toEqual([
      "ECHO one",
      [{ type: "text", text: "one" }],
    ]);
    const cursor = page.deltaCursor;
    expect(await guest.call("chat.history", { sessionKey: KEY, cursor })).toMatchObject({
      kind: "delta",
      messages: [],
      deltaCursor: expect.any(String),
      sessionInfo: { key: KEY, status: "done" },
    });
    const { messageId } = await guest.call<{ messageId: string }>("chat.inject", {
      sessionKey: KEY,
      message: "note",
    });
    expect(await guest.call("chat.history", { sessionKey: KEY, cursor })).toMatchObject({
      kind: "delta",
      messages: [
        { sessionKey: KEY, agentId: "main", messageId, messageSeq: 5, message: { role: "assistant" } },
      ],
    });
    expect(await guest.call("chat.history", { sessionKey: KEY, cursor: "junk" })).toEqual({ kind: "reset" });
    expect(await guest.call("chat.history", { sessionKey: "nobody", cursor })).toEqual({ kind: "reset" });
  });

  test("one message can be read in full", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await talk(guest, "ECHO one", "run-1");
    const { messages } = await guest.call<Page>("chat.history", { sessionKey: KEY });
    const messageId = messages[1]?.__openclaw.id;
    expect(await guest.call("chat.message.get", { sessionKey: KEY, messageId })).toMatchObject({
      ok: true,
      message: {
        role: "assistant",
        content: [{ type: "text", text: "one" }],
        __openclaw: { runId: "run-1" },
      },
    });
    for (const sessionKey of [KEY, "nobody"]) {
      expect(await guest.call("chat.message.get", { sessionKey, messageId: "none" })).toEqual({
        ok: false,
        unavailableReason: "not_found",
      });
    }
  });
});

describe("chat.inject", () => {
  test("a note is shown as a finished answer, under its label, and the model sees it", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await talk(guest, "ECHO one", "run-1");
    await guest.call("sessions.messages.subscribe", { key: KEY });
    const params = { sessionKey: "talk", message: "mind the gap", label: "note" };
    const { messageId } = await guest.call<{ messageId: string }>("chat.inject", params);
    const text = "[note]\n\nmind the gap";
    expect(await guest.event("chat", ({ seq }) => seq === 0)).toMatchObject({
      runId: `inject-${messageId}`,
      sessionKey: KEY,
      state: "final",
      message: { content: [{ type: "text", text }], model: "gateway-injected" },
    });
    expect(await guest.event("session.message")).toMatchObject({ messageId, messageSeq: 3 });
    await talk(guest, "ECHO two", "run-2");
    expect(JSON.stringify(hall.provider.requests.at(-1)?.body)).toContain("mind the gap");
  });

  test("needs a session that is there, and an admin", async () => {
    await using hall = await Hall.open();
    const params = { sessionKey: "nobody", message: "x" };
    expect(await hall.enter().refusal("chat.inject", params)).toMatchObject({ message: "session not found" });
    const writer = hall.enter({ scopes: ["operator.write"] });
    expect(await writer.refusal("chat.inject", params)).toMatchObject({ code: "FORBIDDEN" });
  });
});

test("chat.metadata offers models and commands to a composer", async () => {
  await using hall = await Hall.open();
  const metadata = await hall.enter().call("chat.metadata", { sessionKey: "main" });
  expect(metadata).toMatchObject({
    models: [
      { id: "mock-1", provider: "mock", available: true, thinkingLevels: [{ id: "off", label: "off" }] },
    ],
    commands: expect.arrayContaining([expect.objectContaining({ name: "help", textAliases: ["/help"] })]),
    swarmEnabled: false,
    accountSelection: { kind: "automatic", label: "Automatic account selection" },
    runtimeSelectionLocked: false,
  });
});
