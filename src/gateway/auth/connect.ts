import type { Clock } from "../../lib/clock.ts";
import {
  acceptsProtocolRange,
  type ConnectParams,
  type HelloAuth,
  isBrowserClient,
  MIN_PROTOCOL_VERSION,
  missingScopes,
  PROTOCOL_VERSION,
  ProtocolError,
  type Role,
  unavailable,
} from "../../protocol/index.ts";
import type { ApprovedVia, DeviceRepository, DeviceToken, SetupCompletion } from "../../store/index.ts";
import type { Client } from "../method.ts";
import { isLocalBackend, publicIp } from "./arrival.ts";
import {
  type Attempt,
  type CompiledPolicy,
  type CredentialCheck,
  type CredentialResult,
} from "./credentials.ts";
import { normalizeClient } from "./devices/metadata.ts";
import { verifyDeviceProof } from "./devices/proof.ts";
import type { Admitted, PairingGate } from "./devices/pairing.ts";
import { attribute, judgeOrigin, type PeerFacts } from "./peer/index.ts";
import type { AuthMethod } from "./policy.ts";
import { callerOf, type FailureLimiter, type Strike } from "./rate-limit.ts";
import {
  isOperatorUi,
  refusal,
  type Refusal,
  refuseAuth,
  refuseDeviceless,
  refuseOrigin,
  refuseProof,
} from "./refusals.ts";
import { secretHash, sameSecret } from "./secrets.ts";
import { capScopes, declaredScopes, identityScopes } from "./session-scopes.ts";
import { SETUP_GRANTS } from "./devices/setup-codes.ts";

/** A connect that is accepted: who it is now, and what `hello-ok.auth` says. */
export interface Acceptance {
  readonly ok: true;
  readonly client: Omit<Client, "connId">;
  readonly hello: HelloAuth;
  /** The identity a proxy or the tailnet vouched for. */
  readonly user?: string | undefined;
  /** Set when a setup code let the device in: its node surface is approved with it. */
  readonly setup?: SetupCompletion | undefined;
  /** How the device was approved; absent without a device, or when it needed no approval. */
  readonly approvedVia?: ApprovedVia | undefined;
}

export type ConnectDecision = Acceptance | Refusal;

export interface ConnectDeps {
  readonly policy: () => CompiledPolicy;
  readonly devices: DeviceRepository;
  readonly gate: PairingGate;
  readonly credentials: CredentialCheck;
  readonly limiter: FailureLimiter;
  readonly clock: Clock;
}

/** A connect request as it is judged, step by step. */
interface Entrant extends Attempt {
  readonly params: ConnectParams;
  readonly client: ConnectParams["client"];
  readonly role: Role;
  /** What the session may ask for at most; never anything for nodes. */
  readonly scopes: readonly string[];
  readonly cap: readonly string[] | undefined;
  readonly directLocal: boolean;
  readonly policy: CompiledPolicy;
}

type Authenticated = Extract<CredentialResult, { ok: true }> & { readonly setup?: SetupClaim | undefined };

interface SetupClaim {
  readonly tokenHash: string;
  readonly access: keyof typeof SETUP_GRANTS;
}

/** The connect decision, in the protocol's order: version, role, origin, credential, device, pairing. */
export class ConnectJudge {
  constructor(private readonly deps: ConnectDeps) {}

  /** Decides one connect request whose params fit the schema. Rejects only when the store fails. */
  async decide(params: ConnectParams, challengeNonce: string, peer: PeerFacts): Promise<ConnectDecision> {
    const policy = this.deps.policy();
    const entrant = admitAtDoor(params, peer, policy);
    if ("ok" in entrant) return entrant;
    const decision = await this.judge(entrant, challengeNonce);
    // Whoever was let in under rules that changed meanwhile has to ask again.
    return decision.ok && this.deps.policy() !== policy ? refusePolicyChanged() : decision;
  }

