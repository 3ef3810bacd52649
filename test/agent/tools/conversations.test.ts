import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { ChatDeed, Sender } from "../../../src/agent/index.ts";
import type { RunId, SessionKey } from "../../../src/protocol/index.ts";
import { ManualClock, until } from "../../support/index.ts";
import { EVERYTHING, guest, MAIN, owner, ToolRig } from "./rig.ts";

const GROUP = "agent:main:telegram:group:-100" as SessionKey;
const TWO_AGENTS = {
  agents: { entries: { main: {}, other: {} }, defaults: { systemAgent: { agentId: "main" } } },
};

const keysIn = async (rig: ToolRig, args: object = {}, extra: object = {}): Promise<string[]> => {
  const { details } = await rig.call("sessions_list", { ...args }, { ...extra });
  return (details as { sessions: { key: string }[] }).sessions.map((session) => session.key).sort();
};

test("sessions are listed with kind, place and state, page by page", async () => {
  await using rig = await ToolRig.open();
  await rig.converse(MAIN, ["user: hello"], { label: "Home", pinnedAt: 1 });
  await rig.converse(GROUP, ["user: hi"], {
    chatType: "group",
    lastRoute: { channel: "telegram", to: "-100" },
  });
  await rig.converse("agent:main:cron:job1", []);
  const { details } = await rig.call("sessions_list", { limit: 2 });
  expect(details).toMatchObject({ count: 2, hasMore: true, nextOffset: 2, limitApplied: 2 });
  expect(await keysIn(rig, { limit: 2, offset: 2 })).toHaveLength(1);
  expect(await keysIn(rig, { kinds: ["group"] })).toEqual([GROUP]);
  expect(await keysIn(rig, { kinds: ["main", "cron"] })).toEqual(["agent:main:cron:job1", MAIN]);
  expect(await keysIn(rig, { search: "home" })).toEqual([MAIN]);
  const { details: group } = await rig.call("sessions_list", { kinds: ["group"], messageLimit: 1 });
  expect(group).toMatchObject({
    sessions: [
      {
        key: GROUP,
        agentId: "main",
        kind: "group",
        channel: "telegram",
        archived: false,
        pinned: false,
        abortedLastRun: false,
        messages: [{ role: "user", text: "hi" }],
      },
    ],
  });
});

test("the history is what was said since the last reset, newest page first, without thoughts and secrets", async () => {
  await using rig = await ToolRig.open();
  await rig.converse(MAIN, [
    "user: before",
    "reset: ",
    "user: my key is sk-abcdefghijklmnop1234567890",
    "assistant: noted",
    "toolResult: output",
    "user: thanks",
  ]);
  const read = async (args: object = {}) => {
    const { details } = await rig.call("sessions_history", { sessionKey: "main", ...args });
    return details as {
      messages: { role: string; text: string; tool?: string }[];
      hasMore: boolean;
      nextOffset?: number;
    };
  };
  const all = await read();
  expect(all.messages.map((message) => message.role)).toEqual(["user", "assistant", "user"]);
  expect(JSON.stringify(all)).not.toContain("sk-abcdefghijklmnop1234567890");
  expect(all.hasMore).toBe(false);
  expect((await read({ includeTools: true })).messages[2]).toMatchObject({
    role: "toolResult",
    tool: "exec",
  });
  const newest = await read({ limit: 1 });
  expect(newest).toMatchObject({ messages: [{ text: "thanks" }], hasMore: true, nextOffset: 1 });
  expect(await read({ limit: 1, offset: 1 })).toMatchObject({ messages: [{ text: "noted" }] });
});

test("a long history is cut to what the model may be shown, oldest first", async () => {
  await using rig = await ToolRig.open();
  const lines = Array.from({ length: 40 }, (_, index) => `user: ${index} ${"x".repeat(1_000)}`);
  await rig.converse(MAIN, lines);
  const { content, details } = await rig.call(
    "sessions_history",
    { sessionKey: "main" },
    { maxResultChars: 8_000 },
  );
  expect(details).toMatchObject({ truncated: true, hasMore: true });
  expect(JSON.stringify(content).length).toBeLessThan(9_000);
  const { messages } = details as { messages: { text: string }[] };
  expect(messages.at(-1)?.text).toStartWith("39 ");
  await rig.converse("agent:main:huge", [`user: ${"y".repeat(50_000)}`]);
  const huge = await rig.call("sessions_history", { sessionKey: "huge" });
  expect(JSON.stringify(huge.details)).toContain("[50000 characters]");
});

