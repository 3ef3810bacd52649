import type { Run } from "../command.ts";
import type { doctorFlags } from "../commands/doctor.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import type { Session } from "../session.ts";
import { closest } from "../suggest.ts";
import type { Check, Repair } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { examine } from "./examine.ts";
import { hasFailed, printExamined, printSummary, reportJson } from "./report.ts";

export const run: Run<typeof doctorFlags> = async ({ flags, session }) => {
  const { out } = session;
  const checks = chosen(flags.only, flags.skip);
  const mayAsk = !flags.json && !flags.nonInteractive && !flags.yes;
  const all = await examine(checks, session, {
    fix: flags.fix || flags.repair,
    consent: (repair) => {
      if (!flags.json) preview(repair, session);
      return mayAsk ? ask(repair, session) : Promise.resolve(flags.yes);
    },
    done: (examined) => (flags.json ? undefined : printExamined(examined, out)),
  });
  if (flags.json) out.json(reportJson(all));
  else printSummary(all, out);
  return hasFailed(all) ? EXIT_FAILURE : EXIT_OK;
};

/** The checks that `--only` and `--skip` leave. Throws `CliError` for an id that does not exist. */
function chosen(only: readonly string[], skip: readonly string[]): Check[] {
  const ids = CHECKS.map(({ id }) => id);
  for (const id of [...only, ...skip]) {
    if (ids.includes(id)) continue;
    const near = closest(id, ids);
    throw new CliError(`There is no check ${id}.${near === undefined ? "" : ` Did you mean ${near}?`}`, {
      hint: `The checks are: ${ids.join(", ")}`,
    });
  }
  return CHECKS.filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
}

function preview({ summary, preview = [] }: Repair, { out }: Session): void {
  out.line(`${summary}:`);
  for (const line of preview) {
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