  private async judge(entrant: Entrant, challengeNonce: string): Promise<ConnectDecision> {
    const credential = await this.deps.credentials.check(entrant, entrant.policy);
    const { params } = entrant;
    if (params.device === undefined) return this.judgeDeviceless(entrant, credential);
    const proof = verifyDeviceProof(
      params.device,
      {
        client: params.client,
        role: entrant.role,
        scopes: params.scopes ?? [],
        token: params.auth?.token ?? params.auth?.deviceToken ?? params.auth?.bootstrapToken ?? "",
      },
      challengeNonce,
      this.deps.clock.now(),
    );
    if (!proof.ok) return delayed(refuseProof(proof.reason), strikeOf(credential));
    const device = { id: params.device.id, publicKey: proof.publicKey };
    const authenticated = await this.authenticate(entrant, device, credential);
    if ("error" in authenticated) return authenticated;
    const { method, user, setup } = authenticated;
    const admitted = await this.deps.gate.admit(
      {
        client: entrant.client,
        role: entrant.role,
        scopes: entrant.scopes,
        scopesGiven: params.scopes !== undefined,
        deviceId: device.id,
        publicKey: device.publicKey,
        method,
        user,
        attribution: entrant.attribution,
        hasOrigin: entrant.peer.origin !== undefined,
        cap: entrant.cap,
        setup,
      },
      entrant.policy,
    );
    return admitted.ok ? accept(entrant, authenticated, admitted) : admitted;
  }

  /** A caller without a device: its secret must speak for it, and speaks for scopes only on this very host. */
  private judgeDeviceless(entrant: Entrant, credential: CredentialResult): ConnectDecision {
    const { client, role, peer, attribution, directLocal, auth } = entrant;
    const hasOrigin = peer.origin !== undefined;
    const method = credential.ok && role === "operator" ? credential.method : undefined;
    const holdsSecret = method === "token" || method === "password";
    if (credential.ok && method !== undefined) {
      const backend = isLocalBackend({ client, attribution, hasOrigin });
      if (backend && (holdsSecret || method === "none")) return accept(entrant, credential);
      if (isOperatorUi(client) && method !== "trusted-proxy") return refuseDeviceless(client);
      const localCli = client.id === "cli" && client.mode === "cli" && directLocal && !hasOrigin;
      if (localCli && holdsSecret) return accept(entrant, credential);
      if (holdsSecret || method === "trusted-proxy") return accept({ ...entrant, scopes: [] }, credential);
    }
    const strike = strikeOf(credential);
    const showedSecret = Boolean(auth.token || auth.password);
    if (!credential.ok && showedSecret && !isOperatorUi(client)) {
      return delayed(this.refuseCredential(entrant, credential), strike);
    }
    return delayed(refuseDeviceless(client), strike);
  }

  /** Finds the credential that counts for a proven device: the shared one, a setup code, or the device's own token. */
  private async authenticate(
    entrant: Entrant,
    device: { id: string; publicKey: string },
    credential: CredentialResult,
  ): Promise<Authenticated | Refusal> {
    // Whoever hides behind an unknown proxy is nobody, whatever it shows.
    if (entrant.attribution.kind === "unattributable") return this.refuseCredential(entrant, credential);
    const strikes = credential.ok ? [] : [credential.strike];
    let failure = credential;
    if (entrant.auth.bootstrapToken) {
      const claim = await this.claimSetupCode(entrant, device.id, entrant.auth.bootstrapToken);
      if ("access" in claim) {
        undo(strikes);
        return { ok: true, method: "bootstrap-token", setup: claim };
      }
      strikes.push(claim.strike);
      if (!failure.ok) failure = claim;
    }
    if (credential.ok) {
      // A stray setup code beside a good credential is no attempt to guess one.
      undo(strikes);
      return credential;
    }
    const candidate = entrant.auth.deviceToken || entrant.auth.token;
    if (candidate) {
      const verdict = await this.checkDeviceToken(entrant, device, candidate);
      if (verdict.ok) {
        undo(strikes);
        return verdict;
      }
      strikes.push(verdict.strike);
      const isAboutDevice = Boolean(entrant.auth.deviceToken) || verdict.reason === "scope_mismatch";
      if (verdict.reason === "scope_mismatch") undo(strikes);
      if (isAboutDevice) failure = verdict;
    }
    return delayed(this.refuseCredential(entrant, failure.ok ? credential : failure), ...strikes);
  }

