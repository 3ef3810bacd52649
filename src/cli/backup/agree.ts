import { runningGateway } from "../../lib/lock.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { stateInUse } from "../state-lock.ts";

/** Leave to change what a gateway may be using. */
export interface Agreement {
  /**
   * Does the work while no gateway uses the state folder: the service is stopped before and, unless it is to stay so, started
   * again after it, also when the work failed. Resolves to whether it was started again. @throws CliError
   */
  whileStopped(work: () => Promise<void>): Promise<boolean>;
}

export interface Consent {
  /** `--yes`. */
  readonly yes: boolean;
  /** `--non-interactive`. */
  readonly nonInteractive?: boolean;
}

/**
 * Asks whoever sits at the terminal, unless `--yes` said it already. Undefined for a no. @throws CliError when nobody is
 * there to ask, or a gateway runs that is nobody's service
 */
export async function agreeTo(
  session: Session,
  consent: Consent,
  question: string,
  afterwards: "started" | "stopped" = "started",
): Promise<Agreement | undefined> {
  const owner = runningGateway({ stateLockPath: session.paths.stateLockPath, clock: session.clock });
  const managed = owner !== undefined && (await isServiceOf(session));
  if (owner !== undefined && !managed) throw stateInUse(session, owner);
  const restarts = afterwards === "started";
  const stops = `The gateway's service is stopped for it${restarts ? ", and started again" : ""}.`;
  const asked = managed ? `${question} ${stops}` : question;
  if (!(await isAgreed(session, consent, asked))) return undefined;
  return {
    async whileStopped(work) {
      if (!managed) {
        await work();
        return false;
      }
      const { startGateway, stopGateway } = await import("../service/operate.ts");
      await stopGateway(session);
      if (!restarts) {
        await work();
        return false;
      }
      try {
        await work();
      } finally {
        await startGateway(session);
      }
      return true;
    },
  };
}

/** The bare question. @throws CliError when nobody is there to answer it */
export async function isAgreed({ confirm }: Session, consent: Consent, question: string): Promise<boolean> {
  if (consent.yes) return true;
  if (confirm !== undefined && consent.nonInteractive !== true) return confirm(question);
  throw new CliError("Nothing was changed: nobody is there to confirm it.", {
    hint: "If you mean it, add --yes. To see what would be done, add --dry-run.",
  });
}

async function isServiceOf(session: Session): Promise<boolean> {
  const { openService } = await import("../service/seat.ts");
  const { foregroundOwner } = await import("../service/place.ts");
  const { service } = await openService(session);
  if (service === undefined || service.identity.relocated) return false;
  try {
    return foregroundOwner(session, await service.status()) === undefined;
  } catch {
    // A supervisor that cannot be asked could not stop it either.
    return false;
  }
}
