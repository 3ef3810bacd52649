import { agentCommand } from "../commands/agent.ts";
import { onboardCommand } from "../commands/begin.ts";
import { type Command, defineCommand, type Run } from "../command.ts";
import { CliError } from "../errors.ts";
import { parse } from "../parse.ts";
import type { Session } from "../session.ts";
import { isSetUp, refuseInvalid } from "./edit.ts";
import { openConfig } from "../config/open.ts";

/**
 * `openclaw` alone: at a terminal it begins, with onboarding until this machine is set up and with a conversation from
 * then on. Elsewhere it shows what there is.
 */
export const run: Run<Readonly<Record<never, never>>> = async ({ session }) => {
  if (session.prompts === undefined) return showHelp(session);
  refuseInvalid(session);
  if (openConfig(session).peek().exists && isSetUp(session)) return runCommand(session, agentCommand);
  return runCommand(session, onboardCommand);
};

async function showHelp({ out }: Session): Promise<void> {
  const [{ helpText }, { ROOT }] = await Promise.all([import("../help.ts"), import("../commands/index.ts")]);
  out.raw(helpText([ROOT]));
}

/** Runs a command as if it had been typed without an option. */
async function runCommand(session: Session, command: Command): Promise<number | void> {
  const parsed = parse(
    [command.name],
    defineCommand({ name: "openclaw", summary: "", subcommands: [command] }),
  );
  if (parsed.kind !== "run" || parsed.command.load === undefined)
    throw new CliError(`openclaw ${command.name} cannot be run alone.`);
  const run = await parsed.command.load();
  return run({ flags: parsed.flags, args: parsed.args, session });
}
