import { existsSync } from "node:fs";
import { join } from "node:path";
import { agreeTo } from "../agree.ts";
import type { Run } from "../command.ts";
import type { uninstallFlags } from "../commands/installation.ts";
import { CliError, EXIT_FAILURE } from "../errors.ts";
import type { Session } from "../session.ts";
import { assertStateFolder } from "./guard.ts";
import type { Item, Kept, Removal } from "./items.ts";
import { stateRemoval, workspaceRemoval, workspacesOf } from "./plan.ts";
import { removeAll } from "./remove.ts";
import { planLine, removalLines, tellMoved } from "./report.ts";
import { completionFiles, lastFile, removeService, servicePlan } from "./service.ts";

const PARTS = ["service", "state", "workspace", "app"] as const;

type Part = (typeof PARTS)[number];

export const run: Run<typeof uninstallFlags> = async ({ flags, session }) => {
  const { out } = session;
  if (flags.nonInteractive && !flags.yes && !flags.dryRun) {
    throw new CliError("Without questions, an uninstall needs a yes.", {
      hint: "For example: openclaw uninstall --service --yes --non-interactive",
    });
  }
  const named = PARTS.filter((part) => flags.all || flags[part]);
  const parts = new Set(named.length > 0 ? named : await askParts(session, flags));
  if (parts.has("state")) assertStateFolder(session);
  const removal = await planOf(session, parts);
  const service = parts.has("service") ? await servicePlan(session) : [];
  const say = flags.dryRun ? (line: string) => out.line(line) : (line: string) => out.note(line);
  say(planLine(flags.dryRun, removal.items.length + service.length));
  for (const line of [...service, ...removalLines(session, removal)]) say(line);
  if (flags.dryRun) {
    out.line("Dry run only; nothing was changed.");
    return undefined;
  }
  const touchesFiles = parts.has("state") || parts.has("workspace");
  // Only what lies in the state folder needs the gateway to be stopped for it; the service stops with its removal.
  const meanwhile = touchesFiles ? "stopped" : "running";
  const agreed = await agreeTo(session, flags, "Uninstall this?", meanwhile);
  if (agreed === undefined) {
    out.note("Nothing was changed.");
    return EXIT_FAILURE;
  }
  await agreed.whileStopped(async () => {
    if (parts.has("service")) for (const line of await removeService(session)) out.line(line);
    tellMoved(session, await removeAll(session, removal, touchesFiles));
  });
  out.note(await lastFile(session));
  return undefined;
};

async function planOf(session: Session, parts: ReadonlySet<Part>): Promise<Removal> {
  const items: Item[] = [];
  const kept: Kept[] = [];
  const add = (more: Removal) => {
    items.push(...more.items);
    kept.push(...more.kept);
  };
  if (parts.has("workspace")) add(await workspaceRemoval(session));
  if (parts.has("state")) {
    const stay = parts.has("workspace") ? kept.map(({ path }) => path) : await workspacesOf(session);
    add(
      stateRemoval(
        session,
        stay.filter((path) => existsSync(path)),
      ),
    );
  }
  if (parts.has("service")) {
    items.push(...completionFiles(session).map((path): Item => ({ kind: "completion", path, keep: [] })));
  }
  if (parts.has("app")) add(appRemoval(session));
  return { items, kept };
}

/** The app of macOS, where an installer puts it. */
function appRemoval({ env, paths }: Session): Removal {
  const places = ["/Applications/OpenClaw.app", join(paths.home, "Applications", "OpenClaw.app")];
  if (env.system.platform !== "darwin") {
    return { items: [], kept: [{ kind: "app", path: "OpenClaw.app", reason: "there is one on macOS only" }] };
  }
  return {
    items: places.filter((path) => existsSync(path)).map((path) => ({ kind: "app", path, keep: [] })),
    kept: [],
  };
}

async function askParts(
  { prompts }: Session,
  flags: { readonly nonInteractive: boolean; readonly dryRun: boolean; readonly yes: boolean },
): Promise<readonly Part[]> {
  if (prompts === undefined || flags.nonInteractive || flags.dryRun || flags.yes) return ["service"];
  return prompts.multiselect<Part>({
    question: "What should be removed?",
    choices: [
      { value: "service", label: "The gateway's service" },
      { value: "state", label: "State and configuration" },
      { value: "workspace", label: "The agents' workspaces" },
      { value: "app", label: "The macOS app" },
    ],
    initial: ["service"],
  });
}
