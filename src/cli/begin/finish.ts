import type { OnboardFlags } from "../commands/begin.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { findControlUi } from "../dashboard/control-ui.ts";
import { usesRemote } from "./edit.ts";
import { ForegroundGateway } from "./foreground.ts";
import type { Interview } from "./interview.ts";
import { START_PATIENCE_MS } from "./limits.ts";
import { configuredModel } from "./model/configured.ts";
import { awaitGateway, lookAtGateway, type Reached } from "./reach.ts";
import { askFirstMessage } from "./steps/first-message.ts";
import { linkPhone } from "./steps/link-phone.ts";
import { gatewaySetting } from "./steps/gateway.ts";
import { workspaceOf } from "./steps/workspace.ts";

/**
 * The end of an onboarding: a gateway that answers, the first message, and what comes next. Where no service runs it, the
 * gateway is offered in this terminal; then this returns when it has ended, with its exit code.
 */
export async function finishAttended(
  session: Session,
  interview: Interview,
  flags: OnboardFlags,
  { service }: { readonly service: boolean },
): Promise<number | undefined> {
  const { out } = session;
  const { prompts } = interview;
  let foreground: ForegroundGateway | undefined;
  try {
    if (!flags.skipHealth) {
      let reached = await prompts.progress(
        "Looking for the gateway",
        service ? awaitGateway(session, START_PATIENCE_MS) : lookAtGateway(session),
      );
      const mayStart = reached.unreachable && !service && !flags.json && !usesRemote(session);
      if (mayStart && (await askForeground(interview))) {
        const started = new ForegroundGateway(session);
        foreground = started;
        reached = await prompts.progress(
          "Starting the gateway",
          awaitGateway(session, START_PATIENCE_MS, () => started.isOver),
        );
      }
      await tellHealth(session, interview, reached);
      if (reached.ok && interview.progress.answer("link") === true) await linkPhone(session, interview);
      if (reached.ok && !flags.skipUi) await askFirstMessage(session, interview);
    }
    await report(session, interview, flags, service);
    interview.progress.finish();
  } catch (error) {
    await foreground?.stop();
    throw error;
  }
  if (foreground === undefined || foreground.isOver) return foreground?.ended;
  out.note("The gateway runs in this terminal. Ctrl-C ends it; start it again with: openclaw gateway");
  out.note("See what it does, in another one: openclaw logs --follow");
  return foreground.ended;
}

async function askForeground(interview: Interview): Promise<boolean> {
  return interview.prompts.confirm({ question: "Start the gateway in this terminal now?", initial: true });
}

async function tellHealth(session: Session, { prompts }: Interview, reached: Reached): Promise<void> {
  const { ok, url, error, latencyMs, refused } = reached;
  if (ok) {
    await prompts.told(`The gateway answers at ${url} (${latencyMs ?? 0} ms).`, "success");
    return;
  }
  if (refused) {
    throw new CliError(`The gateway at ${url} does not take what this configuration has: ${error}.`, {
      hint: "See who it is: openclaw gateway status --deep",
    });
  }
  const mends = usesRemote(session) ? "" : " Start one: openclaw gateway";
  await prompts.told(`No gateway answers at ${url} now.${mends}`, "warn");
}

async function report(
  session: Session,
  { prompts, progress }: Interview,
  flags: OnboardFlags,
  service: boolean,
): Promise<void> {
  const { port, bind, authMode, tailscaleMode } = gatewaySetting(session);
  const model = configuredModel(session);
  if (flags.json) {
    session.out.json({
      ok: true,
      mode: "local",
      workspace: await workspaceOf(session),
      authChoice: progress.answer("authChoice") ?? "skip",
      ...(model !== undefined && { model }),
      gateway: { port, bind, authMode, tailscaleMode },
      installDaemon: service,
      skipSkills: flags.skipSkills,
      skipHealth: flags.skipHealth,
    });
    return;
  }
  const hasUi = !flags.skipUi && (await findControlUi(session)).missing === undefined;
  const next = [
    "Talk to it here: openclaw agent",
    ...(hasUi ? ["Its Control UI: openclaw dashboard"] : []),
    "Change something: openclaw configure",
    "If something is wrong: openclaw doctor",
  ];
  await prompts.note(next.join("\n"), "Done");
}
