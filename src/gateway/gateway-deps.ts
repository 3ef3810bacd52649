import type { ConfigStore, Env, OpenClawConfig, Paths } from "../config/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logging, LogSettings } from "../lib/log/index.ts";
import type { SecretRegistry } from "../lib/redact.ts";
import type { Store } from "../store/index.ts";
import type { Whois } from "./auth/index.ts";
import type { RuntimeConfig } from "./runtime-config.ts";
import type { GatewaySettings } from "./start/settings.ts";
import type { RestartHistory } from "./state/restart.ts";
import type { ListeningSockets } from "./wire/listening-sockets.ts";
import type { WsLogStyle } from "./wire/ws-log.ts";

/** What a gateway is made from; all of it outlives the gateway. */
export interface GatewayDeps {
  readonly paths: Paths;
  readonly config: ConfigStore<OpenClawConfig>;
  readonly runtime: RuntimeConfig;
  readonly store: Store;
  readonly logging: Logging;
  /** What no output may show; keys of providers are added as they are used. */
  readonly secrets: SecretRegistry;
  readonly settings: GatewaySettings;
  /** The ports, which the gateway only moves into. */
  readonly sockets: ListeningSockets;
  /** Makes sure that a next gateway would come up, while this one still runs. Rejects with the reason it would not. */
  readonly prepareRestart: () => Promise<void>;
  readonly restartHistory: RestartHistory;
  /**
   * The settings that follow from a changed configuration; only what can change while running is taken from them.
   * @throws StartRefusal when no gateway could run on it
   */
  readonly resettle: (config: OpenClawConfig) => GatewaySettings;
  /** What a configuration means for the log of this run. */
  readonly logSettings: (config: OpenClawConfig) => LogSettings;
  readonly whois: Whois;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly wsLog: WsLogStyle;
  readonly handshakeTimeoutMs: number;
  readonly maxPreauthPerIp: number;
  /** Accounts of channels are known and not connected (`OPENCLAW_SKIP_CHANNELS=1`). */
  readonly skipChannels: boolean;
  /** Opens and closes what listens, as the new settings want it. Rejects when an address cannot be had. */
  readonly relisten: (settings: GatewaySettings) => Promise<void>;
  /** What browsers are started with. */
  readonly env: Pick<Env, "browser" | "raw" | "system">;
  /** Unknown params are an error; for conformance runs. */
  readonly strictParams: boolean;
}
