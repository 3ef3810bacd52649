import { expect, test } from "bun:test";
import type { InvokeOutcome, Sender, ToolInvocation } from "../../../src/agent/index.ts";
import { guest, MAIN, owner, ToolRig } from "./rig.ts";

function invoke(rig: ToolRig, name: unknown, rest: Partial<ToolInvocation> = {}): Promise<InvokeOutcome> {
  const signal = new AbortController().signal;
  return rig.invoker.invoke({ name, sender: owner, surface: "http", signal, ...rest });
}

const notThere = (name: string): InvokeOutcome => ({
  ok: false,
  toolName: name,
  status: 404,
  error: { type: "not_found", message: `Tool not available: ${name}` },
});

test("a tool runs outside a turn and answers with content and details", async () => {
  await using rig = await ToolRig.open();
  const details = {
    requester: "main",
    allowAny: false,
    agents: [
      {
        id: "main",
        configured: true,
        model: "mock/mock-1",
        agentRuntime: { id: "auto", source: "implicit" },
      },
    ],
  };
  const outcome = await invoke(rig, "agents_list");
  expect(outcome).toMatchObject({ ok: true, toolName: "agents_list", result: { details } });
  if (!outcome.ok) throw new Error("it ran");
  expect(outcome.result.content).toEqual([
    { type: "text", text: JSON.stringify(outcome.result.details, null, 2) },
  ]);
});

test("what runs programs, reaches files, starts turns or steers the gateway is not there, whoever asks", async () => {
  await using rig = await ToolRig.open();
  const hidden = "exec process read write edit ls apply_patch sessions_send gateway nodes nope".split(" ");
  for (const name of hidden) expect(await invoke(rig, name)).toEqual(notThere(name));
  expect(await invoke(rig, "cron", { args: { action: "list" } })).toEqual(notThere("automations"));
  expect(await invoke(rig, "BASH")).toEqual(notThere("exec"));
});

test("gateway.tools opens them for the owner and closes others, and deny wins", async () => {
  await using rig = await ToolRig.open();
  rig.configure({ gateway: { tools: { allow: ["gateway", "exec"], deny: ["exec", "message"] } } });
  expect(await invoke(rig, "gateway", { action: "status" })).toMatchObject({ ok: true });
  expect(await invoke(rig, "exec", { args: { command: "id" } })).toEqual(notThere("exec"));
  expect(await invoke(rig, "message", { args: { action: "send", message: "x" } })).toEqual(
    notThere("message"),
  );
  const others: Sender[] = [guest, { ...owner, isOwner: false }];
  for (const sender of others) expect(await invoke(rig, "gateway", { sender })).toEqual(notThere("gateway"));
});

test("the rules of turns hold outside them too", async () => {
  await using rig = await ToolRig.open({ config: { tools: { deny: ["agents_list"] } } });
  expect(await invoke(rig, "agents_list")).toEqual(notThere("agents_list"));
  rig.configure({ tools: { byProvider: { mock: { profile: "minimal" } } } });
  expect(await invoke(rig, "agents_list")).toEqual(notThere("agents_list"));
  expect(await invoke(rig, "session_status")).toMatchObject({ ok: true });
});

test("faults of the request are told in the recorded words", async () => {
  await using rig = await ToolRig.open({
    config: { agents: { entries: { main: {}, other: {} }, defaults: { systemAgent: { agentId: "main" } } } },
  });
  const fault = async (name: unknown, rest: Partial<ToolInvocation> = {}) => {
    const outcome = await invoke(rig, name, rest);
    return outcome.ok ? outcome : [outcome.status, outcome.error.type, outcome.error.message];
  };
  expect(await fault(undefined)).toEqual([400, "invalid_request", "tools.invoke requires name"]);
  expect(await fault(5)).toEqual([400, "invalid_request", "tools.invoke requires name"]);
  expect(await fault("agents_list", { agentId: "nope" })).toEqual([
    400,
    "invalid_request",
    'Unknown agent id "nope"',
  ]);
  expect(await fault("agents_list", { sessionKey: "agent:other:x", agentId: "main" })).toEqual([
    400,
    "invalid_request",
    'agent id "main" does not match session agent "other"',
  ]);
  expect(await fault("sessions_history")).toEqual([400, "tool_error", "sessionKey required"]);
  expect(await fault("agents_list", { args: "x" })).toMatchObject({ ok: true });
});

