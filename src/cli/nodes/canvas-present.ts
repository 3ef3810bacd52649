import type { Run } from "../command.ts";
import type { canvasPresentFlags } from "../commands/nodes.ts";
import { showPanel } from "./panel.ts";

export const run: Run<typeof canvasPresentFlags> = async ({ flags, session }) => {
  const { target, x, y, width, height } = flags;
  const given = Object.entries({ target, x, y, width, height }).filter(([, value]) => value !== undefined);
  await showPanel(session, flags, { command: "canvas.present", params: Object.fromEntries(given) });
};
