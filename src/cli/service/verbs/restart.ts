import type { Run } from "../../command.ts";
import type { restartFlags } from "../../commands/service.ts";
import { CliError } from "../../errors.ts";
import { durationMs } from "../../words.ts";
import { restartGateway } from "../operate.ts";
import { reportOperation } from "./report.ts";

export const run: Run<typeof restartFlags> = async ({ flags, session }) => {
  const { json, safe, skipDeferral, force, wait, preserveDefinition } = flags;
  const waitMs = wait === undefined ? undefined : durationMs(wait, "wait");
  refuseTogether(safe && force, "--safe and --force");
  refuseTogether(safe && wait !== undefined, "--safe and --wait");
  refuseTogether(force && wait !== undefined, "--force and --wait");
  refuseTogether(safe && preserveDefinition, "--safe and --preserve-definition");
  if (skipDeferral && !safe) throw new CliError("--skip-deferral goes with --safe only.");
  const wishes = { safe, skipDeferral, force, waitMs, preserveDefinition };
  const options = { action: "restart", label: "Restarting the gateway", json } as const;
  return reportOperation(session, options, () => restartGateway(session, wishes));
};

function refuseTogether(both: boolean, names: string): void {
  if (both) throw new CliError(`Use either ${names.replace(" and ", " or ")}, not both.`);
}
