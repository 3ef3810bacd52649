import {
  EVENTS,
  type HealthSnapshot,
  type HelloAuth,
  type HelloOk,
  holdsScope,
  MAX_BUFFERED_BYTES,
  MAX_PAYLOAD_BYTES,
  METHODS,
  type PresenceEntry,
  PROTOCOL_VERSION,
  TICK_INTERVAL_MS,
} from "../../protocol/index.ts";
import type { Client } from "../method.ts";

export interface HelloDeps {
  readonly version: string;
  readonly bootId: string;
  readonly presence: () => readonly PresenceEntry[];
  readonly health: () => HealthSnapshot;
  readonly stateVersion: () => { presence: number; health: number };
  readonly uptimeMs: () => number;
  readonly sessionDefaults: () => NonNullable<HelloOk["snapshot"]["sessionDefaults"]>;
  /** Addresses of what is hosted, for this client. */
  readonly surfaces: (client: Client) => Pick<HelloOk, "canvasHostUrl" | "pluginSurfaceUrls">;
  readonly appliedConfigHash: () => string | undefined;
  /** Facts only an administrator is shown. */
  readonly adminFacts: () => Pick<HelloOk["snapshot"], "configPath" | "stateDir" | "authMode">;
}

/** Builds `hello-ok`. The parts that are the same for everyone are serialised once. */
export class HelloBuilder {
  private readonly features = JSON.stringify({
    methods: METHODS.filter((method) => !method.hidden).map((method) => method.name),
    events: EVENTS.map((event) => event.name),
    capabilities: [],
  } satisfies HelloOk["features"]);
  private readonly policy = JSON.stringify({
    maxPayload: MAX_PAYLOAD_BYTES,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    tickIntervalMs: TICK_INTERVAL_MS,
  } satisfies HelloOk["policy"]);

  /** The newest health, serialised; it is the same for a minute. */
  private health: { readonly of: HealthSnapshot; readonly json: string } | undefined;

  constructor(private readonly deps: HelloDeps) {}

  /** The serialised payload for one client; what it may not read is left out. */
  build(client: Client, auth: HelloAuth): string {
    const server: HelloOk["server"] = {
      version: this.deps.version,
      bootId: this.deps.bootId,
      connId: client.connId,
    };
    const surfaces = JSON.stringify(this.deps.surfaces(client));
    return (
      `{"type":"hello-ok","protocol":${PROTOCOL_VERSION},"server":${JSON.stringify(server)},` +
      `"features":${this.features},"snapshot":${this.snapshot(client)},` +
      (surfaces === "{}" ? "" : `${surfaces.slice(1, -1)},`) +
      `"auth":${JSON.stringify(auth)},"policy":${this.policy}}`
    );
  }

  private snapshot(client: Client): string {
    const reads = client.role === "operator" && holdsScope(client.scopes, "operator.read");
    const administers = client.role === "operator" && holdsScope(client.scopes, "operator.admin");
    const appliedConfigHash = this.deps.appliedConfigHash();
    const rest: Omit<HelloOk["snapshot"], "health"> = {
      presence: reads ? [...this.deps.presence()] : [],
      stateVersion: this.deps.stateVersion(),
      uptimeMs: this.deps.uptimeMs(),
      ...(appliedConfigHash !== undefined && { appliedConfigHash }),
      sessionDefaults: this.deps.sessionDefaults(),
      ...(administers && this.deps.adminFacts()),
    };
    return `{"health":${this.healthJson()},${JSON.stringify(rest).slice(1)}`;
  }

  private healthJson(): string {
    const of = this.deps.health();
    if (this.health?.of !== of) this.health = { of, json: JSON.stringify(withoutNewer(of)) };
    return this.health.json;
  }
}

/** Clients that hold a hello against the published document take no fields it does not know; `health` has them all. */
function withoutNewer({
  linkChannel: _link,
  ...health
}: HealthSnapshot): Omit<HealthSnapshot, "linkChannel"> {
  return health;
}
