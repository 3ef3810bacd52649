import { describe, expect, test } from "bun:test";
import { type Guest, Hall } from "./hall.ts";

const KEY = "agent:main:talk";

interface Row {
  readonly key: string;
  readonly [field: string]: unknown;
}

async function talk(guest: Guest, message = "ECHO Hello", runId = "run-1", sessionKey = KEY): Promise<void> {
  await guest.call("chat.send", { sessionKey, message, idempotencyKey: runId });
  await guest.event("chat", (payload) => payload["runId"] === runId && payload["state"] === "final");
  await guest.call("agent.wait", { runId });
}

async function rows(guest: Guest, params: object = {}): Promise<Row[]> {
  const { sessions } = await guest.call<{ sessions: Row[] }>("sessions.list", params);
  return sessions;
}

describe("sessions.create", () => {
  test("opens a dashboard with a name, and tells those who watch", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.subscribe");
    const made = await guest.call<{ key: string; sessionId: string }>("sessions.create", {
      label: "probe",
      displayName: "Probe",
      model: "mock/mock-1",
      thinkingLevel: "off",
    });
    expect(made.key).toMatch(/^agent:main:dashboard:[0-9a-f-]{36}$/);
    expect(made).toMatchObject({
      ok: true,
      entry: { sessionId: made.sessionId, label: "probe", displayName: "Probe", modelOverrideSource: "user" },
      runStarted: false,
      resolved: { modelProvider: "mock", model: "mock-1", thinkingLevel: "off" },
    });
    expect(await guest.event("sessions.changed")).toMatchObject({
      sessionKey: made.key,
      reason: "create",
      label: "probe",
      session: { key: made.key, label: "probe", hasActiveRun: false },
    });
    expect(await guest.call("sessions.create", { key: made.key })).toMatchObject({
      sessionId: made.sessionId,
    });
  });

  test("with a message begins a turn, and a session that could be made stays when that fails", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const made = await guest.call("sessions.create", { message: "ECHO begun" });
    expect(made).toMatchObject({ ok: true, runStarted: true, runId: expect.any(String), status: "started" });
    await guest.event("chat", ({ state }) => state === "final");
    const stuck = await guest.call("sessions.create", { key: "stuck", attachments: [{ content: 5 }] });
    expect(stuck).toMatchObject({
      ok: true,
      key: "agent:main:stuck",
      runStarted: false,
      runError: {
        code: "INVALID_REQUEST",
        message: "attachment attachment-1: content must be base64 string",
      },
    });
  });

  test.each([
    ["a name that is taken", { label: "taken" }, "label already in use: taken"],
    ["an unknown agent", { agentId: "gone" }, 'Unknown agent id "gone"'],
    ["a parent that is not there", { parentSessionKey: "nobody" }, "unknown parent session: nobody"],
    ["a level nobody knows", { thinkingLevel: "silly" }, "invalid thinkingLevel (use off)"],
    [
      "a level the model lacks",
      { thinkingLevel: "high" },
      'thinkingLevel "high" is not supported for mock/mock-1 (use off)',
    ],
    ["a worktree", { worktree: true }, "sessions.create worktree is not supported by this gateway."],
  ])("%s is refused, and nothing is made", async (_, params, message) => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.create", { label: "taken" });
    expect(await guest.refusal("sessions.create", params)).toMatchObject({
      code: "INVALID_REQUEST",
      message,
    });
    expect(await rows(guest)).toHaveLength(1);
  });

  test("what reaches further than a conversation takes an admin", async () => {
    await using hall = await Hall.open();
    const writer = hall.enter({ scopes: ["operator.write"] });
    for (const params of [{ execNode: "n" }, { cwd: "/" }, { incognito: true }, { permissionMode: "full" }]) {
      expect(await writer.refusal("sessions.create", params)).toMatchObject({ code: "FORBIDDEN" });
    }
    await writer.call("sessions.create", { key: "mine" });
  });
});

