import type { devices } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { renameFlags } from "../commands/devices.ts";
import { CliError } from "../errors.ts";
import { needed } from "../words.ts";
import { changeDevice } from "./change.ts";

/** Longest label the gateway keeps. */
const MAX_LABEL_CHARS = 64;

export const run: Run<typeof renameFlags> = async ({ flags, session }) => {
  const wanted = needed(flags.device, "device");
  const label = needed(flags.name, "name").trim();
  if (label.length > MAX_LABEL_CHARS) {
    throw new CliError(`Invalid --name. Use at most ${MAX_LABEL_CHARS} characters.`);
  }
  const result = await changeDevice(session, flags, wanted, (client, { deviceId }) =>
    client.request<typeof devices.pairRename>(
      "device.pair.rename",
      { deviceId, label },
      { timeoutMs: flags.timeout },
    ),
  );
  if (flags.json) session.out.json(result);
  else session.out.line(`${result.deviceId} is now called ${result.label}.`);
};
