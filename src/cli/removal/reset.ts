import type { Run } from "../command.ts";
import type { resetFlags } from "../commands/installation.ts";
import { agreeTo } from "../agree.ts";
import { EXIT_FAILURE, CliError } from "../errors.ts";
import { outlivedConfig, outlivedLines } from "../service/outlived-config.ts";
import type { Session } from "../session.ts";
import { assertStateFolder } from "./guard.ts";
import { planReset, type ResetScope } from "./plan.ts";
import { planLine, removalLines, tellMoved } from "./report.ts";
import { removeAll } from "./remove.ts";

export const run: Run<typeof resetFlags> = async ({ flags, session }) => {
  const { out } = session;
  if (flags.nonInteractive && !flags.dryRun && (flags.scope === undefined || !flags.yes)) {
    throw new CliError("Without questions, a reset needs its scope and a yes.", {
      hint: "For example: openclaw reset --scope config --yes --non-interactive",
    });
  }
  const scope = flags.scope ?? (await askScope(session, flags));
  if (scope !== "config") assertStateFolder(session);
  const removal = await planReset(session, scope);
  const say = flags.dryRun ? (line: string) => out.line(line) : (line: string) => out.note(line);
  say(planLine(flags.dryRun, removal.items.length));
  for (const line of removalLines(session, removal)) say(line);
  if (flags.dryRun) {
    if (scope !== "config") out.line("The gateway's service would be stopped first.");
    out.line("Dry run only; nothing was changed.");
    return undefined;
  }
  if (removal.items.length === 0) return undefined;
  const question = `Reset (${scope})? A backup first: openclaw backup create.`;
  // The configuration alone may go while a gateway runs: it carries on with what it has read.
  const meanwhile = scope === "config" ? "running" : "stopped";
  const agreed = await agreeTo(session, flags, question, meanwhile);
  if (agreed === undefined) {
    out.note("Nothing was changed.");
    return EXIT_FAILURE;
  }
  await agreed.whileStopped(async () =>
    tellMoved(session, await removeAll(session, removal, scope !== "config")),
  );
  const owner = scope === "config" ? outlivedConfig(session) : undefined;
  if (owner !== undefined) {
    for (const line of outlivedLines(owner)) out.warn(line);
    return undefined;
  }
  out.note(scope === "config" ? "Next: openclaw onboard" : "Next: openclaw onboard --install-daemon");
  return undefined;
};

async function askScope(
  { prompts }: Session,
  flags: { dryRun: boolean; nonInteractive: boolean },
): Promise<ResetScope> {
  if (prompts !== undefined && !flags.nonInteractive) {
    return prompts.select<ResetScope>({
      question: "What should begin anew?",
      choices: [
        { value: "config", label: "The configuration" },
        { value: "config+creds+sessions", label: "Configuration, credentials and conversations" },
        { value: "full", label: "Everything, the agents' workspaces too" },
      ],
    });
  }
  // A look needs no decision: all of it is shown.
  if (flags.dryRun) return "full";
  throw new CliError("A reset needs its scope, and nobody is there to be asked for it.", {
    hint: "One of: openclaw reset --scope config --yes, openclaw reset --scope config+creds+sessions --yes, openclaw reset --scope full --yes",
  });
}