describe("sessions.patch", () => {
  test("changes what is remembered, and null clears it", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.subscribe");
    const change = {
      label: " talk ",
      model: "mock/mock-1",
      thinkingLevel: "off",
      fastMode: true,
      verboseLevel: "full",
      reasoningLevel: "on",
      elevatedLevel: "ask",
      responseUsage: "on",
      sendPolicy: "allow",
      groupActivation: "always",
      pinned: true,
    };
    const patched = await guest.call<{ entry: Record<string, unknown> }>("sessions.patch", {
      key: "talk",
      ...change,
    });
    expect(patched).toMatchObject({
      ok: true,
      path: "/state/openclaw.sqlite",
      key: KEY,
      entry: {
        label: "talk",
        providerOverride: "mock",
        modelOverride: "mock-1",
        modelOverrideSource: "user",
        fastMode: "on",
        verboseLevel: "full",
        reasoningLevel: "on",
        elevatedLevel: "ask",
        responseUsage: "tokens",
        pinnedAt: expect.any(Number),
      },
      resolved: { model: "mock-1", thinkingLevel: "off", thinkingLevels: [{ id: "off", label: "off" }] },
    });
    const cleared = Object.fromEntries(
      Object.keys(change).map((field) => [field, field === "pinned" ? false : null]),
    );
    const { entry } = await guest.call<{ entry: object }>("sessions.patch", { key: KEY, ...cleared });
    for (const field of [
      "label",
      "providerOverride",
      "modelOverride",
      "fastMode",
      "verboseLevel",
      "pinnedAt",
    ]) {
      expect(entry).not.toHaveProperty(field);
    }
    const reasons = guest.events
      .filter(({ event }) => event === "sessions.changed")
      .map(({ payload }) => payload["reason"]);
    expect(reasons).toEqual(["create", "patch"]);
  });

  test("unread marks are only taken back by who has seen them", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const marked = await guest.call<{ entry: { markedUnreadAt: number } }>("sessions.patch", {
      key: KEY,
      unread: true,
    });
    const at = marked.entry.markedUnreadAt;
    const seenBefore = await guest.call("sessions.patch", {
      key: KEY,
      unread: false,
      expectedMarkedUnreadAt: null,
    });
    expect(seenBefore["entry"]).toMatchObject({ markedUnreadAt: at });
    const seen = await guest.call("sessions.patch", { key: KEY, unread: false, expectedMarkedUnreadAt: at });
    expect(seen["entry"]).not.toHaveProperty("markedUnreadAt");
  });

  test.each([
    ["a name that is taken", { label: "taken" }, "label already in use: taken"],
    ["an empty name", { label: " " }, "invalid label: empty"],
    ["an empty model", { model: " " }, "invalid model: empty"],
    ["a level nobody knows", { thinkingLevel: "silly" }, "invalid thinkingLevel (use off)"],
    [
      "a level the model lacks",
      { thinkingLevel: "high" },
      'thinkingLevel "high" is not supported for mock/mock-1 (use off)',
    ],
    ["other words", { verboseLevel: "x" }, 'invalid verboseLevel (use "on"|"off"|"full")'],
    ["other words", { reasoningLevel: "x" }, 'invalid reasoningLevel (use "on"|"off"|"stream")'],
    ["other words", { elevatedLevel: "x" }, 'invalid elevatedLevel (use "on"|"off"|"ask"|"full")'],
    [
      "what is retired",
      { execSecurity: "x" },
      "execSecurity/execAsk are retired; use /exec for this run only.",
    ],
    ["what sessions do not have", { icon: "book" }, "sessions.patch icon is not supported by this gateway."],
    ["another life", { expectedSessionId: "zzz", label: "q" }, `Session ${KEY} changed before patch. Retry.`],
    [
      "another revision",
      { expectedLifecycleRevision: "9", label: "q" },
      `Session ${KEY} changed before patch. Retry.`,
    ],
  ])("%s is refused", async (_, change, message) => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.create", { label: "taken" });
    await guest.call("sessions.create", { key: KEY });
    expect(await guest.refusal("sessions.patch", { key: KEY, ...change })).toMatchObject({
      code: "INVALID_REQUEST",
      message,
    });
  });

  test("an archived session is not pinned; the main one and one that is not there are not archived", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const archive = { key: KEY, archived: true };
    expect(await guest.refusal("sessions.patch", archive)).toMatchObject({
      message: `session not found: ${KEY}`,
    });
    await guest.call("sessions.create", { key: KEY });
    await guest.call("sessions.patch", archive);
    expect(await guest.refusal("sessions.patch", { key: KEY, pinned: true })).toMatchObject({
      message: "cannot pin an archived session; restore it first",
    });
    await guest.call("sessions.create", { key: "main" });
    expect(await guest.refusal("sessions.patch", { key: "main", archived: true })).toMatchObject({
      message: "Cannot archive an agent's main session.",
    });
    expect((await rows(guest)).map(({ key }) => key)).toEqual(["agent:main:main"]);
    expect((await rows(guest, { archived: true })).map(({ key }) => key)).toEqual([KEY]);
    expect(await rows(guest, { archived: "all" })).toHaveLength(2);
  });

  test("names, models and marks are for writers, everything else for admins", async () => {
    await using hall = await Hall.open();
    const writer = hall.enter({ scopes: ["operator.write"] });
    for (const change of [
      { label: "a" },
      { model: null },
      { thinkingLevel: null },
      { pinned: true },
      { unread: true },
    ]) {
      await writer.call("sessions.patch", { key: KEY, ...change });
    }
    for (const change of [
      { verboseLevel: "on" },
      { sendPolicy: "deny" },
      { elevatedLevel: "on" },
      { responseUsage: "full" },
    ]) {
      expect(await writer.refusal("sessions.patch", { key: KEY, ...change })).toMatchObject({
        code: "FORBIDDEN",
      });
    }
  });
});

