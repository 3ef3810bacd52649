import { type GatewayClient, isRecord } from "../../../client/browser/index.ts";
import type { HealthSnapshot, HelloOk, PresenceEntry, status } from "../../../protocol/index.ts";
import { Observable } from "../observable.ts";

/** What the gateway tells by itself: begun with the snapshot of its hello, kept by events, read anew after a gap. */
export class Live {
  readonly presence: Observable<readonly PresenceEntry[]>;
  readonly health: Observable<Partial<HealthSnapshot>>;
  /** Counts up whenever events were missed: whoever shows what it asked for asks again. */
  readonly epoch = new Observable(0);
  /** The gateway said that it ends, and whether another one follows. */
  readonly ending = new Observable<"restarts" | "stops" | undefined>(undefined);
  /** Epoch ms, on this machine's clock, at which the gateway began. */
  readonly startedAt: number;

  constructor(
    readonly client: GatewayClient,
    now: number,
  ) {
    const { snapshot } = client.hello;
    this.presence = new Observable<readonly PresenceEntry[]>(snapshot.presence);
    this.health = new Observable<Partial<HealthSnapshot>>(snapshot.health);
    this.startedAt = now - snapshot.uptimeMs;
    client.onEvent("presence", ({ payload }) => {
      if (isRecord(payload) && Array.isArray(payload.presence)) this.presence.set(payload.presence);
    });
    client.onEvent("health", ({ payload }) => {
      if (isRecord(payload)) this.health.set(payload);
    });
    client.onEvent("shutdown", ({ payload }) => {
      const follows = isRecord(payload) && typeof payload.restartExpectedMs === "number";
      this.ending.set(follows ? "restarts" : "stops");
    });
    client.on("gap", () => this.#refresh());
  }

  get hello(): HelloOk {
    return this.client.hello;
  }

  /** True when this connection may do what needs `scope`. */
  may(scope: string): boolean {
    const { scopes } = this.hello.auth;
    return scopes.includes(scope) || scopes.includes("operator.admin");
  }

  #refresh(): void {
    this.epoch.set(this.epoch.value + 1);
    // A connection that ends meanwhile begins with a snapshot of its own.
    this.client.request<typeof status.health>("health", {}).then(
      (health) => this.health.set(health),
      () => {},
    );
    this.client.request<typeof status.systemPresence>("system-presence", {}).then(
      (presence) => this.presence.set(presence),
      () => {},
    );
  }
}
