import { isBrowserClient } from "../../../protocol/index.ts";
import type { PairedDevice } from "../../../store/index.ts";
import { type Arrival, isNativeApp } from "../arrival.ts";
import type { CompiledPolicy } from "../credentials.ts";
import type { PairingReason } from "../refusals.ts";

/** How a device may be approved without anyone being asked; undefined when somebody must be. */
export function silentApproval(
  reason: PairingReason,
  arrival: Arrival,
  paired: PairedDevice | undefined,
  policy: CompiledPolicy,
): "silent" | "trusted-cidr" | undefined {
  if (isLocallyApproved(reason, arrival, paired, policy)) return "silent";
  return isNodeOfTrustedRange(reason, arrival, paired, policy) ? "trusted-cidr" : undefined;
}

function isLocallyApproved(
  reason: PairingReason,
  arrival: Arrival,
  paired: PairedDevice | undefined,
  policy: CompiledPolicy,
): boolean {
  const { client, method, role, hasOrigin } = arrival;
  if (!policy.pairing.autoApproveLocal || arrival.attribution.kind !== "direct-local") return false;
  // A known device that wants to be a node too hands out this machine: that is for a person to say.
  if (paired !== undefined && role !== "operator") return false;
  // What was taken away is only given back by a person.
  if (isRevoked(paired, role)) return false;
  const isPage = isBrowserClient(client);
  if (hasOrigin && !isPage) return false;
  const isSecretHolder = method === "token" || method === "password" || method === "none";
  switch (reason) {
    case "metadata-upgrade":
      return !hasOrigin && !isPage && (isSecretHolder || isNativeApp(client));
    case "scope-upgrade":
      return isSecretHolder;
    case "not-paired":
    case "role-upgrade":
      return true;
  }
}

function isNodeOfTrustedRange(
  reason: PairingReason,
  { attribution, role, scopes, client, hasOrigin }: Arrival,
  paired: PairedDevice | undefined,
  policy: CompiledPolicy,
): boolean {
  if (reason !== "not-paired" || paired !== undefined || role !== "node" || scopes.length > 0) return false;
  if (hasOrigin || isBrowserClient(client)) return false;
  const isKnownAddress = attribution.kind === "direct-remote" || attribution.kind === "trusted-proxy";
  return isKnownAddress && policy.autoApproveRanges.has(attribution.clientIp);
}

function isRevoked(paired: PairedDevice | undefined, role: string): boolean {
  return paired?.tokens.some((token) => token.role === role && token.revokedAtMs !== undefined) ?? false;
}
