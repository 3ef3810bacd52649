import { noFlags } from "../rpc/flags.ts";
import { LOOK_TIMEOUT_MS } from "./limits.ts";

/** The gateway that configuration and environment mean. */
export const HERE = noFlags(3 * LOOK_TIMEOUT_MS);
