import type { Clock } from "../../../lib/clock.ts";
import type { Ids } from "../../../lib/ids.ts";
import type { Logger } from "../../../lib/logger.ts";
import { type ClientIdentity, holdsScope, missingScopes } from "../../../protocol/index.ts";
import {
  type ApprovedVia,
  type DeviceRepository,
  type DeviceToken,
  type DirectGrant,
  effectiveRoles,
  type PairedDevice,
  type SetupCompletion,
  type TokenIssuer,
} from "../../../store/index.ts";
import { type Arrival, isLocalBackend, isUserInterface, publicIp } from "../arrival.ts";
import type { CompiledPolicy } from "../credentials.ts";
import { compareMetadata } from "./metadata.ts";
import { MAX_PENDING_REQUESTS, PAIRING_REQUEST_TTL_MS } from "../limits.ts";
import type { PairingNotices } from "../notices.ts";
import { isOperatorUi, type PairingReason, refuseAuth, refusePairing, type Refusal } from "../refusals.ts";
import { autoApproveScopes, capScopes, sortedScopes } from "../session-scopes.ts";
import { mayUseSetupCode, SETUP_GRANTS } from "./setup-codes.ts";
import { silentApproval } from "./silent-approval.ts";

/** A device that may come in, with what it gets. */
export interface Admitted {
  readonly ok: true;
  readonly client: ClientIdentity;
  readonly scopes: readonly string[];
  readonly token: DeviceToken | undefined;
  /** Tokens for other roles that came with a setup code. */
  readonly extraTokens: readonly DeviceToken[];
  readonly setup: SetupCompletion | undefined;
  /** How the device was approved; undefined when it needed no approval. */
  readonly approvedVia: ApprovedVia | undefined;
}

export interface PairingDeps {
  readonly devices: DeviceRepository;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly notices: PairingNotices;
}

/** Decides whether a device is known well enough for what it asks, and files a request when it is not. */
export class PairingGate {
  readonly #deps: PairingDeps;
  readonly #issuer: TokenIssuer;

  constructor(deps: PairingDeps) {
    this.#deps = deps;
    this.#issuer = tokenIssuer(deps.ids);
  }

