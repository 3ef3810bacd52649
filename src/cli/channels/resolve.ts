import type { GatewayClient } from "../../client/index.ts";
import type { channels, ResultOf } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { resolveFlags } from "../commands/chats/channels.ts";
import { withGateway } from "../rpc/gateway.ts";
import { table } from "../terminal/layout.ts";
import { accountId } from "./account-path.ts";

type Entry = ResultOf<typeof channels.channelsDirectory>["entries"][number];

interface Resolved {
  readonly input: string;
  readonly resolved: boolean;
  readonly kind?: Entry["kind"];
  readonly id?: string;
  readonly name?: string;
  readonly note?: string;
}

const ACCESS = { scopes: ["operator.read"], label: "Asking the gateway" } as const;

/** More than any account knows. */
const LIMIT = 1_000;

export const run: Run<typeof resolveFlags> = async ({ flags, args, session }) => {
  const account = accountId(flags.account);
  const place = {
    ...(flags.channel !== undefined && { channel: flags.channel.trim().toLowerCase() }),
    ...(account !== undefined && { accountId: account }),
  };
  const { kind } = flags;
  const known = await withGateway(session, flags, ACCESS, async (client) => {
    const ask = (which: "peers" | "groups") => entriesOf(client, { ...place, kind: which }, flags.timeout);
    return [
      ...(kind === "group" || kind === "channel" ? [] : await ask("peers")),
      ...(kind === "user" ? [] : await ask("groups")),
    ].filter((entry) => kind === "auto" || entry.kind === kind);
  });
  const found = args.map((input) => resolve(input, known));
  const { out } = session;
  if (flags.json) out.json(found);
  else {
    const rows = found.map(({ input, kind: what, id, name, note }) => [
      input,
      id ?? "-",
      what ?? "-",
      name ?? note ?? "",
    ]);
    for (const line of table(["Name", "Id", "Kind", "Known as"], rows)) out.line(line);
  }
};

async function entriesOf(
  client: GatewayClient,
  question: { readonly kind: "peers" | "groups"; readonly channel?: string; readonly accountId?: string },
  timeoutMs: number,
): Promise<Entry[]> {
  const { entries } = await client.request<typeof channels.channelsDirectory>(
    "channels.directory",
    { ...question, limit: LIMIT },
    { timeoutMs },
  );
  return entries;
}

/** An id stands for itself; a name for the one chat that has it. */
function resolve(input: string, known: readonly Entry[]): Resolved {
  const wanted = plain(input);
  const byId = known.find(({ id }) => id === input.trim());
  const [only, ...others] = byId
    ? [byId]
    : known.filter(({ name, handle }) => plain(name) === wanted || plain(handle) === wanted);
  if (only === undefined) return { input, resolved: false, note: "not known to this account" };
  if (others.length > 0) {
    const ids = [only, ...others].map(({ id }) => id).join(", ");
    return { input, resolved: false, note: `the name of several: ${ids}` };
  }
  const { kind, id, name } = only;
  return { input, resolved: true, kind, id, ...(name !== undefined && { name }) };
}

function plain(name: string | undefined): string | undefined {
  return name?.trim().replace(/^[@#]/, "").toLowerCase();
}
