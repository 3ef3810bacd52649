import { authCheck } from "./auth.ts";
import { channelsCheck } from "./channels.ts";
import type { Check } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { configCheck } from "./config.ts";
import { diskCheck } from "./disk.ts";
import { locksCheck } from "./locks.ts";
import { logFileCheck } from "./log-file.ts";
import { otherGatewaysCheck } from "./other-gateways.ts";
import { permissionsCheck } from "./permissions.ts";
import { portCheck } from "./port.ts";
import { storeCheck } from "./store.ts";
import { storeRecoveryCheck } from "./store-recovery.ts";

/** Everything `openclaw doctor` looks at, in this order: what later checks stand on comes first. */
export const CHECKS: readonly Check[] = [
  configCheck,
  permissionsCheck,
  authCheck,
  locksCheck,
  portCheck,
  storeCheck,
  storeRecoveryCheck,
  channelsCheck,
  diskCheck,
  clockCheck,
  logFileCheck,
  otherGatewaysCheck,
];
