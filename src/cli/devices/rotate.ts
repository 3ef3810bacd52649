import type { devices } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { rotateFlags } from "../commands/devices.ts";
import { CliError } from "../errors.ts";
import { needed } from "../words.ts";
import { changeDevice } from "./change.ts";

export const run: Run<typeof rotateFlags> = async ({ flags, session }) => {
  const wanted = needed(flags.device, "device");
  const role = needed(flags.role, "role");
  if (flags.noScopes && flags.scope.length > 0)
    throw new CliError("Use either --scope or --no-scopes, not both.");
  const scopes = flags.noScopes ? [] : flags.scope.length > 0 ? [...flags.scope] : undefined;
  const result = await changeDevice(session, flags, wanted, (client, { deviceId }) =>
    client.request<typeof devices.tokenRotate>(
      "device.token.rotate",
      { deviceId, role, ...(scopes && { scopes }) },
      { timeoutMs: flags.timeout },
    ),
  );
  if (flags.json) {
    session.out.json(result);
    return;
  }
  session.out.line(`Rotated the ${result.role} token of ${result.deviceId}.`);
  session.out.line(`Scopes: ${result.scopes.length === 0 ? "none" : result.scopes.join(", ")}`);
  if ("token" in result) session.out.line(`Token: ${result.token}`);
  else
    session.out.note(
      "The device must connect with the gateway's secret, or be approved, to get the new one.",
    );
};