describe("the end of a session", () => {
  test("reset keeps the id and begins anew, whatever runs is ended", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await talk(guest);
    const { sessionId } = await guest.call<{ sessionId: string }>("chat.history", { sessionKey: KEY });
    await guest.call("sessions.subscribe");
    const reset = await guest.call("sessions.reset", { key: "talk" });
    expect(reset).toMatchObject({ ok: true, key: KEY, entry: { sessionId, lifecycleRevision: "1" } });
    await guest.event("sessions.changed", ({ reason }) => reason === "reset");
    const history = await guest.call<{ messages: { role: string }[] }>("chat.history", { sessionKey: KEY });
    expect(history.messages.filter(({ role }) => role !== "system")).toEqual([]);
    const fresh = await guest.call("sessions.reset", { key: "never-seen" });
    expect(fresh).toMatchObject({
      ok: true,
      key: "agent:main:never-seen",
      entry: { sessionId: expect.any(String) },
    });
  });

  test("delete takes the transcript along; the main session is kept", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await talk(guest);
    await guest.call("sessions.subscribe");
    expect(await guest.call("sessions.delete", { key: "talk" })).toEqual({
      ok: true,
      key: KEY,
      deleted: true,
      archived: [],
    });
    const told = await guest.event("sessions.changed", ({ reason }) => reason === "delete");
    expect(told).not.toHaveProperty("session");
    expect(await guest.call("sessions.describe", { key: KEY })).toEqual({ session: null });
    expect(await guest.call("sessions.delete", { key: "talk" })).toMatchObject({ deleted: false });
    expect(await guest.refusal("sessions.delete", { key: "main" })).toMatchObject({
      message: "Cannot delete the main session (agent:main:main).",
    });
  });

  test("writers remove what was archived, and only that", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const writer = hall.enter({ scopes: ["operator.write"] });
    await guest.call("sessions.create", { key: KEY });
    expect(await writer.refusal("sessions.delete", { key: KEY })).toMatchObject({ code: "FORBIDDEN" });
    expect(await writer.refusal("sessions.delete", { key: KEY, archivedOnly: true })).toMatchObject({
      message: `Session ${KEY} is not archived. Archive it first, then delete it.`,
    });
    expect(await guest.refusal("sessions.delete", { key: KEY, expectedSessionId: "other" })).toMatchObject({
      details: { reason: "session-changed" },
    });
    await writer.call("sessions.patch", { key: KEY, archived: true });
    expect(await writer.call("sessions.delete", { key: KEY, archivedOnly: true })).toMatchObject({
      deleted: true,
    });
  });

  test("compact cuts to so many lines, or says why there is nothing to do", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    expect(await guest.call("sessions.compact", { key: KEY })).toEqual({
      ok: true,
      key: KEY,
      compacted: false,
      reason: "no sessionId",
    });
    await talk(guest);
    await talk(guest, "ECHO two", "run-2");
    expect(await guest.call("sessions.compact", { key: KEY, maxLines: 2 })).toEqual({
      ok: true,
      key: KEY,
      compacted: true,
      kept: 2,
    });
    expect(await guest.call("sessions.compact", { key: KEY, maxLines: 2 })).toMatchObject({
      compacted: false,
      kept: 2,
    });
    const { messages } = await guest.call<{ messages: unknown[] }>("sessions.get", { key: KEY });
    expect(messages).toHaveLength(2);
  });
});

