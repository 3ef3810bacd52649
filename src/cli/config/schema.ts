import { configJsonSchema } from "../../config/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Run } from "../command.ts";
import type { readFlags } from "../commands/config.ts";

export const run: Run<typeof readFlags> = async ({ session }) => {
  session.out.json(configJsonSchema(VERSION).schema);
};
