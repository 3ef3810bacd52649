import { GatewayTransportError } from "../../client/index.ts";
import { displayPath } from "../../config/index.ts";
import type { agents, ResultOf } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { deleteFlags } from "../commands/agents.ts";
import { CliError, EXIT_FAILURE } from "../errors.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { findTarget, withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { changeRoster, openRoster } from "./roster.ts";

type Deleted = Pick<ResultOf<typeof agents.remove>, "agentId" | "removedBindings" | "purgeFailed"> & {
  readonly removed?: readonly { readonly path: string; readonly method: string; readonly to?: string }[];
  readonly failed?: readonly { readonly path: string; readonly reason: string }[];
};

export const run: Run<typeof deleteFlags> = async ({ flags, args, session }) => {
  const agentId = (args[0] ?? "").toLowerCase();
  if (!flags.force && !(await agreed(session, agentId))) {
    session.out.note("Nothing was deleted.");
    return EXIT_FAILURE;
  }
  const deleteFiles = !flags.keepFiles;
  const online = await throughGateway(session, flags, agentId, deleteFiles);
  const deleted: Deleted = online ?? (await inFile(session, agentId, deleteFiles));
  if (flags.json) session.out.json({ ok: true, ...deleted, offline: online === undefined });
  else report(session, deleted, online === undefined);
  return undefined;
};

/** Undefined when no gateway of this machine runs: then the file is enough. */
async function throughGateway(
  session: Session,
  flags: GatewayFlags,
  agentId: string,
  deleteFiles: boolean,
): Promise<Deleted | undefined> {
  const target = await findTarget(session, flags);
  try {
    return await withGateway(session, flags, { scopes: ["operator.admin"], label: "Deleting" }, (client) =>
      client.request<typeof agents.remove>(
        "agents.delete",
        { agentId, deleteFiles },
        { timeoutMs: flags.timeout },
      ),
    );
  } catch (error) {
    const cause = error instanceof CliError ? error.cause : undefined;
    const isDown = cause instanceof GatewayTransportError && cause.kind === "unreachable";
    if (isDown && target.implicitLocal) return undefined;
    throw error;
  }
}

async function inFile(session: Session, agentId: string, deleteFiles: boolean): Promise<Deleted> {
  const { editor } = await openRoster(session);
  return changeRoster(session, () => editor.remove(agentId, { deleteFiles }));
}

function report({ out, paths }: Session, deleted: Deleted, offline: boolean): void {
  const show = (path: string) => displayPath(path, paths.home);
  const trashed = (deleted.removed ?? []).filter(({ method }) => method === "trash");
  out.line(`Deleted agent ${deleted.agentId}.`);
  for (const { path } of trashed) out.line(`Moved to the trash: ${show(path)}`);
  for (const { path, reason } of deleted.failed ?? []) out.warn(`Kept ${show(path)}: ${reason}`);
  if (trashed.length > 0) {
    const moves = trashed.filter(({ to }) => to !== undefined).map(({ path, to }) => `mv ${to} ${path}`);
    out.note(
      `To undo it, move the folders back from ${show(`${paths.stateDir}/trash`)} and add the agent again.`,
    );
    for (const move of moves) out.note(`  ${move}`);
  }
  if (offline) out.note("No gateway is running; the agent's sessions stay in its store.");
  if (deleted.purgeFailed === true)
    out.warn("Some of its sessions could not be archived; see openclaw logs.");
}

async function agreed({ confirm }: Session, agentId: string): Promise<boolean> {
  if (confirm !== undefined) return confirm(`Delete agent ${agentId}?`);
  throw new CliError("Nothing was deleted: nobody is there to confirm it.", {
    hint: `If you mean it: openclaw agents delete ${agentId} --force`,
  });
}
