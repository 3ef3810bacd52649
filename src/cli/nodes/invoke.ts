import type { nodes, OperatorScope } from "../../protocol/index.ts";
import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { invokeFlags } from "../commands/nodes.ts";
import { CliError } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import { jsonOption, needed } from "../words.ts";
import { findNode, readNodes } from "./find.ts";

/** What the gateway itself needs on top of the node's own time. */
const TRANSPORT_GRACE_MS = 10_000;

/** These run a shell; the agent's own tool does that, with its approvals. */
const SHELL_COMMANDS = new Set(["system.run", "system.run.prepare"]);

export const run: Run<typeof invokeFlags> = async ({ flags, session }) => {
  const { out } = session;
  const wanted = needed(flags.node, "node");
  const command = needed(flags.command, "command").trim();
  const params = jsonOption(flags.params, "params", {});
  if (!isRecord(params)) throw new CliError("--params must be a JSON object.");
  if (SHELL_COMMANDS.has(command)) {
    throw new CliError(
      `${command} cannot be invoked from here: shell commands on a node go through the agent's exec tool.`,
    );
  }
  const timeoutMs = Math.max(flags.timeout, flags.invokeTimeout + TRANSPORT_GRACE_MS);
  const access = { scopes: scopesFor(command), label: `Running ${command}` };
  const result = await withGateway(session, { ...flags, timeout: timeoutMs }, access, async (client) => {
    const { nodeId } = findNode(await readNodes(client, timeoutMs), wanted);
    return client.request<typeof nodes.invoke>(
      "node.invoke",
      {
        nodeId,
        command,
        params,
        timeoutMs: flags.invokeTimeout,
        idempotencyKey: flags.idempotencyKey ?? crypto.randomUUID(),
      },
      { timeoutMs },
    );
  });
  out.json(flags.json ? result : (result.payload ?? null));
};

/** Commands that reach into a machine's files, browser or terminal take an administrator. */
function scopesFor(command: string): OperatorScope[] {
  const reaching =
    command.startsWith("browser.proxy") || command === "fs.listDir" || command === "terminal.upload";
  return reaching
    ? ["operator.read", "operator.write", "operator.admin"]
    : ["operator.read", "operator.write"];
}