test("how far the session tools reach is what visibility says", async () => {
  await using rig = await ToolRig.open();
  const child = "agent:main:subagent:c1";
  for (const key of [MAIN, GROUP, "agent:other:main"]) await rig.converse(key, ["user: x"]);
  await rig.converse(child, ["user: x"], { parentSessionKey: GROUP });
  const everything = [MAIN, GROUP, "agent:other:main", child].sort();
  const seen = (visibility: string | undefined, sessionKey: string, sender: Sender = owner) => {
    rig.configure({ ...TWO_AGENTS, tools: { sessions: visibility === undefined ? {} : { visibility } } });
    return keysIn(rig, {}, { sessionKey, sender });
  };
  expect(await seen(undefined, GROUP)).toEqual(everything);
  expect(await seen("all", GROUP)).toEqual(everything);
  expect(await seen("agent", GROUP)).toEqual(everything.filter((key) => key.startsWith("agent:main:")));
  expect(await seen("tree", GROUP)).toEqual([GROUP, child].sort());
  expect(await seen("tree", MAIN)).toEqual(everything.filter((key) => key.startsWith("agent:main:")));
  expect(await seen("self", MAIN)).toEqual([MAIN]);
  expect(await seen("self", GROUP)).toEqual([GROUP]);
});

test("what others said to the agent is not for a guest to read, send to or look up", async () => {
  await using rig = await ToolRig.open();
  await rig.converse(MAIN, ["user: my secret"]);
  await rig.converse(GROUP, ["user: hi all"]);
  const inGroup = { sessionKey: GROUP, sender: guest };
  expect(await keysIn(rig, {}, inGroup)).toEqual([GROUP]);
  for (const [tool, args] of [
    ["sessions_history", { sessionKey: "main" }],
    ["sessions_history", { sessionKey: "no-such-session" }],
    ["sessions_send", { sessionKey: "main", message: "x" }],
    ["sessions_send", { agentId: "main", message: "x" }],
    ["session_status", { sessionKey: "main" }],
  ] as const) {
    const said = await rig.say(tool, args, inGroup);
    expect(said).toContain("only this session and those it started can be reached");
    expect(said).not.toContain("secret");
  }
  expect(await rig.say("sessions_history", { sessionKey: GROUP }, inGroup)).toContain("hi all");
  expect(rig.runs).toEqual([]);
});

test("agents reach each other as tools.agentToAgent says", async () => {
  await using rig = await ToolRig.open();
  await rig.converse("agent:other:main", ["user: x"]);
  const reach = async (agentToAgent: object) => {
    rig.configure({ ...TWO_AGENTS, tools: { agentToAgent } });
    const said = await rig.say("sessions_history", { sessionKey: "agent:other:main" });
    return !said.startsWith("Error: ");
  };
  expect(await reach({})).toBe(true);
  expect(await reach({ allow: [] })).toBe(true);
  expect(await reach({ allow: ["main", "other"] })).toBe(true);
  expect(await reach({ allow: ["*"] })).toBe(true);
  expect(await reach({ allow: ["other"] })).toBe(false);
  expect(await reach({ allow: ["main"] })).toBe(false);
  expect(await reach({ allow: ["  "] })).toBe(false);
  expect(await reach({ enabled: false, allow: ["*"] })).toBe(false);
});

test("a message to another session is a turn there in the rights of whoever asked, and its answer comes back", async () => {
  await using rig = await ToolRig.open({ config: TWO_AGENTS });
  await rig.converse("agent:main:project", ["user: x"], { label: "Project" });
  rig.answer = (run) => Promise.resolve({ status: "ok", text: `heard ${run.message}` });
  const { details } = await rig.call("sessions_send", { sessionKey: "project", message: "ping" });
  expect(details).toMatchObject({ status: "ok", sessionKey: "agent:main:project", reply: "heard ping" });
  expect(rig.runs).toMatchObject([
    { sessionKey: "agent:main:project", agentId: "main", message: "ping", sender: owner, lane: "subagent" },
  ]);
  expect(rig.runs[0]?.extraSystemPrompt).toContain(MAIN);
  await rig.call("sessions_send", { label: "Project", message: "by label" });
  await rig.call("sessions_send", { agentId: "other", message: "to its main session" });
  expect(rig.runs.slice(1).map((run) => run.sessionKey)).toEqual([
    "agent:main:project" as SessionKey,
    "agent:other:main" as SessionKey,
  ]);
});

test("sessions_send does not wait with 0, gives up after its time, and ends with its own turn", async () => {
  const clock = new ManualClock();
  await using rig = await ToolRig.open({ clock });
  await rig.converse("agent:main:project", ["user: x"]);
  rig.answer = () => new Promise(() => undefined);
  const send = (extra: object, context: object = {}) =>
    rig.call("sessions_send", { sessionKey: "project", message: "ping", ...extra }, context);
  expect(await send({ timeoutSeconds: 0 })).toMatchObject({ details: { status: "accepted" } });
  const late = send({ timeoutSeconds: 5 });
  await until("the turn", () => rig.runs.length === 2);
  clock.advance(5_000);
  expect(await late).toMatchObject({ details: { status: "timeout" } });
  const stop = new AbortController();
  const aborted = send({}, { signal: stop.signal }).catch((error: unknown) => error);
  await until("the third turn", () => rig.runs.length === 3);
  stop.abort(new Error("stopped"));
  expect(await aborted).toEqual(new Error("stopped"));
});

