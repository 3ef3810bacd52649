import type { devices } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { removeFlags } from "../commands/devices.ts";
import { changeDevice } from "./change.ts";

export const run: Run<typeof removeFlags> = async ({ flags, args, session }) => {
  const result = await changeDevice(session, flags, args[0] ?? "", (client, { deviceId }) =>
    client.request<typeof devices.pairRemove>(
      "device.pair.remove",
      { deviceId },
      { timeoutMs: flags.timeout },
    ),
  );
  if (flags.json) session.out.json(result);
  else session.out.line(`Removed ${result.deviceId}.`);
};