  /** Lets the device in, approves it by rule, or refuses it with the id of the request that now waits. */
  async admit(arrival: Arrival, policy: CompiledPolicy): Promise<Admitted | Refusal> {
    const found = await this.#deps.devices.find(arrival.deviceId);
    const paired = found?.publicKey === arrival.publicKey ? found : undefined;
    const handoff = await this.#handOver(arrival);
    if (handoff !== undefined) return handoff;
    if (needsNoPairing(arrival, paired, policy)) return this.#enter(arrival, arrival.scopes, paired);
    const reasons = paired === undefined ? (["not-paired"] as const) : unmetReasons(arrival, paired);
    if (reasons.length === 0) return this.#enter(arrival, arrival.scopes, paired);
    return (
      (await this.#approveByProxy(arrival, paired, reasons, policy)) ??
      (await this.#approveSilently(arrival, paired, reasons, policy)) ??
      (await this.#ask(arrival, paired, reasons[0] ?? "not-paired"))
    );
  }

  /** Redeems a setup code; undefined when none was used, or not by the kind of client it is for. */
  async #handOver(arrival: Arrival): Promise<Admitted | Refusal | undefined> {
    const { setup, client } = arrival;
    if (setup === undefined || arrival.role !== "node" || !mayUseSetupCode(setup.access, client))
      return undefined;
    const { roles, scopes } = SETUP_GRANTS[setup.access];
    const grant = { ...this.#grant(arrival, undefined, scopes), roles, approvedVia: "bootstrap" as const };
    const redeemed = await this.#deps.devices.redeemSetupCode(setup.tokenHash, grant, this.#issuer);
    if (redeemed === undefined) {
      return refuseAuth({
        reason: "bootstrap_token_invalid",
        client,
        directLocal: arrival.attribution.kind === "direct-local",
        canRetryWithDeviceToken: false,
      });
    }
    const { device, completion } = redeemed;
    this.#deps.notices.resolved({ requestId: this.#deps.ids.uuid(), deviceId: device.deviceId }, "approved");
    this.#deps.notices.setupCompleted(completion);
    this.#deps.log.info("device paired by setup code", { device: device.deviceId, access: setup.access });
    const entered = await this.#enter(arrival, [], device);
    if (!entered.ok) return entered;
    const extraTokens = device.tokens.filter(({ role }) => role !== arrival.role && roles.includes(role));
    return { ...entered, extraTokens, setup: completion };
  }

  /** Lets a user of the trusted proxy enrol or widen a device, as far as the config allows. */
  async #approveByProxy(
    arrival: Arrival,
    paired: PairedDevice | undefined,
    reasons: readonly PairingReason[],
    policy: CompiledPolicy,
  ): Promise<Admitted | Refusal | undefined> {
    const rule = policy.trustedProxy?.deviceAutoApprove;
    const [reason, ...others] = reasons;
    const eligible = (reason === "not-paired" || reason === "scope-upgrade") && others.length === 0;
    if (!rule?.enabled || !eligible || arrival.method !== "trusted-proxy" || !arrival.user) return undefined;
    if (arrival.role !== "operator" || !isUserInterface(arrival.client)) return undefined;
    const wanted = autoApproveScopes(arrival.scopesGiven ? arrival.scopes : undefined, rule);
    const allowed = capScopes(wanted, arrival.cap);
    if (paired !== undefined && missingScopes(paired.scopes, allowed).length === 0) {
      // The device already has all it could be given: the session makes do with that.
      const held = [...arrival.scopes, ...allowed].filter((scope) => holdsScope(paired.scopes, scope));
      return this.#enter(arrival, sortedScopes(held), paired);
    }
    const device = await this.#approve(arrival, paired, "trusted-proxy", allowed);
    this.#deps.log.warn("trusted proxy user enrolled a device", {
      user: arrival.user,
      device: device.deviceId,
    });
    return this.#enter(arrival, allowed, device);
  }

