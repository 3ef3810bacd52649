import { expect, test } from "bun:test";
import { MAIN, owner, ToolRig } from "../tools/rig.ts";
import { PromptRig } from "./rig.ts";

/** The default prompt with the first files, and the schemas of all tools. */
const BUDGET_BYTES = 12 * 1024;

test("what an owner's model is sent before the conversation fits into 12 KB, first files and every tool included", async () => {
  await using tools = await ToolRig.open();
  // A panel is connected, so that the canvas is among them.
  tools.told = [];
  await using rig = await PromptRig.create();
  await rig.prompts.workspace("main");
  const model = "anthropic/claude-sonnet-4-5";
  const offered = tools.catalog.effective({ agentId: "main", sessionKey: MAIN, sender: owner, model });
  expect(offered).toHaveLength(tools.catalog.all.length);
  const input = rig.input({ tools: offered, model, thinking: "medium" });
  const { text } = await rig.prompts.build(input);
  const schemas = JSON.stringify(
    offered.map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, description, parameters },
    })),
  );
  const together = Buffer.byteLength(text) + Buffer.byteLength(schemas);
  expect(together).toBeLessThanOrEqual(BUDGET_BYTES);
  expect((await rig.prompts.report(input)).totalChars).toBeLessThanOrEqual(together);
});
