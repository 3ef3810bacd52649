import type { devices } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { rejectFlags } from "../commands/devices.ts";
import { withGateway } from "../rpc/gateway.ts";

export const run: Run<typeof rejectFlags> = async ({ flags, args, session }) => {
  const requestId = (args[0] ?? "").trim();
  const access = { scopes: ["operator.pairing"], label: "Rejecting" } as const;
  const result = await withGateway(session, flags, access, (client) =>
    client.request<typeof devices.pairReject>(
      "device.pair.reject",
      { requestId },
      { timeoutMs: flags.timeout },
    ),
  );
  if (flags.json) session.out.json(result);
  else session.out.line(`Rejected ${result.requestId} (device ${result.deviceId}).`);
};
