import type { GatewayFlags } from "../rpc/flags.ts";
import { LOOK_TIMEOUT_MS } from "./limits.ts";

/** The gateway that configuration and environment mean. */
export const HERE: GatewayFlags = {
  url: undefined,
  port: undefined,
  token: undefined,
  password: undefined,
  tlsFingerprint: undefined,
  timeout: 3 * LOOK_TIMEOUT_MS,
  json: false,
};