test("what cannot be sent to is named", async () => {
  await using rig = await ToolRig.open();
  await rig.converse(MAIN, ["user: x"]);
  await rig.converse("agent:main:a", [], { label: "Twin" });
  await rig.converse("agent:main:b", [], { label: "Twin" });
  const say = (args: object) => rig.say("sessions_send", { message: "x", ...args });
  expect(await say({ sessionKey: "main" })).toContain("this is the current session");
  expect(await say({ sessionKey: "nope" })).toContain("no session nope");
  expect(await say({ agentId: "nope" })).toContain('unknown agent id "nope"');
  expect(await say({ label: "Twin" })).toContain("2 sessions have the label");
  expect(await say({ label: "None" })).toContain("no session has the label");
  expect(await say({})).toBe("Error: sessionKey required");
  expect(await rig.say("sessions_send", { sessionKey: "a", message: " " })).toBe("Error: message required");
  rig.answer = () => Promise.resolve({ status: "error", text: "", error: { message: "no model" } });
  expect(await rig.call("sessions_send", { sessionKey: "a", message: "x" })).toMatchObject({
    isError: true,
    details: { status: "error", error: "no model" },
  });
});

test("the status of a session is what /status says, and only the owner changes its model", async () => {
  await using rig = await ToolRig.open();
  await rig.converse(MAIN, ["user: x"]);
  expect(await rig.say("session_status")).toBe("status of main agent:main:main");
  expect(await rig.call("session_status", { model: "mock/other" })).toMatchObject({
    details: { changedModel: true },
  });
  expect((await rig.sessions.get(MAIN))?.entry).toMatchObject({
    providerOverride: "mock",
    modelOverride: "other",
    modelOverrideSource: "auto",
  });
  expect(await rig.call("session_status", { model: "mock/other" })).toMatchObject({
    details: { changedModel: false },
  });
  expect(await rig.say("session_status", { model: "nonsense" })).toBe("Error: no model nonsense");
  await rig.call("session_status", { model: "default" });
  expect((await rig.sessions.get(MAIN))?.entry.modelOverride).toBeUndefined();
  expect(await rig.say("session_status", { model: "mock/x" }, { sender: guest })).toContain("only the owner");
});

const messageTool = (rig: ToolRig, sender: Sender) =>
  rig.catalog
    .effective({ agentId: "main", sessionKey: MAIN, sender, model: "" })
    .find(({ name }) => name === "message");

test("a message is shown in the session, or goes to a chat: the one the turn came from unless another is named", async () => {
  await using rig = await ToolRig.open();
  const say = (args: object, sender: Sender = owner) =>
    rig.say("message", { action: "send", message: "hello", ...args }, { sender });
  expect(await say({})).toBe(`Sent to session ${MAIN}.`);
  expect(await say({ replyTo: "current", silent: true }, { ...guest, messageId: "7" })).toBe(
    "Sent to telegram -100 (message m1).",
  );
  await say({ channel: "telegram", target: "5", threadId: "9" });
  const facts = { action: "send", agentId: "main", sessionKey: MAIN };
  expect(rig.sent).toMatchObject([
    { agentId: "main", sessionKey: MAIN, text: "hello" },
    { ...facts, params: { message: "hello", replyToId: "7", silent: true }, sender: { messageId: "7" } },
    { ...facts, channel: "telegram", params: { message: "hello", target: "5", threadId: "9" } },
  ]);
});

test("buttons become a presentation, files are those whoever speaks may read", async () => {
  await using rig = await ToolRig.open();
  for (const name of ["a.txt", "USER.md"]) writeFileSync(rig.home.at(`workspace/${name}`), name);
  const send = (args: object, sender: Sender) =>
    rig.say("message", { action: "send", message: "x", ...args }, { sender });
  await send({ buttons: [[{ label: "Yes" }, { label: "See", url: "https://a.example" }]] }, guest);
  await send({ media: ["a.txt", "https://a.example/b.png"] }, guest);
  expect(rig.sent).toMatchObject([
    {
      params: {
        presentation: {
          blocks: [
            { type: "buttons", buttons: [{ label: "Yes", value: "Yes" }, { url: "https://a.example" }] },
          ],
        },
      },
    },
    { params: { mediaUrls: [rig.home.at("workspace/a.txt"), "https://a.example/b.png"] } },
  ]);
  expect(await send({ media: ["USER.md"] }, guest)).toContain("private to the owner");
  expect(await send({ media: ["../store.sqlite"] }, { ...guest, isOwner: true })).toContain(
    "outside the folder",
  );
  expect(rig.sent).toHaveLength(2);
});

