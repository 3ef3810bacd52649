import { PromptRig, toolNamed } from "../../agent/prompt/rig.ts";
import type { Measured } from "../figures.ts";

const WARM_UP = 200;
const PROMPTS = 2_000;
const TOOLS = ["read", "write", "edit", "exec", "gateway", "message"].map(toolNamed);

/** The system prompt of a turn, composed again; mean, since one takes less than the clock tells. */
export async function composition(): Promise<Measured> {
  await using rig = await PromptRig.create();
  await rig.prompts.workspace("main");
  const compose = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) await rig.text({ tools: TOOLS });
  };
  await compose(WARM_UP);
  const began = performance.now();
  await compose(PROMPTS);
  return { "prompt-build": (performance.now() - began) / PROMPTS };
}