describe("finding sessions", () => {
  test("the list is paged, searched, and says what sessions begin with", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    for (const label of ["one", "two", "three"]) await guest.call("sessions.create", { label });
    const page = await guest.call("sessions.list", { limit: 2 });
    expect(page).toMatchObject({
      path: "/state/openclaw.sqlite",
      count: 2,
      totalCount: 3,
      limitApplied: 2,
      nextOffset: 2,
      hasMore: true,
      owners: [],
      defaults: { modelProvider: "mock", model: "mock-1", contextTokens: 32_000, thinkingDefault: "off" },
    });
    expect(await guest.call("sessions.list", { limit: 2, offset: 2 })).toMatchObject({
      count: 1,
      nextOffset: null,
      hasMore: false,
    });
    expect((await rows(guest, { search: "tw" })).map(({ label }) => label)).toEqual(["two"]);
    expect((await rows(guest, { label: "one" })).map(({ label }) => label)).toEqual(["one"]);
    expect(await rows(guest, { label: "on" })).toEqual([]);
    expect(await rows(guest, { agentId: "other" })).toEqual([]);
    expect(await rows(guest, { agentId: "main", configuredAgentsOnly: true })).toHaveLength(3);
  });

  test("rows name the model of their agent, also when nobody has asked for it before", async () => {
    await using hall = await Hall.open({ modelsAreUnknown: true });
    const guest = hall.enter();
    const { key } = await guest.call<{ key: string }>("sessions.create", {});
    const model = { modelProvider: "mock", model: "mock-1", contextTokens: 32_000 };
    expect(await rows(guest)).toMatchObject([model]);
    expect(await guest.call("sessions.describe", { key })).toMatchObject({ session: model });
  });

  test("titles and last words come when asked for", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await talk(guest, "ECHO what a day");
    const [plain] = await rows(guest);
    expect(plain).not.toHaveProperty("derivedTitle");
    const asked = { includeDerivedTitles: true, includeLastMessage: true };
    const [row] = await rows(guest, asked);
    expect(row).toMatchObject({ derivedTitle: "ECHO what a day", lastMessagePreview: "what a day" });
    expect(await guest.call("sessions.describe", { key: "talk", ...asked })).toMatchObject({
      session: { key: KEY, derivedTitle: "ECHO what a day", status: "done", lastRunId: "run-1" },
    });
    expect(await guest.call("sessions.preview", { keys: ["talk", "nobody"] })).toMatchObject({
      previews: [
        {
          key: "talk",
          status: "ok",
          items: [
            { role: "user", text: "ECHO what a day" },
            { role: "assistant", text: "what a day" },
          ],
        },
        { key: "nobody", status: "missing", items: [] },
      ],
    });
    expect(await guest.call("sessions.search", { query: "day", sessionKeys: ["talk"] })).toMatchObject({
      results: expect.arrayContaining([expect.objectContaining({ sessionKey: KEY, role: "assistant" })]),
    });
  });

  test("a session is found by key, id, name and the start of its id", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const { key, sessionId } = await guest.call<{ key: string; sessionId: string }>("sessions.create", {
      label: "probe",
    });
    const found = { ok: true, key, agentId: "main", displayName: "probe" };
    for (const name of [{ key }, { sessionId }, { label: "probe" }, { shortId: sessionId.slice(0, 8) }]) {
      expect(await guest.call("sessions.resolve", name)).toEqual(found);
    }
    expect(await guest.call("sessions.resolve", { key: "nobody", allowMissing: true })).toEqual({
      ok: false,
    });
  });

  test.each([
    [{}, "Either key, sessionId, label, shortId, or reference is required"],
    [{ key: "a", label: "b" }, "Provide either key, sessionId, label, shortId, or reference (not multiple)"],
    [{ key: "nobody" }, "No session found: nobody"],
    [{ sessionId: "nobody" }, "No session found: nobody"],
    [{ label: "nobody" }, "No session found with label: nobody"],
    [{ shortId: "zz" }, "shortId must be 8-32 hexadecimal characters"],
    [{ key: "a", slugHint: "x" }, "slugHint requires shortId"],
  ])("%j is not found, in the known words", async (params, message) => {
    await using hall = await Hall.open();
    expect(await hall.enter().refusal("sessions.resolve", params)).toMatchObject({ message });
  });
});

