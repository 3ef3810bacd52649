import type { Run } from "../command.ts";
import type { canvasFlags } from "../commands/nodes.ts";
import { showPanel } from "./panel.ts";

export const run: Run<typeof canvasFlags> = async ({ flags, session }) => {
  await showPanel(session, flags, { command: "canvas.hide", params: {} });
};
