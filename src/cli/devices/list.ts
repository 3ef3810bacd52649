import type { PairedDevice, PendingDevice } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { listFlags } from "../commands/devices.ts";
import { withGateway } from "../rpc/gateway.ts";
import { clipped, definitions, MAX_COLUMNS } from "../terminal/layout.ts";
import { ago, plural } from "../words.ts";
import { deviceName, type Pairings, readPairings } from "./find.ts";

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const access = { scopes: ["operator.pairing"], label: "Asking the gateway" } as const;
  const pairings = await withGateway(session, flags, access, (client) => readPairings(client, flags.timeout));
  if (flags.json) out.json(pairings);
  else for (const line of pairingLines(pairings, clock.now())) out.line(line);
};

function pairingLines({ pending, paired }: Pairings, now: number): string[] {
  if (pending.length === 0 && paired.length === 0) return ["No devices are paired and none is waiting."];
  const approved = new Map(paired.map((device) => [device.deviceId, device]));
  return [
    ...(pending.length === 0 ? [] : [`Waiting (${plural(pending.length, "request")})`]),
    ...pending.flatMap((request) => ["", ...pendingLines(request, approved.get(request.deviceId), now)]),
    ...(pending.length === 0 ? [] : ["", "Approve one with: openclaw devices approve <requestId>", ""]),
    `Paired (${plural(paired.length, "device")})`,
    ...paired.flatMap((device) => ["", ...pairedLines(device, now)]),
  ];
}

/** One request with everything a decision needs; a paired device's present rights stand beside what it asks for. */
export function pendingLines(
  request: PendingDevice,
  approved: PairedDevice | undefined,
  now: number,
): string[] {
  return [
    clipped(deviceName(request), MAX_COLUMNS),
    ...definitions([
      ["request", request.requestId],
      ["device", request.deviceId],
      ...row("platform", [request.platform, request.deviceFamily].filter(Boolean).join(", ")),
      ...row("address", request.remoteIp),
      ["asks for", rightsOf(request)],
      ...row("has now", approved && rightsOf(approved)),
      ["since", ago(request.ts, now)],
    ]),
  ];
}

function pairedLines(device: PairedDevice, now: number): string[] {
  const tokens = (device.tokens ?? []).map((token) =>
    token.revokedAtMs === undefined ? token.role : `${token.role} (revoked)`,
  );
  const seen = device.lastSeenAtMs === undefined ? undefined : ago(device.lastSeenAtMs, now);
  return [
    clipped(deviceName(device), MAX_COLUMNS),
    ...definitions([
      ["device", device.deviceId],
      ...row("platform", [device.platform, device.deviceFamily].filter(Boolean).join(", ")),
      ["may", rightsOf(device)],
      ...row("tokens", tokens.join(", ")),
      ...row("approved", device.approvedVia && `${device.approvedVia}, ${ago(device.approvedAtMs, now)}`),
      ...row("seen", device.connected === true ? "connected" : seen),
    ]),
  ];
}

function rightsOf(device: PendingDevice | PairedDevice): string {
  const roles = (device.roles ?? [device.role ?? "operator"]).join(", ");
  const scopes = (device.scopes ?? []).join(", ");
  return scopes === "" ? roles : `${roles}: ${scopes}`;
}

function row(term: string, text: string | undefined): (readonly [string, string])[] {
  return text === undefined || text === "" ? [] : [[term, text]];
}
