import {
  connectGateway,
  type GatewayClient,
  GatewayRequestError,
  type GatewayTarget,
  GatewayTransportError,
  readDeviceIdentity,
} from "../../client/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Session } from "../session.ts";

/** What a credential turned out to allow. */
export type Capability =
  | "admin_capable"
  | "write_capable"
  | "read_only"
  | "connected_no_operator_scope"
  | "pairing_pending"
  | "unknown";

/** What a look at one gateway found. */
export interface ProbeResult<Reading> {
  readonly url: string;
  readonly ok: boolean;
  readonly latencyMs: number | null;
  /** Why there is no connection. */
  readonly error: string | null;
  /** Set when nobody listens there. */
  readonly unreachable: boolean;
  /** Set when a gateway answered and did not let this command in. */
  readonly refused: boolean;
  /** Set when it refused for now only: it is starting, or on its way out. */
  readonly passing: boolean;
  readonly close: { readonly code: number; readonly reason: string } | null;
  readonly capability: Capability;
  readonly auth: { readonly role: string; readonly scopes: readonly string[] } | null;
  readonly server: { readonly version: string; readonly connId: string; readonly bootId?: string } | null;
  /** What was read over the connection. */
  readonly reading: Reading | null;
  /** Why reading failed although the connection stands. */
  readonly readError: string | null;
}

/** Everything a shared secret may hold; the gateway answers with what it grants. */
const ALL_SCOPES = ["operator.read", "operator.write", "operator.admin"] as const;

/**
 * Connects once, reads what `read` asks for, and closes. Leaves nothing behind: no device identity, no pairing
 * request. Never rejects.
 */
export async function probeGateway<Reading>(
  session: Session,
  target: GatewayTarget,
  timeoutMs: number,
  read: (client: GatewayClient) => Promise<Reading>,
): Promise<ProbeResult<Reading>> {
  const started = session.clock.monotonic();
  let client: GatewayClient;
  try {
    client = await connectForProbe(session, target, timeoutMs);
  } catch (error) {
    return failed(target, error);
  }
  const latencyMs = Math.round(session.clock.monotonic() - started);
  const { hello } = client;
  const [reading, readError] = await attempt(() => read(client));
  await client.close();
  return {
    url: target.url,
    ok: true,
    latencyMs,
    error: null,
    unreachable: false,
    refused: false,
    passing: false,
    close: null,
    capability: capabilityOf(hello.auth.scopes),
    auth: { role: hello.auth.role, scopes: hello.auth.scopes },
    server: {
      version: hello.server.version,
      connId: hello.server.connId,
      ...(hello.server.bootId !== undefined && { bootId: hello.server.bootId }),
    },
    reading,
    readError,
  };
}

/** The capability as people read it: `read-only`, not `read_only`. */
export function capabilityText(capability: Capability): string {
  return capability.replaceAll("_", "-");
}

async function connectForProbe(
  session: Session,
  target: GatewayTarget,
  timeoutMs: number,
): Promise<GatewayClient> {
  const anonymous = Object.keys(target.auth).length === 0;
  const device = target.loopback ? undefined : await readDeviceIdentity(session.paths.stateDir);
  return connectGateway({
    url: target.url,
    ...(target.dialUrl !== undefined && { dialUrl: target.dialUrl }),
    client: {
      ...(anonymous && target.loopback
        ? { id: "gateway-client", mode: "backend" }
        : { id: "cli", mode: target.loopback ? "cli" : "probe" }),
      version: VERSION,
      platform: session.env.system.platform,
      instanceId: crypto.randomUUID(),
    },
    // Elsewhere, asking for more than a device holds would leave a pairing request behind.
    scopes: target.loopback ? ALL_SCOPES : ["operator.read"],
    auth: target.auth,
    protocol: [3, 4],
    ...(device !== undefined && { device }),
    ...(target.tlsFingerprint !== undefined && { tlsFingerprint: target.tlsFingerprint }),
    timeoutMs,
    clock: session.clock,
  });
}

async function attempt<T>(work: () => Promise<T>): Promise<readonly [T | null, string | null]> {
  try {
    return [await work(), null];
  } catch (error) {
    return [null, error instanceof Error ? error.message : String(error)];
  }
}

function failed<Reading>(target: GatewayTarget, error: unknown): ProbeResult<Reading> {
  const transport = error instanceof GatewayTransportError ? error : undefined;
  const pairing = error instanceof GatewayRequestError && error.detailCode === "PAIRING_REQUIRED";
  const message = error instanceof Error ? error.message : String(error);
  return {
    url: target.url,
    ok: false,
    latencyMs: null,
    error: transport?.kind === "unreachable" ? transport.reason : message,
    unreachable: transport?.kind === "unreachable",
    refused: error instanceof GatewayRequestError,
    passing: error instanceof GatewayRequestError && error.retryable,
    close:
      transport?.closeCode === undefined ? null : { code: transport.closeCode, reason: transport.reason },
    capability: pairing ? "pairing_pending" : "unknown",
    auth: null,
    server: null,
    reading: null,
    readError: null,
  };
}

function capabilityOf(scopes: readonly string[]): Capability {
  if (scopes.includes("operator.admin")) return "admin_capable";
  if (scopes.includes("operator.write")) return "write_capable";
  if (scopes.includes("operator.read")) return "read_only";
  return "connected_no_operator_scope";
}
