import { displayPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { readFlags } from "../commands/config.ts";

export const run: Run<typeof readFlags> = async ({ flags, session }) => {
  const { configPath, home } = session.paths;
  if (flags.json) session.out.json({ path: configPath });
  else session.out.line(displayPath(configPath, home));
};
