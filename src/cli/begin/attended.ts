import { displayPath } from "../../config/index.ts";
import type { OnboardFlags } from "../commands/begin.ts";
import type { Session } from "../session.ts";
import type { Prompts } from "../terminal/prompts.ts";
import { isSetUp, refuseInvalid } from "./edit.ts";
import { finishAttended } from "./finish.ts";
import { Interview } from "./interview.ts";
import { askModel, configuredModel } from "./model/ask.ts";
import { candidateFromFlags } from "./model/from-flags.ts";
import { StoredProgress } from "./progress.ts";
import { linesOf, reset, resetAsAsked, USUAL_SCOPE } from "./reset.ts";
import { askChannels } from "./steps/channels.ts";
import { askGateway, gatewaySetting, settleGateway } from "./steps/gateway.ts";
import { askRemote, remoteUrl } from "./steps/remote.ts";
import { askRisk } from "./steps/risk.ts";
import { askService } from "./steps/service.ts";
import { askWorkspace, settleWorkspace, workspaceOf } from "./steps/workspace.ts";
import { daemonWish, gatewayWish, refuseConflicts, remoteWish } from "./wishes.ts";

/** Sets everything up with the person at the terminal; what an earlier run left is taken up. @throws CliError */
export async function onboardAttended(
  session: Session,
  prompts: Prompts,
  flags: OnboardFlags,
): Promise<number | undefined> {
  refuseConflicts(flags);
  const gateway = gatewayWish(session, flags);
  const remote = flags.remoteUrl === undefined ? {} : remoteWish(session, { ...flags, mode: "remote" });
  const wish = await candidateFromFlags(session, flags);
  if (!flags.reset) refuseInvalid(session);
  let progress = new StoredProgress(session.paths);
  const isResumed = progress.before.length > 0 && !flags.reset;
  if (isResumed) await prompts.told(`Going on after: ${progress.before.join(", ")}.`);
  else if (!flags.acceptRisk) await askRisk(new Interview(prompts, progress));
  if (flags.reset) {
    await resetAsAsked(session, flags);
    progress = new StoredProgress(session.paths);
  }
  let interview = new Interview(prompts, progress);
  await interview.step("risk", async () => {});

  const isNew = !isSetUp(session);
  if (!isResumed && !isNew && !flags.reset) {
    const way = await askExisting(session, prompts);
    if (way === "reset") {
      for (const line of linesOf(session, await reset(session, USUAL_SCOPE))) await prompts.told(line);
      interview = new Interview(prompts, new StoredProgress(session.paths));
      await interview.step("risk", async () => {});
    }
    if (way === "keep") {
      const service = await askService(session, interview, { wish: daemonWish(flags), quick: false });
      return finishAttended(session, interview, flags, { service });
    }
  }
  const flow = flags.flow ?? (await askFlow(interview));
  const quick = flow === "quickstart";
  const mode = flags.mode ?? (quick ? "local" : await askMode(interview));
  if (mode === "remote") {
    const { url } = await askRemote(session, interview, remote);
    interview.progress.finish();
    if (flags.json) session.out.json({ ok: true, mode: "remote", remoteUrl: url });
    else session.out.line(`Commands on this machine use the gateway at ${url} from now on.`);
    return undefined;
  }
  const given = {
    workspace: flags.workspace,
    agentName: flags.agentName,
    skipBootstrap: flags.skipBootstrap,
  };
  await interview.step("workspace", async () => {
    await settleWorkspace(session, quick ? given : await askWorkspace(session, interview, given));
  });
  await interview.step("model", async () => {
    const secrets = flags.secretInputMode ?? "plaintext";
    const questions = { wish, quick, secrets, skipTrial: flags.skipHealth };
    interview.progress.keep("authChoice", await askModel(session, interview, questions));
  });
  await interview.step("gateway", async () => {
    await settleGateway(session, quick ? gateway : await askGateway(session, interview, gateway));
  });
  if (!flags.skipChannels) await interview.step("channels", () => askChannels(session, interview));
  const service = await askService(session, interview, { wish: daemonWish(flags), quick });
  return finishAttended(session, interview, flags, { service });
}

async function askFlow(interview: Interview): Promise<"quickstart" | "manual"> {
  return interview.select("flow", "How shall it be set up?", [
    { value: "quickstart", label: "Quick start", hint: "a model and a chat; the rest takes its defaults" },
    { value: "manual", label: "Step by step", hint: "folder, port, sign-in and all the rest" },
  ]);
}

async function askMode(interview: Interview): Promise<"local" | "remote"> {
  return interview.select("mode", "Where does the gateway run?", [
    { value: "local", label: "On this machine" },
    { value: "remote", label: "Elsewhere", hint: "this machine only uses it" },
  ]);
}

/** What to do about a configuration that is there. */
async function askExisting(session: Session, prompts: Prompts): Promise<"keep" | "modify" | "reset"> {
  const { paths } = session;
  await prompts.note(await summaryOf(session), displayPath(paths.configPath, paths.home));
  return prompts.select<"keep" | "modify" | "reset">({
    question: "There is a configuration already.",
    choices: [
      { value: "keep", label: "Keep it", hint: "see that it works" },
      { value: "modify", label: "Change it", hint: "go through everything" },
      { value: "reset", label: "Begin anew", hint: "moves it, credentials and sessions to the trash" },
    ],
  });
}

async function summaryOf(session: Session): Promise<string> {
  const remote = remoteUrl(session);
  if (remote !== undefined) return `Gateway: ${remote}`;
  const { port, bind, authMode } = gatewaySetting(session);
  return [
    `Workspace: ${displayPath(await workspaceOf(session), session.paths.home)}`,
    `Model: ${configuredModel(session) ?? "none is set"}`,
    `Gateway: ${bind}, port ${port}, auth ${authMode}`,
  ].join("\n");
}
