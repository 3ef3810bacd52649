import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { invokeFlags } from "../commands/nodes.ts";
import { CliError } from "../errors.ts";
import { jsonOption, needed } from "../words.ts";
import { askNode } from "./ask-node.ts";

/** These run a shell; the agent's own tool does that, with its approvals. */
const SHELL_COMMANDS = new Set(["system.run", "system.run.prepare"]);

export const run: Run<typeof invokeFlags> = async ({ flags, session }) => {
  const { out } = session;
  needed(flags.node, "node");
  const command = needed(flags.command, "command").trim();
  const params = jsonOption(flags.params, "params", {});
  if (!isRecord(params)) throw new CliError("--params must be a JSON object.");
  if (SHELL_COMMANDS.has(command)) {
    throw new CliError(
      `${command} cannot be invoked from here: shell commands on a node go through the agent's exec tool.`,
    );
  }
  const { idempotencyKey } = flags;
  const result = await askNode(session, flags, { command, params, idempotencyKey });
  out.json(flags.json ? result : (result.payload ?? null));
};
