import { expect, test } from "bun:test";
import { guest, MAIN, owner, ToolRig } from "./rig.ts";

/** Most a default set of tools may add to every model call. */
const BUDGET_BYTES = 7 * 1024;

test("everything the owner's model is told of the tools fits into 7 KB", async () => {
  await using rig = await ToolRig.open();
  const tools = rig.catalog.effective({
    agentId: "main",
    sessionKey: MAIN,
    sender: owner,
    model: "mock/mock-1",
  });
  // The canvas is one more while a panel is connected.
  expect(tools).toHaveLength(rig.catalog.all.length - 1);
  const declared = tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
  expect(Buffer.byteLength(JSON.stringify(declared))).toBeLessThanOrEqual(BUDGET_BYTES);
});

test("the tools bear the names models know, each once", async () => {
  await using rig = await ToolRig.open();
  expect(rig.catalog.all.map((tool) => tool.name).sort()).toEqual(
    (
      "agents_list browser canvas edit exec gateway ls message process read session_status sessions_history sessions_list " +
      "sessions_send web_fetch write"
    ).split(" "),
  );
  expect(rig.catalog.groups["group:fs"]).toEqual(["ls", "read", "write", "edit"]);
});

test("others than the owner are not offered commands nor the gateway", async () => {
  await using rig = await ToolRig.open();
  const names = rig.catalog
    .effective({ agentId: "main", sessionKey: MAIN, sender: guest, model: "" })
    .map((tool) => tool.name);
  for (const name of ["browser", "exec", "process", "gateway"]) expect(names).not.toContain(name);
  expect(names).toContain("read");
});

test("tools that are switched off are not offered", async () => {
  await using rig = await ToolRig.open({
    config: { tools: { exec: { mode: "deny" }, web: { fetch: { enabled: false } } } },
  });
  const names = rig.catalog
    .effective({ agentId: "main", sessionKey: MAIN, sender: owner, model: "" })
    .map((tool) => tool.name);
  for (const name of ["exec", "process", "web_fetch"]) expect(names).not.toContain(name);
});

test("without process, exec has no background and waits to the end", async () => {
  await using rig = await ToolRig.open({ config: { tools: { deny: ["process"] } } });
  const exec = rig.catalog
    .effective({ agentId: "main", sessionKey: MAIN, sender: owner, model: "" })
    .find((tool) => tool.name === "exec");
  expect(Object.keys(exec?.parameters.properties ?? {})).not.toContain("background");
  const result = await exec?.execute(
    { command: "sleep 0.3; echo done", background: true, yieldMs: 1 },
    rig.context(),
  );
  expect(result?.content).toEqual([{ type: "text", text: "done" }]);
});

test("arguments that do not fit are named, and null counts as absent", async () => {
  await using rig = await ToolRig.open();
  expect(await rig.say("read", {})).toBe("Error: path required");
  expect(await rig.say("read", { path: 5 })).toBe("Error: at /path: must be string");
  expect(await rig.say("process", { action: "dance" })).toContain("action must be one of: list, poll");
  expect(await rig.say("ls", { path: null, limit: null })).toBe("(empty)");
});
