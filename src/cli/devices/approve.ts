import type { GatewayClient } from "../../client/index.ts";
import { type devices, type OperatorScope, type PendingDevice } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { approveFlags } from "../commands/devices.ts";
import { CliError } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import { deviceName, newest, type Pairings, readPairings } from "./find.ts";
import { pendingLines } from "./list.ts";

export const run: Run<typeof approveFlags> = async ({ flags, args, session }) => {
  const { out, clock } = session;
  const reading = { scopes: ["operator.pairing"], label: "Asking the gateway" } as const;
  const pairings = await withGateway(session, flags, reading, (client) =>
    readPairings(client, flags.timeout),
  );
  const requestId = args[0]?.trim();
  if (requestId === undefined || flags.latest) {
    const request = latest(pairings);
    const command = `openclaw devices approve ${request.requestId}`;
    const error = new CliError("Nothing was approved: approving needs the exact request id.", {
      hint: `Approve it with: ${command}`,
      beside: { pending: request },
    });
    if (flags.json) throw error;
    const approved = pairings.paired.find((device) => device.deviceId === request.deviceId);
    for (const line of pendingLines(request, approved, clock.now())) out.line(line);
    throw error;
  }
  const request = pairings.pending.find((pending) => pending.requestId === requestId);
  const scopes = request ? scopesToApprove(request) : (["operator.pairing"] as const);
  const result = await withGateway(session, flags, { scopes, label: "Approving" }, (client) =>
    approve(client, requestId, flags.timeout),
  );
  if (flags.json) out.json(result);
  else out.line(`Approved ${deviceName(result.device)} (${result.device.deviceId}).`);
};

function latest(pairings: Pairings): PendingDevice {
  const request = newest(pairings.pending);
  if (request) return request;
  throw new CliError("No device is waiting for approval.", {
    hint: "See who is paired: openclaw devices list",
  });
}

function approve(client: GatewayClient, requestId: string, timeoutMs: number) {
  return client.request<typeof devices.pairApprove>("device.pair.approve", { requestId }, { timeoutMs });
}

/** An approver must hold what it grants; roles other than operator take an administrator. */
function scopesToApprove(request: PendingDevice): OperatorScope[] {
  const roles = request.roles ?? (request.role === undefined ? [] : [request.role]);
  if (roles.some((role) => role !== "operator")) return ["operator.admin", "operator.pairing"];
  const asked = (request.scopes ?? []).filter(isOperatorScope);
  return [...new Set<OperatorScope>(["operator.pairing", ...asked])];
}

function isOperatorScope(scope: string): scope is OperatorScope {
  return scope.startsWith("operator.");
}
