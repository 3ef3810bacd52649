import { resolvePaths } from "../../config/index.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { Check, Finding, Look, Repair } from "./check.ts";

/** What became of a repair. */
export type RepairOutcome =
  | { readonly state: "done"; readonly message: string }
  /** It needs a person's consent, which was not given or could not be asked for, or a gateway is in the way. */
  | { readonly state: "left"; readonly message: string }
  | { readonly state: "failed"; readonly message: string };

export interface ExaminedFinding extends Finding {
  readonly outcome?: RepairOutcome;
}

/** One check, carried out. */
export type Examined = { readonly check: Check } & (
  | { readonly state: "done"; readonly findings: readonly ExaminedFinding[] }
  | { readonly state: "skipped"; readonly why: string }
  | { readonly state: "failed"; readonly why: string }
);

/** Keeps the gateway down while a repair needs it down. */
export interface Hold {
  /** Stops the gateway of this state; says why not where it is not ours to stop. */
  stop(session: Session): Promise<string | undefined>;
}

export interface ExamineOptions {
  readonly fix: boolean;
  readonly look: Look;
  readonly hold: Hold;
  /** Asked before a repair that needs consent; false leaves it. */
  readonly consent: (repair: Repair) => Promise<boolean>;
  /** Hears of each check as soon as it is over. */
  readonly done: (examined: Examined) => void;
}

/** Runs checks in order; with `fix`, each one's repairs are made before the next check looks. */
export async function examine(
  checks: readonly Check[],
  session: Session,
  options: ExamineOptions,
): Promise<Examined[]> {
  const all: Examined[] = [];
  for (const check of checks) {
    const examined = await examineOne(check, seenAnew(session), options);
    options.done(examined);
    all.push(examined);
  }
  return all;
}

/** A repair may have moved the state folder; the next check has to see where it is. */
function seenAnew(session: Session): Session {
  const { profile, dev } = session.root;
  return { ...session, paths: resolvePaths(session.env, { profile, dev }) };
}

async function examineOne(check: Check, session: Session, options: ExamineOptions): Promise<Examined> {
  try {
    const found = await check.run(session, options.look);
    if ("skipped" in found) return { check, state: "skipped", why: found.skipped };
    const findings: ExaminedFinding[] = [];
    // One repair may mend several findings.
    const outcomes = new Map<Repair, RepairOutcome>();
    for (const finding of found) {
      const { repair } = finding;
      if (options.fix && repair && !outcomes.has(repair)) {
        outcomes.set(repair, await mend(repair, session, options));
      }
      const outcome = repair && outcomes.get(repair);
      findings.push({ ...finding, ...(outcome && { outcome }) });
    }
    return { check, state: "done", findings };
  } catch (error) {
    return { check, state: "failed", why: reasonOf(error) };
  }
}

async function mend(
  repair: Repair,
  session: Session,
  { consent, hold }: ExamineOptions,
): Promise<RepairOutcome> {
  const { summary, needsConsent, needsStop } = repair;
  if (needsConsent === true && !(await consent(repair))) {
    return { state: "left", message: `${summary}: not done, because nobody agreed; --yes agrees` };
  }
  try {
    const inTheWay =
      (needsStop === true ? await hold.stop(session) : undefined) ?? (await repair.obstacle?.());
    if (inTheWay !== undefined) return { state: "left", message: `${summary}: not done. ${inTheWay}` };
    return { state: "done", message: await repair.apply() };
  } catch (error) {
    return { state: "failed", message: `${summary}: ${reasonOf(error)}` };
  }
}

/** What an error says happened, and what it says to do about it. */
export function reasonOf(error: unknown): string {
  if (error instanceof CliError && error.hint !== undefined)
    return `${error.message} ${error.hint.replaceAll("\n", "; ")}`;
  return error instanceof Error ? error.message : String(error);
}
