import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import { qrPngDataUrl } from "../../lib/qr.ts";
import {
  devices as specs,
  type DeviceTokenSummary,
  holdsScope,
  invalidRequest,
  missingScopes,
  type NodeSurface,
  OPERATOR_SCOPES,
  type PairedDevice as PairedDeviceView,
  ProtocolError,
} from "../../protocol/index.ts";
import type {
  DeviceRepository,
  DeviceRole,
  DeviceToken,
  PairedDevice,
  SetupAccess,
} from "../../store/index.ts";
import {
  encodeSetupCode,
  type GatewayAuth,
  MAX_PENDING_REQUESTS,
  PAIRING_REQUEST_TTL_MS,
  pendingView,
  secretHash,
  SETUP_CODE_TTL_MS,
  SETUP_STATUS_KEPT_MS,
  setupUrl,
  type SetupUrlFacts,
  tokenIssuer,
} from "../auth/index.ts";
import { type BoundMethod, type Client, handle } from "../method.ts";

export interface DeviceMethodDeps {
  readonly auth: Pick<GatewayAuth, "notices" | "upgrades" | "deviceLost" | "policy">;
  readonly devices: DeviceRepository;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Whether any connection of this device is live. */
  readonly isConnected: (deviceId: string) => boolean;
  /** How other machines reach this gateway. */
  readonly setupUrlFacts: () => SetupUrlFacts;
  /** What the device offers as a node; undefined when it is none. */
  readonly nodeSurface?: (deviceId: string) => Promise<NodeSurface | undefined>;
}

/** The `device.*` methods. */
export function deviceHandlers(deps: DeviceMethodDeps): BoundMethod[] {
  return [
    ...requestHandlers(deps),
    ...deviceListHandlers(deps),
    ...tokenHandlers(deps),
    ...setupHandlers(deps),
    ...upgradeHandlers(deps),
  ];
}

function requestHandlers({ auth, devices, ids, log }: DeviceMethodDeps): BoundMethod[] {
  return [
    handle(specs.pairApprove, async ({ requestId }, { client }) => {
      const request = await devices.findRequest(requestId.trim());
      if (request === undefined) throw invalidRequest("unknown requestId");
      const caller = callerOf(client);
      if (!caller.isAdmin) {
        const what = "device pairing approval";
        requireOwn(caller, request.deviceId, what);
        if (request.roles.some((role) => role !== "operator"))
          throw denied(what, "role-management-requires-admin");
        requireScopes(client, request.scopes, what);
      }
      const device = await devices.approve(request.requestId, "owner", tokenIssuer(ids));
      if (device === undefined) throw invalidRequest("unknown requestId");
      log.info("device approved", { device: device.deviceId, roles: request.roles, scopes: request.scopes });
      auth.notices.resolved(request, "approved");
      return { requestId: request.requestId, device: deviceView(device) };
    }),
    handle(specs.pairReject, async ({ requestId }, { client }) => {
      const request = await devices.findRequest(requestId.trim());
      if (request !== undefined) requireOwn(callerOf(client), request.deviceId, "device pairing rejection");
      const rejected = await devices.reject(requestId.trim());
      if (rejected === undefined) throw invalidRequest("unknown requestId");
      auth.notices.resolved(rejected, "rejected");
      return { requestId: rejected.requestId, deviceId: rejected.deviceId };
    }),
  ];
}

function deviceListHandlers({
  auth,
  devices,
  log,
  isConnected,
  nodeSurface,
}: DeviceMethodDeps): BoundMethod[] {
  return [
    handle(specs.pairList, async (_params, { client }) => {
      const caller = callerOf(client);
      const isVisible = ({ deviceId }: { deviceId: string }) =>
        caller.isAdmin || caller.ownDeviceId === undefined || caller.ownDeviceId === deviceId;
      const { pending, paired } = await devices.list();
      const rows = paired.filter(isVisible).map(async (device) => ({
        ...deviceView(device),
        ...surfaceField(await nodeSurface?.(device.deviceId)),
        connected: isConnected(device.deviceId),
      }));
      return { pending: pending.filter(isVisible).map(pendingView), paired: await Promise.all(rows) };
    }),
    handle(specs.pairRemove, async ({ deviceId }, { client }) => {
      const caller = callerOf(client);
      const what = "device pairing removal";
      requireOwn(caller, deviceId, what);
      const device = await devices.find(deviceId);
      const isPlain = device?.roles.every((role) => role === "operator") ?? true;
      if (!caller.isAdmin && !isPlain) throw denied(what, "role-management-requires-admin");
      const removed = await devices.remove(deviceId);
      if (removed === undefined) throw invalidRequest("unknown deviceId");
      log.info("device removed", { device: deviceId });
      auth.notices.forgotten(removed.requestIds);
      auth.deviceLost(deviceId);
      return { deviceId };
    }),
    handle(specs.pairRename, async ({ deviceId, label }, { client }) => {
      const name = label.trim();
      if (name === "") throw invalidRequest("label required");
      requireOwn(callerOf(client), deviceId, "device pairing rename");
      if (!(await devices.rename(deviceId, name))) throw invalidRequest("unknown deviceId");
      auth.notices.changed();
      return { deviceId, label: name };
    }),
  ];
}

