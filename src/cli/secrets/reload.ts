import type { secrets } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { reloadFlags } from "../commands/secrets/index.ts";
import { withGateway } from "../rpc/gateway.ts";
import { plural } from "../words.ts";

export const run: Run<typeof reloadFlags> = async ({ flags, session }) => {
  const { out } = session;
  const access = { scopes: ["operator.admin"], label: "Reloading secrets" } as const;
  const result = await withGateway(session, flags, access, (client) =>
    client.request<typeof secrets.reload>("secrets.reload", {}, { timeoutMs: flags.timeout }),
  );
  if (flags.json) {
    out.json(result);
    return;
  }
  out.line("Secrets reloaded.");
  if (result.warningCount > 0) {
    out.warn(`${plural(result.warningCount, "warning")}: see openclaw logs --limit 50`);
  }
};
