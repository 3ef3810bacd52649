import type { devices } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { revokeFlags } from "../commands/devices.ts";
import { needed } from "../words.ts";
import { changeDevice } from "./change.ts";

export const run: Run<typeof revokeFlags> = async ({ flags, session }) => {
  const wanted = needed(flags.device, "device");
  const role = needed(flags.role, "role");
  const result = await changeDevice(session, flags, wanted, (client, { deviceId }) =>
    client.request<typeof devices.tokenRevoke>(
      "device.token.revoke",
      { deviceId, role },
      { timeoutMs: flags.timeout },
    ),
  );
  if (flags.json) session.out.json(result);
  else session.out.line(`Revoked the ${result.role} token of ${result.deviceId}.`);
};