test("the fault of a tool is not told, only that it failed", async () => {
  await using rig = await ToolRig.open({ config: { gateway: { tools: { allow: ["sessions_send"] } } } });
  rig.answer = () => Promise.reject(new Error("secret details"));
  await rig.converse("agent:main:other", ["user: hello"]);
  const outcome = await invoke(rig, "sessions_send", { args: { sessionKey: "other", message: "hi" } });
  expect(outcome).toEqual({
    ok: false,
    toolName: "sessions_send",
    status: 500,
    error: { type: "tool_error", message: "tool execution failed" },
  });
});

test("an action beside the arguments counts where the tool takes one and has none yet", async () => {
  await using rig = await ToolRig.open({ config: { gateway: { tools: { allow: ["gateway"] } } } });
  expect(await invoke(rig, "gateway", { action: "config.get", args: { path: "tools" } })).toMatchObject({
    ok: true,
    result: { details: { result: { path: "tools" } } },
  });
  expect(await invoke(rig, "gateway", { action: "status", args: { action: "dance" } })).toMatchObject({
    ok: false,
    error: { type: "tool_error" },
  });
  expect(await invoke(rig, "agents_list", { action: "json" })).toMatchObject({ ok: true });
});

test("a dry run checks everything and runs nothing", async () => {
  await using rig = await ToolRig.open();
  const args = { action: "send", message: "hello" };
  expect(await invoke(rig, "message", { args, dryRun: true })).toMatchObject({
    ok: true,
    result: { details: { dryRun: true } },
  });
  expect(await invoke(rig, "message", { args: {}, dryRun: true })).toMatchObject({
    ok: false,
    status: 400,
  });
  expect(await invoke(rig, "exec", { dryRun: true })).toEqual(notThere("exec"));
  expect(rig.sent).toEqual([]);
});

test("a repeated idempotency key is answered with the first outcome, at once, later and after a restart", async () => {
  await using rig = await ToolRig.open();
  const rest = { args: { action: "send", message: "once" }, idempotencyKey: "k1" };
  const [first, second] = await Promise.all([invoke(rig, "message", rest), invoke(rig, "message", rest)]);
  expect(first).toMatchObject({ ok: true });
  expect(second).toEqual(first);
  expect(await invoke(rig, "message", rest)).toEqual(first);
  const signal = new AbortController().signal;
  const again = { name: "message", sender: owner, surface: "http", signal, ...rest } as const;
  expect(await rig.freshInvoker().invoke(again)).toEqual(first);
  expect(rig.sent).toHaveLength(1);
  const other = await invoke(rig, "message", { ...rest, args: { action: "send", message: "twice" } });
  expect(other).toMatchObject({ ok: false, status: 400, error: { type: "invalid_request" } });
  expect(rig.sent).toHaveLength(1);
});

test("what a dead process had begun is not done again", async () => {
  await using rig = await ToolRig.open();
  await rig.store.idempotency.claim("tools.invoke", "http:k2");
  const outcome = await invoke(rig, "message", {
    args: { action: "send", message: "once" },
    idempotencyKey: "k2",
  });
  expect(outcome).toMatchObject({ ok: false, status: 500 });
  expect(rig.sent).toEqual([]);
});

test("the catalogue has every tool in its section, with the profiles that have it", async () => {
  await using rig = await ToolRig.open();
  const { agentId, profiles, groups } = rig.invoker.catalog("main");
  expect(agentId).toBe("main");
  expect(profiles.map((profile) => profile.id)).toEqual(["minimal", "coding", "messaging", "full"]);
  const names = groups.flatMap((group) => group.tools.map((tool) => tool.id));
  expect(names.sort()).toEqual(rig.catalog.all.map((tool) => tool.name).sort());
  expect(groups.find((group) => group.id === "runtime")?.tools.map((tool) => [tool.id, tool.risk])).toEqual([
    ["exec", "high"],
    ["process", "high"],
  ]);
});

test("what is effective in a session depends on who asks", async () => {
  await using rig = await ToolRig.open({ config: { tools: { profile: "coding" } } });
  await rig.converse(MAIN, ["user: hello"]);
  const record = await rig.sessions.get(MAIN);
  if (!record) throw new Error("no session");
  const names = async (sender: Sender) => {
    const view = await rig.invoker.effective(record, sender);
    expect(view).toMatchObject({ agentId: "main", profile: "coding" });
    return view.groups.flatMap((group) => group.tools.map((tool) => tool.id));
  };
  expect(await names(owner)).toContain("exec");
  expect(await names(owner)).not.toContain("message");
  expect(await names(guest)).not.toContain("exec");
});
