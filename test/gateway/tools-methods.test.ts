import { expect, test } from "bun:test";
import type { Client, MethodContext } from "../../src/gateway/method.ts";
import { toolHandlers } from "../../src/gateway/methods/tools.ts";
import { checkParams, fits, ProtocolError } from "../../src/protocol/index.ts";
import { MAIN, ToolRig } from "../agent/tools/rig.ts";
import { aClient } from "./clients.ts";

const admin = aClient("c1", { scopes: ["operator.admin"] });
const writer = aClient("c2", { scopes: ["operator.write", "operator.read"] });

/** Calls a method as the router would: params checked before, the result checked against its declaration after. */
async function call(rig: ToolRig, name: string, params: object, who: Client = admin): Promise<unknown> {
  const { invoker, roster, sessions } = rig;
  const method = toolHandlers({ invoker, roster, sessions }).find((one) => one.spec.name === name);
  if (!method) throw new Error(`no method ${name}`);
  const checked = checkParams(method.spec, params, true);
  if (!checked.ok) throw new Error(checked.message);
  const signal = new AbortController().signal;
  const context: MethodContext = { client: who, requestId: "r1", signal, accept: () => undefined };
  const result = await method.run(checked.params, context);
  expect(fits(method.spec.result, JSON.parse(JSON.stringify(result)))).toBe(true);
  return result;
}

test("tools.catalog names every tool; an agent there is not is refused", async () => {
  await using rig = await ToolRig.open();
  expect(await call(rig, "tools.catalog", { includePlugins: false })).toMatchObject({
    agentId: "main",
    profiles: [{ id: "minimal", label: "Minimal" }, {}, {}, {}],
  });
  await expect(call(rig, "tools.catalog", { agentId: "nope" })).rejects.toThrow('unknown agent id "nope"');
});

test("tools.effective needs a session, and shows what the caller's turn there would have", async () => {
  await using rig = await ToolRig.open();
  const effective = (sessionKey: string) => call(rig, "tools.effective", { sessionKey });
  await expect(effective("main")).rejects.toThrow(
    new ProtocolError("INVALID_REQUEST", 'unknown session key "main"'),
  );
  await rig.converse(MAIN, ["user: x"]);
  expect(await effective("main")).toMatchObject({
    agentId: "main",
    profile: "full",
    groups: [
      {
        id: "core",
        source: "core",
        tools: expect.arrayContaining([expect.objectContaining({ id: "exec" })]),
      },
    ],
  });
});

test("tools.invoke answers in one envelope, whether it went well or not", async () => {
  await using rig = await ToolRig.open();
  expect(await call(rig, "tools.invoke", { name: "agents_list" })).toMatchObject({
    ok: true,
    toolName: "agents_list",
    source: "core",
    output: { details: { requester: "main" } },
  });
  expect(await call(rig, "tools.invoke", { name: "nope" })).toEqual({
    ok: false,
    toolName: "nope",
    error: { code: "not_found", message: "Tool not available: nope" },
  });
  expect(await call(rig, "tools.invoke", { name: "sessions_history", args: {} })).toMatchObject({
    ok: false,
    error: { code: "internal_error", message: "sessionKey required" },
  });
  expect(await call(rig, "tools.invoke", { name: "agents_list", agentId: "nope" })).toMatchObject({
    ok: false,
    error: { code: "validation_error" },
  });
});

test("the owner's tools take the whole of the owner's rights", async () => {
  await using rig = await ToolRig.open({ config: { gateway: { tools: { allow: ["gateway"] } } } });
  const invoke = (who: Client) =>
    call(rig, "tools.invoke", { name: "gateway", args: { action: "status" } }, who);
  expect(await invoke(admin)).toMatchObject({ ok: true });
  expect(await invoke(writer)).toMatchObject({ ok: false, error: { code: "not_found" } });
});