  private async claimSetupCode(
    { caller, role, scopes }: Entrant,
    deviceId: string,
    token: string,
  ): Promise<SetupClaim | Extract<CredentialResult, { ok: false }>> {
    const locked = this.deps.limiter.lockedFor(caller, "bootstrap-token");
    if (locked !== undefined) return { ok: false, reason: "rate_limited", retryAfterMs: locked };
    const tokenHash = secretHash(token.trim());
    const code = await this.deps.devices.claimSetupCode(tokenHash, deviceId);
    const grant = code && SETUP_GRANTS[code.access];
    if (code && grant?.roles.includes(role) && missingScopes(grant.scopes, scopes).length === 0) {
      this.deps.limiter.clear(caller, "bootstrap-token");
      return { tokenHash, access: code.access };
    }
    const strike = this.deps.limiter.strike(caller, "bootstrap-token");
    return { ok: false, reason: "bootstrap_token_invalid", strike };
  }

  private async checkDeviceToken(
    { caller, role, scopes }: Entrant,
    device: { id: string; publicKey: string },
    given: string,
  ): Promise<CredentialResult> {
    const locked = this.deps.limiter.lockedFor(caller, "device-token");
    if (locked !== undefined) return { ok: false, reason: "rate_limited", retryAfterMs: locked };
    const paired = await this.deps.devices.find(device.id);
    const token = paired?.publicKey === device.publicKey ? liveToken(paired.tokens, role) : undefined;
    if (token === undefined || !sameSecret(given, token.token)) {
      const strike = this.deps.limiter.strike(caller, "device-token");
      return { ok: false, reason: "device_token_mismatch", strike };
    }
    this.deps.limiter.clear(caller, "device-token");
    return missingScopes(token.scopes, scopes).length === 0
      ? { ok: true, method: "device-token" }
      : { ok: false, reason: "scope_mismatch" };
  }

  private refuseCredential(entrant: Entrant, failure: CredentialResult): Refusal {
    if (failure.ok) return refuseDeviceless(entrant.client);
    const { auth, client, directLocal, params } = entrant;
    const canRetry =
      failure.reason === "token_mismatch" &&
      params.device !== undefined &&
      Boolean(auth.token) &&
      !auth.deviceToken;
    return refuseAuth({
      reason: failure.reason,
      client,
      directLocal,
      canRetryWithDeviceToken: canRetry,
      retryAfterMs: failure.retryAfterMs,
    });
  }
}

/** The checks that need no credential: version, role, origin. */
function admitAtDoor(params: ConnectParams, peer: PeerFacts, policy: CompiledPolicy): Entrant | Refusal {
  const { minProtocol, maxProtocol } = params;
  if (!acceptsProtocolRange(minProtocol, maxProtocol)) return refuseVersion(minProtocol, maxProtocol);
  const role = params.role ?? "operator";
  if (role !== "operator" && role !== "node")
    return refusal(new ProtocolError("INVALID_REQUEST", "invalid role"));
  const rules = { trustedProxies: policy.proxies, allowRealIpFallback: policy.allowRealIpFallback };
  const attribution = attribute(peer, rules);
  const directLocal = attribution.kind === "direct-local";
  if (peer.origin !== undefined || isBrowserClient(params.client)) {
    const origin = judgeOrigin(peer.origin, peer.host, directLocal, {
      allowedOrigins: policy.allowedOrigins,
      allowHostHeaderFallback: policy.dangerouslyAllowHostHeaderOriginFallback,
    });
    if (!origin.ok) return refuseOrigin(origin.reason, peer.origin);
  }
  const isProxied = attribution.kind !== "direct-local" && attribution.kind !== "direct-remote";
  const cap = isProxied ? declaredScopes(peer.headers) : undefined;
  return {
    params,
    client: normalizeClient(params.client),
    role,
    scopes: role === "operator" ? capScopes(params.scopes ?? [], cap) : [],
    cap,
    directLocal,
    policy,
    auth: params.auth ?? {},
    peer,
    attribution,
    caller: callerOf(attribution, peer.origin),
    tailscale: true,
  };
}

