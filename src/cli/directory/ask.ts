import type { channels, ResultOf } from "../../protocol/index.ts";
import { accountId } from "../channels/account-path.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { table } from "../terminal/layout.ts";

const ACCESS = { scopes: ["operator.read"], label: "Asking the gateway" } as const;

/** What a directory command is told. */
export type DirectoryFlags = GatewayFlags & {
  readonly channel: string | undefined;
  readonly account: string | undefined;
  readonly query?: string | undefined;
  readonly limit?: number | undefined;
  readonly groupId?: string | undefined;
};

/** What the gateway answers. */
export type Directory = ResultOf<typeof channels.channelsDirectory>;

/** Asks the gateway whom an account knows. @throws CliError */
export function askDirectory(
  session: Session,
  flags: DirectoryFlags,
  kind: "self" | "peers" | "groups" | "members",
): Promise<Directory> {
  const { channel, query, limit, groupId, timeout } = flags;
  const account = accountId(flags.account);
  const params = {
    kind,
    ...(channel !== undefined && { channel: channel.trim().toLowerCase() }),
    ...(account !== undefined && { accountId: account }),
    ...(query !== undefined && { query: query.trim() }),
    ...(limit !== undefined && { limit }),
    ...(groupId !== undefined && { groupId: groupId.trim() }),
  };
  return withGateway(session, flags, ACCESS, (client) =>
    client.request<typeof channels.channelsDirectory>("channels.directory", params, { timeoutMs: timeout }),
  );
}

/** Lists whom an account knows. @throws CliError */
export async function listDirectory(
  session: Session,
  flags: DirectoryFlags,
  kind: "peers" | "groups" | "members",
): Promise<void> {
  const { channel, accountId: account, entries } = await askDirectory(session, flags, kind);
  const { out } = session;
  if (flags.json) {
    out.json(entries);
    return;
  }
  if (entries.length === 0) {
    out.line(
      `The ${channel} account ${account} knows no ${kind}${flags.query === undefined ? "" : " of this name"}.`,
    );
    return;
  }
  const rows = entries.map(({ id, kind: what, name, handle }) => [
    id,
    what,
    [name, atName(handle)].filter((text) => text !== undefined).join(" "),
  ]);
  for (const line of table(["Id", "Kind", "Name"], rows)) out.line(line);
}

/** A public name as people write it. */
export function atName(handle: string | undefined): string | undefined {
  return handle === undefined ? undefined : `@${handle.replace(/^@/, "")}`;
}