function tokenHandlers({ auth, devices, ids, log }: DeviceMethodDeps): BoundMethod[] {
  return [
    handle(specs.tokenRotate, async ({ deviceId, role, scopes }, { client }) => {
      const what = "device token rotation";
      const { caller, device, token } = await findToken(devices, client, deviceId, role, what);
      const next = scopes ?? token.scopes;
      const approved = token.role === "operator" ? device.scopes : [];
      if (missingScopes(approved, next).length > 0) throw denied(what, "scope-outside-approved-baseline");
      if (!caller.isAdmin) requireScopes(client, next, what);
      const rotated = await devices.rotate(deviceId, token.role, ids.token(), scopes);
      if (rotated?.rotatedAtMs === undefined) throw denied(what, "unknown-device-or-role");
      log.info("device token rotated", { device: deviceId, role });
      auth.deviceLost(deviceId, token.role);
      const result = { deviceId, role, scopes: [...rotated.scopes], rotatedAtMs: rotated.rotatedAtMs };
      return caller.ownDeviceId === deviceId
        ? { ...result, tokenDelivery: "in-band" as const, token: rotated.token }
        : { ...result, tokenDelivery: "withheld-cross-device" as const };
    }),
    handle(specs.tokenRevoke, async ({ deviceId, role }, { client }) => {
      const what = "device token revocation";
      const { token } = await findToken(devices, client, deviceId, role, what);
      const revoked = await devices.revoke(deviceId, token.role);
      if (revoked?.revokedAtMs === undefined) throw denied(what, "unknown-device-or-role");
      log.info("device token revoked", { device: deviceId, role });
      auth.deviceLost(deviceId, token.role);
      return { deviceId, role, revokedAtMs: revoked.revokedAtMs };
    }),
  ];
}

function setupHandlers({ auth, devices, clock, ids, setupUrlFacts }: DeviceMethodDeps): BoundMethod[] {
  return [
    handle(specs.pairSetupCode, async (params) => {
      const { mode } = auth.policy;
      if (mode !== "token" && mode !== "password") {
        throw invalidRequest(
          `setup codes need gateway.auth.mode token or password (it is ${mode}): openclaw config set gateway.auth.mode token`,
        );
      }
      if (params.joinUrl) {
        throw invalidRequest(
          "this gateway serves no join page; use setupCode or includeQr instead of joinUrl",
        );
      }
      const { url, source, isPrivate } = setupUrl(setupUrlFacts(), params);
      const wanted: SetupAccess = params.bootstrapProfile ?? "full";
      // Whoever reads the code on an open network could use it first: then it must not make an admin.
      const access: SetupAccess = wanted === "full" && !isPrivate ? "limited" : wanted;
      const setupId = ids.uuid();
      const bootstrapToken = ids.token();
      const expiresAtMs = clock.now() + SETUP_CODE_TTL_MS;
      await devices.addSetupCode(
        { setupId, tokenHash: secretHash(bootstrapToken), access, expiresAtMs },
        clock.now() - SETUP_STATUS_KEPT_MS,
      );
      const setupCode = encodeSetupCode({ url, bootstrapToken, expiresAtMs });
      return {
        setupId,
        expiresAtMs,
        setupCode,
        ...(params.includeQr && { qrDataUrl: await qrPngDataUrl(setupCode) }),
        gatewayUrl: url,
        auth: mode,
        urlSource: source,
        access,
        ...(access !== wanted && { accessDowngraded: true }),
      };
    }),
    handle(specs.pairSetupStatus, async ({ setupId }) => {
      const completion = await devices.setupCompletion(setupId);
      return completion === undefined ? {} : { completion };
    }),
  ];
}