describe("speaking by key", () => {
  test("sessions.send needs a session, but for the main one", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    expect(await guest.refusal("sessions.send", { key: "talk", message: "x" })).toMatchObject({
      message: "session not found: talk",
    });
    expect(await guest.call("sessions.send", { key: "main", message: "ECHO hi" })).toMatchObject({
      status: "started",
      runId: expect.any(String),
    });
    await guest.event("chat", ({ state }) => state === "final");
    expect(await guest.refusal("sessions.send", { key: "main", message: "" })).toMatchObject({
      message: "message or attachment required",
    });
  });

  test("sessions.steer ends what runs and says something else", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    expect(await guest.refusal("sessions.steer", { key: "main", message: "x" })).toMatchObject({
      message: "session not found: main",
    });
    await guest.call("chat.send", { sessionKey: KEY, message: "SLOW please", idempotencyKey: "run-1" });
    await guest.event("chat", ({ state }) => state === "delta");
    const steered = { key: KEY, message: "ECHO turn", idempotencyKey: "run-2" };
    expect(await guest.call("sessions.steer", steered)).toEqual({
      runId: "run-2",
      status: "started",
      interruptedActiveRun: true,
    });
    await guest.event("chat", ({ runId, state }) => runId === "run-2" && state === "final");
  });

  test("sessions.abort finds a run wherever it is, and tells that it ended it", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.subscribe");
    await guest.call("chat.send", { sessionKey: KEY, message: "SLOW please", idempotencyKey: "run-1" });
    await guest.event("chat", ({ state }) => state === "delta");
    expect(await guest.refusal("sessions.abort", { key: "main", runId: "run-1" })).toMatchObject({
      message: "runId does not match session",
    });
    expect(await guest.call("sessions.abort", { runId: "run-1" })).toEqual({
      ok: true,
      abortedRunId: "run-1",
      status: "aborted",
    });
    await guest.event("sessions.changed", ({ reason }) => reason === "abort");
    expect(await guest.call("sessions.abort", { runId: "run-1" })).toMatchObject({ status: "no-active-run" });
    expect(await guest.refusal("sessions.abort", {})).toMatchObject({ message: "key required" });
  });
});

test("subscriptions answer with the canonical key, and with a list when one is described", async () => {
  await using hall = await Hall.open();
  const guest = hall.enter();
  expect(await guest.call("sessions.subscribe")).toEqual({ subscribed: true });
  expect(await guest.call("sessions.subscribe", { limit: 5 })).toMatchObject({
    subscribed: true,
    list: { limitApplied: 5, sessions: [] },
  });
  expect(await guest.call("sessions.messages.subscribe", { key: "main" })).toEqual({
    subscribed: true,
    key: "agent:main:main",
  });
  expect(await guest.call("sessions.messages.unsubscribe", { key: "main" })).toEqual({
    subscribed: false,
    key: "agent:main:main",
  });
});
