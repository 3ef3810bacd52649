import { authCheck } from "./auth.ts";
import { restoreCheck } from "../backup/doctor-check.ts";
import { channelsCheck } from "./channels.ts";
import type { Check } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { configCheck } from "./config.ts";
import { legacyKeysCheck } from "./config/legacy-keys.ts";
import { modelsCheck } from "./config/models.ts";
import { ownerCheck } from "./config/owner.ts";
import { secretsCheck } from "./config/secrets.ts";
import { writerCheck } from "./config/writer.ts";
import { diskCheck } from "./disk.ts";
import { locksCheck } from "./locks.ts";
import { logFileCheck } from "./log-file.ts";
import { legacyStateCheck } from "./migration/check.ts";
import { backupCheck } from "./machine/backup.ts";
import { browserCheck } from "./machine/browser.ts";
import { canvasPortCheck } from "./machine/canvas-port.ts";
import { oldProgramsCheck } from "./machine/old-programs.ts";
import { linkedAccountsCheck } from "./machine/linked-accounts.ts";
import { sharedFoldersCheck } from "./machine/shared-folders.ts";
import { statePlaceCheck } from "./machine/state-place.ts";
import { otherGatewaysCheck } from "./other-gateways.ts";
import { permissionsCheck } from "./permissions.ts";
import { portCheck } from "./port.ts";
import { otherServicesCheck } from "./service/other-services.ts";
import { serviceCheck } from "./service/service.ts";
import { supervisorCheck } from "./service/supervisor.ts";
import { storeCheck } from "./store.ts";
import { storeRecoveryCheck } from "./store-recovery.ts";

/** Everything `openclaw doctor` looks at, in this order: what later checks stand on comes first. */
export const CHECKS: readonly Check[] = [
  otherServicesCheck,
  legacyStateCheck,
  configCheck,
  legacyKeysCheck,
  writerCheck,
  permissionsCheck,
  authCheck,
  locksCheck,
  restoreCheck,
  portCheck,
  canvasPortCheck,
  browserCheck,
  storeCheck,
  storeRecoveryCheck,
  serviceCheck,
  supervisorCheck,
  channelsCheck,
  linkedAccountsCheck,
  ownerCheck,
  modelsCheck,
  secretsCheck,
  statePlaceCheck,
  sharedFoldersCheck,
  backupCheck,
  diskCheck,
  clockCheck,
  logFileCheck,
  otherGatewaysCheck,
  oldProgramsCheck,
];