test("what is offered is what the chat can do, and for others than the owner only what needs no rights there", async () => {
  await using rig = await ToolRig.open();
  const offered = (sender: Sender) => messageTool(rig, sender)?.parameters.properties ?? {};
  expect(offered(owner).action?.enum).toEqual(EVERYTHING.actions);
  expect(offered(guest).action?.enum).toEqual(["send", "poll", "react", "edit", "read", "sticker"]);
  expect(Object.keys(offered(guest))).not.toContain("target");
  expect(messageTool(rig, guest)).toBe(messageTool(rig, { ...guest, id: "43" }));
  await using plain = await ToolRig.open({ offer: { actions: ["send", "react"], buttons: false } });
  expect(Object.keys(messageTool(plain, guest)?.parameters.properties ?? {}).sort()).toEqual(
    ["action", "asVoice", "emoji", "media", "message", "messageId", "replyTo", "silent"].sort(),
  );
  const call = messageTool(plain, guest)?.execute({ action: "pin", messageId: "1" }, plain.context());
  await expect(call).rejects.toThrow("action must be one of: send, react");
  await using nothing = await ToolRig.open({ offer: { actions: [], buttons: true } });
  expect(messageTool(nothing, owner)).toBeUndefined();
});

test("the model is told what became of it: sent, waiting, unknown, refused", async () => {
  await using rig = await ToolRig.open();
  const send = () => rig.say("message", { action: "send", message: "x" }, { sender: guest });
  rig.done = () => ({ state: "queued", reason: "Telegram is not reached." });
  expect(await send()).toBe(
    "Not sent yet: Telegram is not reached. It goes out by itself; do not send it again.",
  );
  rig.done = () => ({ state: "uncertain", reason: "The connection broke." });
  expect(await send()).toBe("Nobody knows whether it arrived: The connection broke. Do not send it again.");
  rig.done = () => {
    throw new Error("the bot was blocked");
  };
  expect(await send()).toBe("Error: the bot was blocked");
  expect(await rig.say("message", { action: "send" })).toBe("Error: message required");
  expect(await rig.say("message", { action: "pin", messageId: "1" })).toContain("pin needs a chat");
  expect(await rig.say("message", { action: "send", message: "x", media: ["a.txt"] })).toContain("MEDIA:");
  expect(await rig.say("message", { action: "send", channel: "webchat", target: "5" })).toContain(
    "no chats to choose from",
  );
});

test("two calls of one turn are two deeds, the same call again is the same", async () => {
  await using rig = await ToolRig.open();
  const keys = async (...calls: [string, string][]) => {
    rig.sent.length = 0;
    for (const [toolCallId, message] of calls) {
      const runId = "r" as RunId;
      await rig.call("message", { action: "send", message }, { sender: guest, toolCallId, runId });
    }
    return new Set(rig.sent.map((deed) => (deed as ChatDeed).idempotencyKey)).size;
  };
  expect(await keys(["call_0", "a"], ["call_0", "b"], ["call_1", "a"])).toBe(3);
  expect(await keys(["call_0", "a"], ["call_0", "a"])).toBe(1);
});

test("agents_list shows the agents that can be reached, to the owner", async () => {
  await using rig = await ToolRig.open({ config: TWO_AGENTS });
  const ids = async (sender: Sender) => {
    const { details } = await rig.call("agents_list", {}, { sender });
    return (details as { agents: { id: string }[] }).agents.map((agent) => agent.id);
  };
  expect(await ids(owner)).toEqual(["main", "other"]);
  expect(await ids(guest)).toEqual(["main"]);
  rig.configure({ ...TWO_AGENTS, tools: { agentToAgent: { enabled: false } } });
  expect(await ids(owner)).toEqual(["main"]);
});

test("the gateway's status and configuration are read through its own view", async () => {
  await using rig = await ToolRig.open();
  const read = async (args: object) => (await rig.call("gateway", { ...args })).details;
  expect(await read({ action: "status" })).toEqual({ ok: true, result: { version: "test" } });
  expect(await read({ action: "config.get", path: "tools" })).toEqual({
    ok: true,
    result: { path: "tools" },
  });
  expect(await read({ action: "config.schema.lookup", path: "tools.allow" })).toMatchObject({ ok: true });
  expect(await rig.say("gateway", { action: "config.get", path: "nope" })).toBe(
    "Error: there is nothing at nope",
  );
  expect(await rig.say("gateway", { action: "config.schema.lookup" })).toBe("Error: path required");
  expect(await rig.say("gateway", { action: "config.patch" })).toContain("action must be one of");
});
