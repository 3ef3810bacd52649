import type { Run } from "../command.ts";
import type { canvasFlags } from "../commands/nodes.ts";
import { showPanel } from "./panel.ts";

export const run: Run<typeof canvasFlags> = async ({ args: [url = ""], flags, session }) => {
  await showPanel(session, flags, { command: "canvas.navigate", params: { url } });
};