  async #approveSilently(
    arrival: Arrival,
    paired: PairedDevice | undefined,
    reasons: readonly PairingReason[],
    policy: CompiledPolicy,
  ): Promise<Admitted | Refusal | undefined> {
    const ways = reasons.map((reason) => silentApproval(reason, arrival, paired, policy));
    const via = ways[0];
    if (via === undefined || ways.includes(undefined)) return undefined;
    const device = await this.#approve(arrival, paired, via, arrival.scopes);
    this.#deps.log.info("device approved without asking", {
      device: device.deviceId,
      via,
      role: arrival.role,
    });
    return this.#enter(arrival, arrival.scopes, device);
  }

  async #approve(
    arrival: Arrival,
    paired: PairedDevice | undefined,
    via: ApprovedVia,
    scopes: readonly string[],
  ): Promise<PairedDevice> {
    const grant = { ...this.#grant(arrival, paired, scopes), approvedVia: via };
    const { device, settled } = await this.#deps.devices.grant(grant, this.#issuer);
    const answered =
      settled.length > 0 ? settled : [{ requestId: this.#deps.ids.uuid(), deviceId: device.deviceId }];
    for (const request of answered) this.#deps.notices.resolved(request, "approved");
    return device;
  }

  async #ask(arrival: Arrival, paired: PairedDevice | undefined, reason: PairingReason): Promise<Refusal> {
    const { deviceId, publicKey, role, scopes } = arrival;
    const filed = await this.#deps.devices.file({
      ...describe(arrival, paired),
      requestId: this.#deps.ids.uuid(),
      deviceId,
      publicKey,
      role,
      scopes,
      ttlMs: PAIRING_REQUEST_TTL_MS,
      maxPending: MAX_PENDING_REQUESTS,
    });
    for (const request of filed.superseded) this.#deps.notices.resolved(request, "rejected");
    if (filed.created) this.#deps.notices.requested(filed.request);
    this.#deps.log.warn("device asks to be approved", {
      reason,
      device: deviceId,
      role,
      scopes,
      request: filed.request.requestId,
    });
    const newNode = arrival.method === "bootstrap-token" && role === "node" && paired === undefined;
    return refusePairing({
      reason,
      requestId: filed.request.requestId,
      deviceId,
      requestedRole: role,
      requestedScopes: scopes,
      approvedRoles: paired?.roles ?? [],
      approvedScopes: sortedScopes(paired?.scopes ?? []),
      wait: newNode || (isOperatorUi(arrival.client) && role === "operator"),
    });
  }

  /** The last step: notes the visit and hands out the token, when the device has one. */
  async #enter(
    arrival: Arrival,
    scopes: readonly string[],
    device: PairedDevice | undefined,
  ): Promise<Admitted | Refusal> {
    const { client, deviceId, role, method } = arrival;
    const plain: Admitted = {
      ok: true,
      client,
      scopes,
      token: undefined,
      extraTokens: [],
      setup: undefined,
      approvedVia: device?.approvedVia,
    };
    if (device === undefined) return plain;
    const metadata = compareMetadata(client, device);
    const isCovered =
      effectiveRoles(device).includes(role) && missingScopes(device.scopes, scopes).length === 0;
    const token = await this.#deps.devices.checkIn(
      {
        deviceId,
        role,
        scopes,
        issueToken: method !== "trusted-proxy" && isCovered,
        usedToken: method === "device-token",
        displayName: client.displayName,
        remoteIp: publicIp(arrival.attribution),
        platform: metadata.same && metadata.refresh ? metadata.platform : undefined,
      },
      this.#issuer,
    );
    return { ...plain, client: metadata.same ? { ...client, platform: metadata.platform } : client, token };
  }

  #grant(arrival: Arrival, paired: PairedDevice | undefined, scopes: readonly string[]): DirectGrant {
    const { deviceId, publicKey, role, method } = arrival;
    return {
      ...describe(arrival, paired),
      deviceId,
      publicKey,
      role,
      roles: [role],
      scopes,
      approvedVia: "silent",
      issueTokens: method !== "trusted-proxy",
    };
  }
}

/** How tokens are made and compared, for the store. */
export function tokenIssuer(ids: Pick<Ids, "token">): TokenIssuer {
  return {
    mint: () => ids.token(),
    covers: (held, wanted) => missingScopes(held, wanted).length === 0,
  };
}

function needsNoPairing(arrival: Arrival, paired: PairedDevice | undefined, policy: CompiledPolicy): boolean {
  if (arrival.role !== "operator") return false;
  if (isLocalBackend(arrival) && ["none", "token", "password"].includes(arrival.method)) return true;
  if (!isOperatorUi(arrival.client)) return false;
  return policy.mode === "none" || (arrival.method === "tailscale" && paired === undefined);
}

function unmetReasons(arrival: Arrival, paired: PairedDevice): PairingReason[] {
  const reasons: PairingReason[] = [];
  if (!compareMetadata(arrival.client, paired).same) reasons.push("metadata-upgrade");
  if (!effectiveRoles(paired).includes(arrival.role)) reasons.push("role-upgrade");
  if (missingScopes(paired.scopes, arrival.scopes).length > 0) reasons.push("scope-upgrade");
  return reasons;
}

function describe(arrival: Arrival, paired: PairedDevice | undefined) {
  const { client, attribution } = arrival;
  return {
    displayName: client.displayName ?? paired?.displayName,
    platform: client.platform,
    deviceFamily: client.deviceFamily,
    clientId: client.id,
    clientMode: client.mode,
    remoteIp: publicIp(attribution),
  };
}
