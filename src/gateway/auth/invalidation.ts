import type { DeviceRole } from "../../store/index.ts";
import type { AuthMethod, AuthPolicy } from "./policy.ts";
import type { CloseFrame } from "./refusals.ts";

/** Credentials that stopped being good; every live connection that rests on them must be closed now. */
export type Invalidation =
  /** A device lost its token for `role`, or everything when no role is named. */
  | {
      readonly kind: "device";
      readonly deviceId: string;
      readonly role?: DeviceRole;
      readonly close: CloseFrame;
    }
  /** The way in changed: a rotated secret, another proxy policy. */
  | { readonly kind: "methods"; readonly methods: readonly AuthMethod[]; readonly close: CloseFrame };

/** Hears about credentials that stopped being good. */
export type InvalidationListener = (invalidation: Invalidation) => void;

/** A device was removed, or its token rotated or revoked. */
export function deviceInvalidated(deviceId: string, role?: DeviceRole): Invalidation {
  return {
    kind: "device",
    deviceId,
    ...(role !== undefined && { role }),
    close: { code: 4001, reason: "device removed" },
  };
}

/** What a new policy takes away from those who came in under the old one; undefined when nothing. */
export function policyInvalidation(before: AuthPolicy, after: AuthPolicy): Invalidation | undefined {
  const methods = new Set<AuthMethod>();
  const modeChanged = before.mode !== after.mode;
  if (modeChanged) for (const method of SHARED_METHODS) methods.add(method);
  if (before.token !== after.token) methods.add("token");
  if (before.password !== after.password) methods.add("password");
  if (before.allowTailscale && !after.allowTailscale) methods.add("tailscale");
  if (!sameData(before.identityScopes, after.identityScopes)) methods.add("tailscale").add("trusted-proxy");
  const proxyChanged =
    !sameData(before.trustedProxy, after.trustedProxy) ||
    !sameData(before.trustedProxies, after.trustedProxies);
  if (proxyChanged) methods.add("trusted-proxy");
  if (methods.size === 0) return undefined;
  return { kind: "methods", methods: [...methods], close: { code: 4001, reason: "gateway auth changed" } };
}

/** True when a connection rests on what was invalidated. */
export function isInvalidated(
  { deviceId, role, authMethod }: { deviceId?: string | undefined; role: string; authMethod: string },
  invalidation: Invalidation,
): boolean {
  if (invalidation.kind === "methods") return invalidation.methods.some((method) => method === authMethod);
  if (deviceId !== invalidation.deviceId) return false;
  return invalidation.role === undefined || invalidation.role === role;
}

/** Methods that rest on the policy alone; device tokens outlive a change of mode. */
const SHARED_METHODS: readonly AuthMethod[] = ["none", "token", "password", "trusted-proxy", "tailscale"];

function sameData(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
