import type { BindMode } from "../../config/index.ts";
import type { WsLogStyle } from "../wire/ws-log.ts";

export const AUTH_MODES = ["none", "token", "password", "trusted-proxy"] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

export const TAILSCALE_MODES = ["off", "serve", "funnel"] as const;
export type TailscaleMode = (typeof TAILSCALE_MODES)[number];

/** What `openclaw gateway` was started with; each wins over environment and configuration. */
export interface GatewayFlags {
  readonly port?: number | undefined;
  readonly bind?: BindMode | undefined;
  readonly auth?: AuthMode | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly tailscale?: TailscaleMode | undefined;
  /** Start without `gateway.mode=local`; nothing is written to the configuration. */
  readonly allowUnconfigured?: boolean | undefined;
  /** End what listens on the port first. */
  readonly force?: boolean | undefined;
  /** Console output at debug level. */
  readonly verbose?: boolean | undefined;
  readonly wsLog?: WsLogStyle | undefined;
}