function upgradeHandlers({ auth, devices, ids, log }: DeviceMethodDeps): BoundMethod[] {
  return [
    handle(specs.scopesRequestUpgrade, async ({ scopes }, { client }) => {
      const device = await requireDevice(devices, client);
      const known: readonly string[] = OPERATOR_SCOPES;
      if (!scopes.every((scope) => known.includes(scope))) {
        throw invalidRequest("requested scopes contain an unknown operator scope");
      }
      if (missingScopes(scopes, client.scopes).length > 0) {
        throw invalidRequest("requested scopes must include the connection's current scopes");
      }
      const { displayName, platform, deviceFamily, id, mode } = client.client;
      const filed = await devices.file({
        requestId: ids.uuid(),
        deviceId: device.deviceId,
        publicKey: device.publicKey,
        displayName,
        platform,
        deviceFamily,
        clientId: id,
        clientMode: mode,
        remoteIp: client.remoteIp,
        role: "operator",
        scopes: scopes.toSorted(),
        ttlMs: PAIRING_REQUEST_TTL_MS,
        maxPending: MAX_PENDING_REQUESTS,
      });
      const { requestId, expiresAtMs } = filed.request;
      for (const request of filed.superseded) auth.notices.resolved(request, "rejected");
      if (filed.created) auth.notices.requested(filed.request);
      auth.upgrades.watch(requestId, device.deviceId, expiresAtMs);
      log.warn("device asks for more scopes", { device: device.deviceId, from: client.scopes, to: scopes });
      return { requestId };
    }),
    handle(specs.scopesWaitUpgrade, async ({ requestId }, { client, signal }) => {
      const { deviceId } = await requireDevice(devices, client);
      const outcome = await auth.upgrades.wait(requestId, deviceId, signal);
      if (outcome === undefined) throw invalidRequest("scope upgrade expired or not found");
      if (outcome !== "approved") return { status: outcome, requestId };
      const token = liveToken(await devices.find(deviceId), "operator");
      if (token === undefined) return { status: "rejected" as const, requestId };
      return { status: outcome, requestId, deviceToken: token.token, scopes: [...token.scopes] };
    }),
  ];
}

interface Caller {
  readonly isAdmin: boolean;
  /** Set for sessions that authenticated by a device token: they manage only themselves, unless admin. */
  readonly ownDeviceId: string | undefined;
}

function callerOf(client: Client): Caller {
  return {
    isAdmin: holdsScope(client.scopes, "operator.admin"),
    ownDeviceId: client.authMethod === "device-token" ? client.deviceId : undefined,
  };
}

function requireOwn(caller: Caller, deviceId: string, what: string): void {
  if (caller.isAdmin || caller.ownDeviceId === undefined || caller.ownDeviceId === deviceId) return;
  throw denied(what, "device-ownership-mismatch");
}

function requireScopes(client: Client, scopes: readonly string[], what: string): void {
  const missing = missingScopes(client.scopes, scopes);
  if (missing.length > 0) throw denied(what, "caller-missing-scope", { missingScopes: missing });
}

/** The token to manage, if this caller may; every refusal reads the same, so that nobody learns what exists. */
async function findToken(
  devices: DeviceRepository,
  client: Client,
  deviceId: string,
  role: string,
  what: string,
): Promise<{ caller: Caller; device: PairedDevice; token: DeviceToken }> {
  const caller = callerOf(client);
  requireOwn(caller, deviceId, what);
  if (!caller.isAdmin && role !== "operator") throw denied(what, "role-management-requires-admin");
  const device = await devices.find(deviceId);
  const token = device?.tokens.find((entry) => entry.role === role);
  if (device === undefined || token === undefined) throw denied(what, "unknown-device-or-role");
  return { caller, device, token };
}

async function requireDevice(devices: DeviceRepository, client: Client): Promise<PairedDevice> {
  const device = client.deviceId === undefined ? undefined : await devices.find(client.deviceId);
  if (device !== undefined && client.role === "operator") return device;
  throw new ProtocolError("NOT_PAIRED", "a paired operator device is required", {
    details: { code: "DEVICE_IDENTITY_REQUIRED" },
  });
}

function denied(what: string, reason: string, more: Record<string, unknown> = {}): ProtocolError {
  return invalidRequest(`${what} denied`, { reason, ...more });
}

function liveToken(device: PairedDevice | undefined, role: DeviceRole): DeviceToken | undefined {
  return device?.tokens.find((token) => token.role === role && token.revokedAtMs === undefined);
}

/** A device as it stands on the wire: its tokens without their secrets. */
function deviceView(device: PairedDevice): PairedDeviceView {
  return {
    ...device,
    roles: [...device.roles],
    scopes: [...device.scopes],
    tokens: device.tokens.map(tokenView),
  };
}

/** Names each field that may be shown, so that a new one stays hidden. */
function tokenView(token: DeviceToken): DeviceTokenSummary {
  const { role, scopes, createdAtMs, rotatedAtMs, lastUsedAtMs, revokedAtMs } = token;
  return { role, scopes: [...scopes], createdAtMs, rotatedAtMs, lastUsedAtMs, revokedAtMs };
}

function surfaceField(surface: NodeSurface | undefined): { nodeSurface?: NodeSurface } {
  return surface === undefined ? {} : { nodeSurface: surface };
}
