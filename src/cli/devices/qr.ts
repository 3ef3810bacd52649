import type { devices } from "../../protocol/index.ts";
import { qrText } from "../../lib/qr.ts";
import type { Run } from "../command.ts";
import type { qrFlags } from "../commands/devices.ts";
import { withGateway } from "../rpc/gateway.ts";
import { spanOf } from "../words.ts";

export const run: Run<typeof qrFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const { publicUrl, remote, limited } = flags;
  const access = { scopes: ["operator.admin"], label: "Asking the gateway" } as const;
  const made = await withGateway(session, flags, access, (client) =>
    client.request<typeof devices.pairSetupCode>(
      "device.pair.setupCode",
      {
        ...(publicUrl !== undefined && { publicUrl }),
        ...(remote && { preferRemoteUrl: true }),
        ...(limited && { bootstrapProfile: "limited" as const }),
      },
      { timeoutMs: flags.timeout },
    ),
  );
  if (flags.json) {
    out.json(made);
    return;
  }
  if (flags.setupCodeOnly) {
    out.line(made.setupCode);
    return;
  }
  if (flags.ascii) out.raw(`${await qrText(made.setupCode)}\n`);
  out.line(`Setup code: ${made.setupCode}`);
  out.line(`Gateway: ${made.gatewayUrl} (${made.urlSource})`);
  if (made.expiresAtMs !== undefined)
    out.note(`Good for one device, for ${spanOf(made.expiresAtMs - clock.now())}. Show it to nobody else.`);
  if (made.accessDowngraded === true)
    out.note("The device will not be an admin: the way there can be listened to. Use wss:// for that.");
};
