import { type ClientIdentity, isBrowserClient } from "../../protocol/index.ts";
import type { DeviceRole, SetupAccess } from "../../store/index.ts";
import type { Attribution } from "./peer/index.ts";
import type { AuthMethod } from "./policy.ts";

/** A device that proved its key and showed a credential, and wants in. */
export interface Arrival {
  readonly client: ClientIdentity;
  readonly role: DeviceRole;
  /** What the session asks for; always empty for nodes. */
  readonly scopes: readonly string[];
  /** False when the client left its scopes out. */
  readonly scopesGiven: boolean;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly method: AuthMethod;
  /** The verified user, for methods that have one. */
  readonly user: string | undefined;
  readonly attribution: Attribution;
  readonly hasOrigin: boolean;
  /** Upper bound for anything granted now; from the proxy. */
  readonly cap: readonly string[] | undefined;
  /** The setup code that authenticated it. */
  readonly setup: { readonly tokenHash: string; readonly access: SetupAccess } | undefined;
}

/** The client's address as others may see it: none for this host itself. */
export function publicIp(attribution: Attribution): string | undefined {
  if (attribution.kind === "unattributable" || attribution.kind === "direct-local") return undefined;
  return attribution.clientIp || undefined;
}

/** The gateway's own helper programs on this host: they authenticated, and nobody needs to approve them. */
export function isLocalBackend(arrival: Pick<Arrival, "client" | "attribution" | "hasOrigin">): boolean {
  const { client, attribution, hasOrigin } = arrival;
  const isBackend = client.id === "gateway-client" && client.mode === "backend";
  return isBackend && attribution.kind === "direct-local" && !hasOrigin;
}

/** Programs with a person in front: browser pages and the native apps. */
export function isUserInterface(client: ClientIdentity): boolean {
  return isBrowserClient(client) || isNativeApp(client);
}

/** The apps for a desktop or a phone, as an operator uses them. */
export function isNativeApp({ id, mode }: ClientIdentity): boolean {
  return mode === "ui" && NATIVE_APPS.includes(id);
}

const NATIVE_APPS: readonly string[] = [
  "openclaw-macos",
  "openclaw-linux",
  "openclaw-ios",
  "openclaw-android",
];
