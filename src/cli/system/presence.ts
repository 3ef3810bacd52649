import type { PresenceEntry, status } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { presenceFlags } from "../commands/system.ts";
import { withGateway } from "../rpc/gateway.ts";
import { table } from "../terminal/layout.ts";
import { ago } from "../words.ts";

export const run: Run<typeof presenceFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const rows = await withGateway(session, flags, access, (client) =>
    client.request<typeof status.systemPresence>("system-presence", {}, { timeoutMs: flags.timeout }),
  );
  if (flags.json) out.json(rows);
  else for (const line of presenceTable(rows, clock.now())) out.line(line);
};

/** The presence list as a table that fits the screen. */
export function presenceTable(rows: readonly PresenceEntry[], now: number): string[] {
  return table(
    ["Host", "What", "Mode", "Address", "Reason", "Seen"],
    rows.map((row) => [
      row.host ?? row.deviceId?.slice(0, 12) ?? "",
      [row.clientId ?? row.platform ?? "", row.version ?? ""].join(" ").trim(),
      row.mode ?? "",
      row.ip ?? "",
      row.reason ?? "",
      ago(row.ts, now),
    ]),
  );
}
