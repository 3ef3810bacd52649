export { Gateway, type GatewayEnd } from "./gateway.ts";
export type { GatewayDeps } from "./gateway-deps.ts";
export {
  AUTH_MODES,
  type AuthMode,
  type GatewayFlags,
  TAILSCALE_MODES,
  type TailscaleMode,
} from "./start/flags.ts";
export type { RunOptions } from "./start/options.ts";
export { runGateway } from "./start/run.ts";
export { WS_LOG_STYLES, type WsLogStyle } from "./wire/ws-log.ts";
