import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import type { ConnectParams } from "../../protocol/index.ts";
import type { DeviceRepository, DeviceRole } from "../../store/index.ts";
import { type ConnectDecision, ConnectJudge } from "./connect.ts";
import { type CompiledPolicy, CredentialCheck } from "./credentials.ts";
import { authorizeHttp, type HttpOperator, type HttpRefusal, refuseUnattributable } from "./http.ts";
import {
  deviceInvalidated,
  type Invalidation,
  type InvalidationListener,
  policyInvalidation,
} from "./invalidation.ts";
import { HookGate } from "./hook-gate.ts";
import { type EventPublisher, PairingNotices } from "./notices.ts";
import { PairingGate } from "./devices/pairing.ts";
import { AddressRanges, interfaceAddresses, type PeerFacts, type Whois } from "./peer/index.ts";
import type { AuthPolicy } from "./policy.ts";
import { FailureLimiter } from "./rate-limit.ts";
import { ScopeUpgrades } from "./devices/scope-upgrades.ts";

export interface GatewayAuthDeps {
  readonly policy: AuthPolicy;
  readonly devices: DeviceRepository;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly publisher: EventPublisher;
  /** Asked only when `allowTailscale` is on. */
  readonly whois: Whois;
  /** Addresses of this host, for the check that no local process poses as a remote proxy. */
  readonly localAddresses?: () => readonly string[];
}

/** Who may come in, and as what. Knows nothing of sockets: it judges facts and tells listeners what stopped being good. */
export class GatewayAuth {
  readonly notices: PairingNotices;
  readonly upgrades: ScopeUpgrades;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limiter: FailureLimiter;
  readonly #credentials: CredentialCheck;
  readonly #judge: ConnectJudge;
  readonly #listeners = new Set<InvalidationListener>();
  #policy: CompiledPolicy;

  constructor(deps: GatewayAuthDeps) {
    const { devices, clock, ids, log, publisher, whois, localAddresses = interfaceAddresses } = deps;
    this.#policy = compile(deps.policy);
    this.#clock = clock;
    this.#log = log;
    this.#limiter = new FailureLimiter(deps.policy.rateLimit, clock);
    this.#credentials = new CredentialCheck({ limiter: this.#limiter, whois, localAddresses });
    this.upgrades = new ScopeUpgrades(clock);
    this.notices = new PairingNotices({ publisher, upgrades: this.upgrades, clock });
    this.#judge = new ConnectJudge({
      policy: () => this.#policy,
      devices,
      gate: new PairingGate({ devices, clock, ids, log, notices: this.notices }),
      credentials: this.#credentials,
      limiter: this.#limiter,
      clock,
    });
  }

  /** The policy in force. */
  get policy(): AuthPolicy {
    return this.#policy;
  }

  /** Callers whose failed attempts are remembered, for the metrics. */
  get trackedCallers(): number {
    return this.#limiter.size;
  }

  /** Takes a new policy at once; those who came in by what it changes are invalidated. */
  update(policy: AuthPolicy): void {
    const gone = policyInvalidation(this.#policy, policy);
    this.#policy = compile(policy);
    this.#limiter.update(policy.rateLimit);
    if (gone === undefined) return;
    this.#log.warn("gateway auth changed", { methods: gone.kind === "methods" ? gone.methods : [] });
    this.#tell(gone);
  }

  /** Refuses an upgrade whose sender cannot be known: 403 with the JSON body; undefined lets it pass. */
  refuseUpgrade(peer: PeerFacts): HttpRefusal | undefined {
    return refuseUnattributable(peer, this.#policy);
  }

  /** Decides a connect request whose params fit the schema. Rejects only when the store fails. */
  decide(params: ConnectParams, challengeNonce: string, peer: PeerFacts): Promise<ConnectDecision> {
    return this.#judge.decide(params, challengeNonce, peer);
  }

  /** Authenticates an HTTP request; also for 401, 403 and 429. */
  authorizeHttp(peer: PeerFacts): Promise<HttpOperator | HttpRefusal> {
    return authorizeHttp(peer, this.#policy, this.#credentials);
  }

  /** A gate for hooks, which have a token of their own; it counts failures by itself. */
  newHookGate(): HookGate {
    return new HookGate(() => this.#policy, this.#clock);
  }

  /** Calls `listener` whenever credentials stop being good; returns what stops it. */
  onInvalidated(listener: InvalidationListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Announces that a device lost a role, or everything. Listeners hear it right after the current request was answered,
   * so that a device that rotates its own token still gets the answer.
   */
  deviceLost(deviceId: string, role?: DeviceRole): void {
    this.#clock.after(0, () => this.#tell(deviceInvalidated(deviceId, role)));
  }

  /** Ends all waits. */
  stop(): void {
    this.upgrades.stop();
  }

  #tell(invalidation: Invalidation): void {
    for (const listener of this.#listeners) listener(invalidation);
  }
}

function compile(policy: AuthPolicy): CompiledPolicy {
  return {
    ...policy,
    proxies: new AddressRanges(policy.trustedProxies),
    autoApproveRanges: new AddressRanges(policy.pairing.autoApproveCidrs),
  };
}
