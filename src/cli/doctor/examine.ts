import type { Session } from "../session.ts";
import type { Check, Finding, Repair } from "./check.ts";

/** What became of a repair. */
export type RepairOutcome =
  | { readonly state: "done"; readonly message: string }
  /** It needs a person's consent, which was not given or could not be asked for. */
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

export interface ExamineOptions {
  readonly fix: boolean;
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
    const examined = await examineOne(check, session, options);
    options.done(examined);
    all.push(examined);
  }
  return all;
}

async function examineOne(check: Check, session: Session, options: ExamineOptions): Promise<Examined> {
  try {
    const found = await check.run(session);
    if ("skipped" in found) return { check, state: "skipped", why: found.skipped };
    const findings: ExaminedFinding[] = [];
    for (const finding of found) {
      const outcome = options.fix && finding.repair ? await repair(finding.repair, options) : undefined;
      findings.push({ ...finding, ...(outcome && { outcome }) });
    }
    return { check, state: "done", findings };
  } catch (error) {
    return { check, state: "failed", why: reasonOf(error) };
  }
}

async function repair(one: Repair, { consent }: ExamineOptions): Promise<RepairOutcome> {
  if (one.needsConsent === true && !(await consent(one))) {
    return { state: "left", message: `${one.summary}: not done, because nobody agreed; --yes agrees` };
  }
  try {
    return { state: "done", message: await one.apply() };
  } catch (error) {
    return { state: "failed", message: `${one.summary}: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
