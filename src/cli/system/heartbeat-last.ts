import type { status } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { heartbeatFlags } from "../commands/system.ts";
import { withGateway } from "../rpc/gateway.ts";
import { ago } from "../words.ts";

export const run: Run<typeof heartbeatFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const report = await withGateway(session, flags, access, (client) =>
    client.request<typeof status.lastHeartbeat>("last-heartbeat", {}, { timeoutMs: flags.timeout }),
  );
  if (flags.json) {
    out.json(report);
  } else if (report === null) {
    out.line("No heartbeat has run yet.");
  } else {
    out.line(
      `${report.status}${report.reason === undefined ? "" : ` (${report.reason})`}, ${ago(report.ts, clock.now())}`,
    );
    if (report.message !== undefined) out.line(report.message);
  }
};
