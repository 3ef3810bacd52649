import { runningGateway } from "../lib/locks/index.ts";
import { CliError } from "./errors.ts";
import type { Session } from "./session.ts";
import { stateInUse } from "./state-lock.ts";

/** Leave to change what a gateway may be using. */
export interface Agreement {
  /**
   * Does the work with the gateway as it was agreed; one that is to be started again is, also when the work failed. Resolves
   * to whether it was started again. @throws CliError
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
 * What becomes of a gateway while the work is done: stopped and started again, stopped for good, or not minded, because
 * what is changed is not what it uses.
 */
export type Meanwhile = "started-again" | "stopped" | "running";

/**
 * Asks whoever sits at the terminal, unless `--yes` said it already. Undefined for a no. @throws CliError when nobody is
 * there to ask, or a gateway is in the way that is nobody's service
 */
export async function agreeTo(
  session: Session,
  consent: Consent,
  question: string,
  meanwhile: Meanwhile = "started-again",
): Promise<Agreement | undefined> {
  const stops = meanwhile !== "running" && (await mustStop(session));
  const restarts = stops && meanwhile === "started-again";
  const told = `The gateway's service is stopped for it${restarts ? ", and started again" : ""}.`;
  if (!(await isAgreed(session, consent, stops ? `${question} ${told}` : question))) return undefined;
  return {
    async whileStopped(work) {
      if (!stops) {
        await work();
        return false;
      }
      const { startGateway, stopGateway } = await import("./service/operate.ts");
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

/** Whether a service's gateway uses the state folder. @throws CliError when one does that is nobody's service */
async function mustStop(session: Session): Promise<boolean> {
  const { paths, clock } = session;
  const owner = runningGateway({ stateLockPath: paths.stateLockPath, clock });
  if (owner === undefined) return false;
  if (!(await isServiceOf(session))) throw stateInUse(session, owner);
  return true;
}

/** The bare question. @throws CliError when nobody is there to answer it */
async function isAgreed({ confirm }: Session, consent: Consent, question: string): Promise<boolean> {
  if (consent.yes) return true;
  if (confirm !== undefined && consent.nonInteractive !== true) return confirm(question);
  throw new CliError("Nothing was changed: nobody is there to confirm it.", {
    hint: "If you mean it, add --yes. To see what would be done, add --dry-run.",
  });
}

async function isServiceOf(session: Session): Promise<boolean> {
  const { openService } = await import("./service/seat.ts");
  const { foregroundOwner } = await import("./service/place.ts");
  const { service } = await openService(session);
  if (service === undefined || service.identity.relocated) return false;
  try {
    return foregroundOwner(session, await service.status()) === undefined;
  } catch {
    // A supervisor that cannot be asked could not stop it either.
    return false;
  }
}
