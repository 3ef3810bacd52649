import { displayPath } from "../../config/index.ts";
import type { OnboardFlags, ResetScope } from "../commands/begin.ts";
import type { Session } from "../session.ts";
import type { Prompts } from "../terminal/prompts.ts";
import { isSetUp, refuseInvalid, usesRemote } from "./edit.ts";
import { finishAttended } from "./finish.ts";
import { Interview } from "./interview.ts";
import { askModel } from "./model/ask.ts";
import { configuredModel } from "./model/configured.ts";
import { candidateFromFlags } from "./model/from-flags.ts";
import { StoredProgress } from "./progress.ts";
import { reset, USUAL_SCOPE } from "./reset.ts";
import { askChannels } from "./steps/channels.ts";
import { askGateway, gatewaySetting, settleGateway } from "./steps/gateway.ts";
import { askRemote, remoteUrl } from "./steps/remote.ts";
import { askRisk } from "./steps/risk.ts";
import { askService } from "./steps/service.ts";
import { askWorkspace, refuseName, settleWorkspace, workspaceOf } from "./steps/workspace.ts";
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
  const wish = await candidateFromFlags(session, flags, { mayAsk: true });
  refuseName(flags.agentName);
  if (!flags.reset) refuseInvalid(session);
  let interview = await begin(session, prompts, flags);
  const way = await askExisting(session, interview);
  if (way === "reset") interview = await beginAnew(session, prompts, USUAL_SCOPE);
  if (way === "keep") {
    const wanted = usesRemote(session) ? false : daemonWish(flags);
    const service = await askService(session, interview, { wish: wanted, quick: false });
    return finishAttended(session, interview, flags, { service });
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
    const choice = await askModel(session, interview, questions);
    interview.progress.keep("authChoice", choice === "keep" ? "skip" : choice);
  });
  await interview.step("gateway", async () => {
    await settleGateway(session, quick ? gateway : await askGateway(session, interview, gateway));
  });
  if (!flags.skipChannels)
    await interview.step("channels", async () => {
      if (await askChannels(session, interview)) interview.progress.keep("link", true);
    });
  const service = await askService(session, interview, { wish: daemonWish(flags), quick });
  return finishAttended(session, interview, flags, { service });
}

/** Tells what an agent is, unless that was done; resets if it is asked for. */
async function begin(session: Session, prompts: Prompts, flags: OnboardFlags): Promise<Interview> {
  const interview = new Interview(prompts, new StoredProgress(session.paths));
  const { before } = interview.progress;
  if (!flags.acceptRisk) await interview.step("risk", () => askRisk(interview));
  if (flags.reset) return beginAnew(session, prompts, flags.resetScope ?? USUAL_SCOPE);
  if (before.length > 0) await prompts.told(`Taking up where you left. Done so far: ${before.join(", ")}.`);
  return interview;
}

async function beginAnew(session: Session, prompts: Prompts, scope: ResetScope): Promise<Interview> {
  for (const line of await reset(session, scope)) await prompts.told(line);
  const { progress } = new Interview(prompts, new StoredProgress(session.paths));
  progress.done("risk");
  progress.keep("existing", "new");
  return new Interview(prompts, progress);
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

/** What to do about a configuration that was there before the first run. */
async function askExisting(
  session: Session,
  interview: Interview,
): Promise<"new" | "keep" | "modify" | "reset"> {
  const { prompts, progress } = interview;
  if (progress.answer("existing") === undefined && !isSetUp(session)) progress.keep("existing", "new");
  if (progress.answer("existing") === "new") return "new";
  if (progress.answer("existing") === undefined) {
    const { configPath, home } = session.paths;
    await prompts.note(await summaryOf(session), displayPath(configPath, home));
  }
  return interview.select("existing", "There is a configuration already.", [
    { value: "keep", label: "Keep it", hint: "see that it works" },
    { value: "modify", label: "Change it", hint: "go through everything" },
    { value: "reset", label: "Begin anew", hint: "moves it, credentials and sessions aside" },
  ]);
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
