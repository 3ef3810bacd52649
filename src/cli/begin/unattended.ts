import { displayPath } from "../../config/index.ts";
import type { OnboardFlags } from "../commands/begin.ts";
import { CliError } from "../errors.ts";
import { agentModule } from "../models/agent.ts";
import type { Session } from "../session.ts";
import { refuseInvalid } from "./edit.ts";
import { type Candidate, keepCandidate, type TriedCandidate, tryCandidate } from "./model/candidate.ts";
import { configuredModel } from "./model/configured.ts";
import { candidateFromFlags } from "./model/from-flags.ts";
import { lookAtGateway } from "./reach.ts";
import { resetAsAsked } from "./reset.ts";
import { gatewayProblem, type GatewaySetting, settleGateway } from "./steps/gateway.ts";
import { settleRemote, tryRemote } from "./steps/remote.ts";
import { settleService } from "./steps/service.ts";
import { refuseName, settleWorkspace } from "./steps/workspace.ts";
import { daemonWish, gatewayWish, refuseConflicts, remoteWish } from "./wishes.ts";

/** Sets everything up without a question. What does not go together is refused before anything is written. @throws CliError */
export async function onboardUnattended(session: Session, flags: OnboardFlags): Promise<void> {
  if (!flags.acceptRisk) {
    throw new CliError("--non-interactive needs --accept-risk.", {
      hint: "It says that you know: an agent with tools can do on this machine what you can do.",
    });
  }
  refuseConflicts(flags);
  const remote = flags.mode === "remote" ? remoteWish(session, flags) : undefined;
  const gateway = gatewayWish(session, flags);
  const candidate = remote === undefined ? await candidateFromFlags(session, flags) : undefined;
  refuseName(flags.agentName);
  // After a reset nothing of the old file counts, and it may be a broken one.
  if (!flags.reset) refuseInvalid(session);
  const problem =
    remote === undefined ? gatewayProblem(session, gateway, { afresh: flags.reset }) : undefined;
  if (problem !== undefined) throw problem;
  if (remote !== undefined) {
    const trial = flags.skipHealth ? undefined : await tryRemote(session, remote);
    if (trial?.pairing === false)
      throw new CliError(`${trial.message}.`, { hint: "To write it down all the same: --skip-health" });
    await resetAsAsked(session, flags);
    await settleRemote(session, remote);
    reportRemote(session, flags, remote, trial?.message);
    return;
  }
  const tried =
    typeof candidate === "object" && "provider" in candidate
      ? await trialOf(session, candidate, flags.skipHealth)
      : undefined;
  await resetAsAsked(session, flags);
  const workspace = await settleWorkspace(
    session,
    flags.skipBootstrap ? { ...named(flags), skipBootstrap: true } : named(flags),
  );
  const setting = await settleGateway(session, gateway);
  if (tried !== undefined)
    await keepCandidate(session, tried, { makeDefault: configuredModel(session) === undefined });
  const lines = await settleRuntime(session, flags);
  report(session, flags, { workspace, setting, tried, lines });
}

function named({ workspace, agentName }: OnboardFlags) {
  return { workspace, agentName };
}

async function trialOf(session: Session, candidate: Candidate, skipTrial: boolean): Promise<TriedCandidate> {
  if (skipTrial) {
    const { knownProvider } = await agentModule();
    const model = candidate.model ?? knownProvider(candidate.provider)?.defaultModel;
    if (model === undefined) {
      throw new CliError(`Which model of ${candidate.provider} shall answer?`, {
        hint: "Name it with --custom-model-id <id>.",
      });
    }
    return { ...candidate, model };
  }
  const trial = await session.out.during("Trying the model", tryCandidate(session, candidate));
  if (trial.ok) return trial.candidate;
  throw new CliError(`The model of ${candidate.provider} did not answer: ${trial.reason}.`, {
    fields: { status: trial.status },
    hint: "Nothing was written. To go on without a trial: --skip-health",
  });
}

/** The service, and proof that a gateway answers; resolves to what a person should know. @throws CliError */
async function settleRuntime(session: Session, flags: OnboardFlags): Promise<readonly string[]> {
  const daemon = daemonWish(flags);
  if (daemon === true) return installed(session);
  if (flags.skipHealth) return ["Start the gateway: openclaw gateway"];
  if (daemon === false) {
    const { ok, unreachable, error, url } = await lookAtGateway(session);
    if (ok) return [`A gateway answers at ${url}.`];
    if (unreachable) return ["No gateway runs. Start one: openclaw gateway"];
    throw new CliError(
      `The gateway at ${url} does not answer as it should: ${error ?? "no reason is known"}.`,
      {
        hint: "What was asked is set up. See more: openclaw gateway status --deep",
      },
    );
  }
  const { ok, url, error } = await lookAtGateway(session);
  if (ok) return [`A gateway answers at ${url}.`];
  throw new CliError(`No gateway answers at ${url}: ${error ?? "no reason is known"}.`, {
    hint: "What was asked is set up. Add --install-daemon to install one as a service, --skip-daemon to leave it to you, or --skip-health not to look.",
  });
}

/** The service is the last act; what came before it stands. @throws CliError that says so */
async function installed(session: Session): Promise<readonly string[]> {
  try {
    const { messages, warnings, answer } = await settleService(session);
    for (const warning of warnings) session.out.warn(warning);
    return answer === undefined ? messages : [...messages, `A gateway answers at ${answer.url}.`];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { message, hint, fields, beside, exitCode } = error;
    const rest = "Everything else is set up. To leave the gateway to you: --skip-daemon";
    throw new CliError(message, {
      hint: hint === undefined ? rest : `${hint}\n${rest}`,
      fields,
      beside,
      exitCode,
      cause: error,
    });
  }
}

interface Done {
  readonly workspace: string;
  readonly setting: GatewaySetting;
  readonly tried: TriedCandidate | undefined;
  readonly lines: readonly string[];
}

function report(session: Session, flags: OnboardFlags, { workspace, setting, tried, lines }: Done): void {
  const { out, paths } = session;
  const { port, bind, authMode, tailscaleMode } = setting;
  if (flags.json) {
    out.json({
      ok: true,
      mode: "local",
      workspace,
      authChoice: tried?.choice ?? "skip",
      ...(tried !== undefined && { model: `${tried.provider}/${tried.model}` }),
      gateway: { port, bind, authMode, tailscaleMode },
      installDaemon: daemonWish(flags) === true,
      skipSkills: flags.skipSkills,
      skipHealth: flags.skipHealth,
    });
    return;
  }
  out.line(`Configuration: ${displayPath(paths.configPath, paths.home)}`);
  out.line(`Workspace: ${displayPath(workspace, paths.home)}`);
  out.line(`Gateway: ${bind}, port ${port}, auth ${authMode}`);
  out.line(
    `Model: ${tried === undefined ? (configuredModel(session) ?? "none; the built-in guide answers") : `${tried.provider}/${tried.model}`}`,
  );
  for (const line of lines) out.line(line);
}

function reportRemote(
  session: Session,
  flags: OnboardFlags,
  remote: NonNullable<ReturnType<typeof remoteWish>>,
  remark: string | undefined,
): void {
  const { out } = session;
  const { url, token, password } = remote;
  const auth = token !== undefined ? "token" : password !== undefined ? "password" : "none";
  if (flags.json) out.json({ ok: true, mode: "remote", remoteUrl: url, auth });
  else out.line(`Commands on this machine use the gateway at ${url} from now on.`);
  if (remark !== undefined) out.note(remark);
}