/** Puts together who the client is and what it is told. */
function accept(entrant: Entrant, { method, user }: Authenticated, admitted?: Admitted): Acceptance {
  const { role, params, attribution, directLocal, policy, cap } = entrant;
  const base = admitted?.scopes ?? entrant.scopes;
  const vouched = isVouchedFor(method) ? user : undefined;
  const extra = role === "operator" ? identityScopes(policy, vouched) : [];
  const scopes = capScopes([...new Set([...base, ...extra])], cap);
  const token = admitted?.token;
  const extraTokens = admitted?.extraTokens ?? [];
  return {
    ok: true,
    client: {
      role,
      scopes,
      client: admitted?.client ?? entrant.client,
      caps: params.caps ?? [],
      ...(params.device !== undefined && { deviceId: params.device.id }),
      authMethod: method,
      remoteIp: publicIp(attribution),
      directLocal,
    },
    hello: {
      role,
      scopes,
      method,
      ...(token !== undefined && { deviceToken: token.token, issuedAtMs: issuedAt(token) }),
      ...(extraTokens.length > 0 && { deviceTokens: extraTokens.map(helloToken) }),
    },
    user: vouched,
    setup: admitted?.setup,
    approvedVia: admitted?.approvedVia,
  };
}

function isVouchedFor(method: AuthMethod): boolean {
  return method === "trusted-proxy" || method === "tailscale";
}

function helloToken(token: DeviceToken) {
  const { role, scopes } = token;
  return { deviceToken: token.token, role, scopes: [...scopes], issuedAtMs: issuedAt(token) };
}

function issuedAt(token: DeviceToken): number {
  return token.rotatedAtMs ?? token.createdAtMs;
}

function liveToken(tokens: readonly DeviceToken[], role: Role): DeviceToken | undefined {
  return tokens.find((token) => token.role === role && token.revokedAtMs === undefined);
}

function strikeOf(credential: CredentialResult): Strike | undefined {
  return credential.ok ? undefined : credential.strike;
}

function undo(strikes: readonly (Strike | undefined)[]): void {
  for (const strike of strikes) strike?.undo();
}

/** Holds a refusal back as long as the worst of the failures demands. */
function delayed(refused: Refusal, ...strikes: readonly (Strike | undefined)[]): Refusal {
  const delayMs = Math.max(0, ...strikes.map((strike) => strike?.delayMs ?? 0));
  return delayMs > 0 ? { ...refused, delayMs } : refused;
}

function refuseVersion(clientMinProtocol: number, clientMaxProtocol: number): Refusal {
  const error = new ProtocolError("INVALID_REQUEST", "protocol mismatch", {
    details: {
      code: "PROTOCOL_MISMATCH",
      clientMinProtocol,
      clientMaxProtocol,
      expectedProtocol: PROTOCOL_VERSION,
      minimumProbeProtocol: MIN_PROTOCOL_VERSION,
    },
  });
  return refusal(error, { code: 1002 });
}

function refusePolicyChanged(): Refusal {
  const error = unavailable("gateway auth changed while connecting; connect again", {
    retryable: true,
    retryAfterMs: 0,
  });
  return refusal(error, { code: 4001, reason: "gateway auth changed" });
}
