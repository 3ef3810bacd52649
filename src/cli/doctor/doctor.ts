import type { Run } from "../command.ts";
import type { doctorFlags } from "../commands/doctor.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import type { FlagValues } from "../flags.ts";
import type { Session } from "../session.ts";
import { closest } from "../suggest.ts";
import { refuseForeignState } from "../whose-state.ts";
import type { Check, Repair } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { type Examined, examine } from "./examine.ts";
import { hasFailed, openFindings, printExamined, printSummary, reportJson, threshold } from "./report.ts";
import { gatewayHold } from "./service/hold.ts";

type Flags = FlagValues<typeof doctorFlags>;

/** A check could not be made, so nobody knows whether all is well. */
const EXIT_NOT_LOOKED = 2;

export const run: Run<typeof doctorFlags> = async ({ flags, session }) => {
  assertFit(flags);
  const { out } = session;
  const fix = flags.fix || flags.repair;
  if (fix || flags.undoMigration) refuseForeignState(session);
  if (flags.undoMigration) {
    const { undoMigration } = await import("./migration/undo-command.ts");
    return undoMigration(session, flags);
  }
  const checks = chosen(flags);
  const mayAsk = !flags.json && !flags.nonInteractive && !flags.yes;
  const hold = gatewayHold();
  const show = threshold(flags.severityMin ?? (flags.lint ? "warning" : "info"));
  const all = await examine(checks, session, {
    fix,
    look: {
      deep: flags.deep,
      force: flags.force,
      generateToken: flags.generateGatewayToken,
      aftermath: new Set(),
    },
    hold,
    consent: (repair) => {
      if (!flags.json) preview(repair, session);
      return mayAsk ? ask(repair, session) : Promise.resolve(flags.yes);
    },
    done: (examined) => (flags.json ? undefined : printExamined(show(examined), out)),
  });
  const resumed = await hold.resume();
  const shown = all.map(show);
  if (flags.json) out.json(reportJson(shown, resumed));
  else printSummary(shown, resumed, out);
  if (flags.lint) return lintCode(shown);
  return hasFailed(all) || resumed?.state === "failed" ? EXIT_FAILURE : EXIT_OK;
};

/** Flags that go together, before anything is looked at. @throws CliError */
function assertFit(flags: Flags): void {
  const fix = flags.fix || flags.repair;
  if (flags.lint && fix) throw new CliError("--lint changes nothing; leave --lint or --fix out.");
  if (flags.generateGatewayToken && !fix) throw new CliError("--generate-gateway-token goes with --fix.");
  if (flags.all && !flags.lint) {
    throw new CliError("--all goes with --lint.", { hint: "Without --lint every check is run anyway." });
  }
  if (flags.undoMigration && (fix || flags.lint)) {
    throw new CliError("--undo-migration is an act of its own; leave --fix and --lint out.");
  }
}

function lintCode(all: readonly Examined[]): number {
  if (all.some(({ state }) => state === "failed")) return EXIT_NOT_LOOKED;
  return openFindings(all).length > 0 ? EXIT_FAILURE : EXIT_OK;
}

/** The checks that the flags leave. Throws `CliError` for an id that does not exist. */
function chosen({ only, skip, lint, all }: Flags): Check[] {
  const ids = CHECKS.map(({ id }) => id);
  for (const id of [...only, ...skip]) {
    if (ids.includes(id)) continue;
    const near = closest(id, ids);
    throw new CliError(`There is no check ${id}.${near === undefined ? "" : ` Did you mean ${near}?`}`, {
      hint: `The checks are: ${ids.join(", ")}`,
    });
  }
  const asked = ({ id, ofThePast }: Check) =>
    only.length > 0 ? only.includes(id) : !lint || all || ofThePast !== true;
  return CHECKS.filter((check) => asked(check) && !skip.includes(check.id));
}

/** Shows what a repair will do. */
export function preview(
  { summary, preview: lines = [] }: Pick<Repair, "summary" | "preview">,
  { out }: Session,
): void {
  out.line(`${summary}:`);
  for (const line of lines) {
    const paint = line.startsWith("+")
      ? out.style.green
      : line.startsWith("-")
        ? out.style.red
        : out.style.dim;
    out.line(`  ${paint(line)}`);
  }
}

async function ask({ summary }: Repair, { confirm }: Session): Promise<boolean> {
  return confirm === undefined ? false : confirm(`${summary}?`);
}
