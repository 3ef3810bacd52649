import type { Run } from "../command.ts";
import type { archiveFlags } from "../commands/sessions.ts";
import { withGateway } from "../rpc/gateway.ts";
import { report, toEach } from "./each.ts";

export const run: Run<typeof archiveFlags> = async ({ flags, args, session }) => {
  const access = { scopes: ["operator.read", "operator.write"], label: "Archiving" } as const;
  const results = await withGateway(session, flags, access, (client) =>
    toEach(client, args, flags, (key) =>
      client.call("sessions.patch", { key, archived: true }, { timeoutMs: flags.timeout }),
    ),
  );
  return report(session, results, { ...flags, verb: "Archived" });
};
