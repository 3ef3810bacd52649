import type { Run } from "../command.ts";
import type { listFlags } from "../commands/nodes.ts";
import { withGateway } from "../rpc/gateway.ts";
import { durationMs, plural } from "../words.ts";
import { filterNodes } from "./filter.ts";
import { readNodes } from "./find.ts";
import { readPairs, waitingLines } from "./pending.ts";
import { nodeTable } from "./status.ts";

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  if (flags.lastConnected !== undefined) durationMs(flags.lastConnected, "last-connected");
  const access = { scopes: ["operator.read", "operator.pairing"], label: "Asking the gateway" } as const;
  const [pairs, all] = await withGateway(session, flags, access, (client) =>
    Promise.all([readPairs(client, flags.timeout), readNodes(client, flags.timeout)]),
  );
  const now = clock.now();
  const paired = filterNodes(all, flags, now).filter((node) => node.paired);
  if (flags.json) {
    out.json({ pending: pairs.pending, paired });
    return;
  }
  if (pairs.pending.length > 0) for (const line of [...waitingLines(pairs.pending, now), ""]) out.line(line);
  out.line(`Paired (${plural(paired.length, "node")})`);
  if (paired.length > 0) for (const line of ["", ...nodeTable(paired, now)]) out.line(line);
};
