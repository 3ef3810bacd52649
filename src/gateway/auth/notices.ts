import { deviceEvents, type EventSpec, type PayloadOf, type PendingDevice } from "../../protocol/index.ts";
import type { PairingRequest, SetupCompletion } from "../../store/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { ScopeUpgrades } from "./devices/scope-upgrades.ts";

/** Where events go; the broadcaster sends each to those who may hear it. */
export interface EventPublisher {
  publish(event: EventSpec, payload: unknown): void;
}

/** Tells operators, and devices that wait, what became of pairing requests. */
export class PairingNotices {
  readonly #publisher: EventPublisher;
  readonly #upgrades: ScopeUpgrades;
  readonly #clock: Clock;

  constructor(deps: { publisher: EventPublisher; upgrades: ScopeUpgrades; clock: Clock }) {
    this.#publisher = deps.publisher;
    this.#upgrades = deps.upgrades;
    this.#clock = deps.clock;
  }

  requested(request: PairingRequest): void {
    this.#publish(deviceEvents.devicePairRequested, pendingView(request));
  }

  resolved(request: Pick<PairingRequest, "requestId" | "deviceId">, decision: "approved" | "rejected"): void {
    this.#upgrades.settle(request.requestId, decision);
    const { requestId, deviceId } = request;
    this.#publish(deviceEvents.devicePairResolved, { requestId, deviceId, decision, ts: this.#clock.now() });
  }

  /** Requests that are gone without anyone deciding; only those who wait for them need to know. */
  forgotten(requestIds: readonly string[]): void {
    for (const requestId of requestIds) this.#upgrades.settle(requestId, "rejected");
  }

  changed(): void {
    this.#publish(deviceEvents.devicePairChanged, {});
  }

  setupCompleted(completion: SetupCompletion): void {
    this.#publish(deviceEvents.devicePairSetupCompleted, completion);
  }

  #publish<E extends EventSpec>(event: E, payload: PayloadOf<E>): void {
    this.#publisher.publish(event, payload);
  }
}

/** A pending request as it stands on the wire. */
export function pendingView(request: PairingRequest): PendingDevice {
  const { expiresAtMs: _, roles, scopes, ...rest } = request;
  return { ...rest, roles: [...roles], scopes: [...scopes] };
}
