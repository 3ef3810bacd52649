import { expect, test } from "bun:test";
import { guest, MAIN, owner, ToolRig } from "./rig.ts";

function offered(rig: ToolRig, sender = owner): boolean {
  const tools = rig.catalog.effective({ agentId: "main", sessionKey: MAIN, sender, model: "" });
  return tools.some((tool) => tool.name === "canvas");
}

test("the canvas tool is offered while a panel could show something, and to the owner alone", async () => {
  await using rig = await ToolRig.open();
  expect(offered(rig)).toBe(false);
  rig.told = [];
  expect([offered(rig), offered(rig, guest)]).toEqual([true, false]);
  await using denied = await ToolRig.open({ config: { tools: { deny: ["group:ui"] } } });
  denied.told = [];
  expect(offered(denied)).toBe(false);
});

test("what is asked is told to the node in its own words", async () => {
  await using rig = await ToolRig.open();
  rig.told = [];
  const page = "/__openclaw__/canvas/";
  await rig.say("canvas", { action: "present", url: page, width: 800, height: 600, node: "mac" });
  await rig.say("canvas", { action: "navigate", target: page });
  await rig.say("canvas", { action: "hide", x: 3 });
  expect(rig.told).toMatchObject([
    { command: "canvas.present", node: "mac", params: { target: page, width: 800, height: 600 } },
    { command: "canvas.navigate", params: { url: page } },
    { command: "canvas.hide", params: {} },
  ]);
  expect(await rig.say("canvas", { action: "navigate" })).toBe("Error: url required");
  expect(await rig.say("canvas", { action: "eval" })).toContain(
    "action must be one of: present, navigate, hide",
  );
});

test("why it could not be done is the tool's answer", async () => {
  await using rig = await ToolRig.open();
  expect(await rig.say("canvas", { action: "hide" })).toBe("Error: no panel");
});
