import type { status } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { eventFlags } from "../commands/system.ts";
import { withGateway } from "../rpc/gateway.ts";
import { needed } from "../words.ts";

export const run: Run<typeof eventFlags> = async ({ flags, session }) => {
  const text = needed(flags.text, "text");
  const access = { scopes: ["operator.admin"], label: "Posting the event" } as const;
  const result = await withGateway(session, flags, access, (client) =>
    client.request<typeof status.systemEvent>("system-event", { text }, { timeoutMs: flags.timeout }),
  );
  if (flags.json) session.out.json(result);
  else session.out.line("ok");
};
