import type { devices } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { clearFlags } from "../commands/devices.ts";
import { CliError } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import { plural } from "../words.ts";
import { readPairings } from "./find.ts";

export const run: Run<typeof clearFlags> = async ({ flags, session }) => {
  if (!flags.yes) {
    throw new CliError("Nothing was cleared: this forgets every paired device.", {
      hint: "If you mean it: openclaw devices clear --yes",
    });
  }
  const access = { scopes: ["operator.pairing", "operator.admin"], label: "Clearing" } as const;
  const result = await withGateway(session, flags, access, async (client) => {
    const options = { timeoutMs: flags.timeout };
    const { paired, pending } = await readPairings(client, flags.timeout);
    const removedDevices: string[] = [];
    for (const { deviceId } of paired) {
      await client.request<typeof devices.pairRemove>("device.pair.remove", { deviceId }, options);
      removedDevices.push(deviceId);
    }
    const rejectedRequests: string[] = [];
    for (const { requestId } of flags.pending ? pending : []) {
      await client.request<typeof devices.pairReject>("device.pair.reject", { requestId }, options);
      rejectedRequests.push(requestId);
    }
    return { removedDevices, rejectedRequests };
  });
  if (flags.json) {
    session.out.json({ ok: true, ...result });
    return;
  }
  session.out.line(`Removed ${plural(result.removedDevices.length, "device")}.`);
  if (flags.pending) session.out.line(`Rejected ${plural(result.rejectedRequests.length, "request")}.`);
};
