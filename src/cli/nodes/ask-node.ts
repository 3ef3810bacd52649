import type { nodes, OperatorScope, ResultOf } from "../../protocol/index.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { needed } from "../words.ts";
import { findNode, readNodes } from "./find.ts";

/** What the gateway itself needs on top of the node's own time. */
const TRANSPORT_GRACE_MS = 10_000;

/** The options of every command that has a node do something. */
export type AskFlags = Parameters<typeof withGateway>[1] & {
  readonly node: string | undefined;
  readonly invokeTimeout: number;
  readonly timeout: number;
};

export interface Asked {
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string | undefined;
}

/** Has the node a person named run a command. @throws CliError when no node, or more than one, is meant, or it did not */
export async function askNode(
  session: Session,
  flags: AskFlags,
  { command, params, idempotencyKey = crypto.randomUUID() }: Asked,
): Promise<ResultOf<typeof nodes.invoke>> {
  const wanted = needed(flags.node, "node");
  const timeoutMs = Math.max(flags.timeout, flags.invokeTimeout + TRANSPORT_GRACE_MS);
  const access = { scopes: scopesFor(command), label: `Running ${command}` };
  return await withGateway(session, { ...flags, timeout: timeoutMs }, access, async (client) => {
    const { nodeId } = findNode(await readNodes(client, timeoutMs), wanted);
    return client.request<typeof nodes.invoke>(
      "node.invoke",
      { nodeId, command, params, timeoutMs: flags.invokeTimeout, idempotencyKey },
      { timeoutMs },
    );
  });
}

/** Commands that reach into a machine's files, browser or terminal take an administrator. */
function scopesFor(command: string): OperatorScope[] {
  const reaching =
    command.startsWith("browser.proxy") || command === "fs.listDir" || command === "terminal.upload";
  return reaching
    ? ["operator.read", "operator.write", "operator.admin"]
    : ["operator.read", "operator.write"];
}
