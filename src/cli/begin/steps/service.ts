import { CliError } from "../../errors.ts";
import type { GatewayOperation } from "../../service/operation.ts";
import { installGateway, startGateway } from "../../service/operate.ts";
import { openService, type ServiceSeat } from "../../service/seat.ts";
import type { Session } from "../../session.ts";
import type { Interview } from "../interview.ts";
import { LINGER_TIMEOUT_MS } from "../limits.ts";

export interface ServiceQuestions {
  /** What was said on the command line; asked when nothing was. */
  readonly wish: boolean | undefined;
  /** Installs without asking. */
  readonly quick: boolean;
}

/** Asks for the service and installs it; true when it runs the gateway from now on. */
export async function askService(
  session: Session,
  interview: Interview,
  { wish, quick }: ServiceQuestions,
): Promise<boolean> {
  const { prompts } = interview;
  if (wish === false) return false;
  const seat = await openService(session);
  const { service, absence } = seat;
  if (service === undefined) {
    await prompts.told(
      `No service is installed: ${absence?.message ?? "there is nothing here that could keep one running."}`,
      "warn",
    );
    return false;
  }
  const wanted =
    wish ??
    (quick ||
      (await interview.confirm(
        "service.install",
        "Install the gateway as a service, so that it always runs?",
        true,
      )));
  if (!wanted) return false;
  const known = await askLinger(interview, seat);
  for (;;) {
    try {
      const { messages, warnings } = await prompts.progress("Installing the service", settleService(session));
      for (const message of messages) await prompts.told(message, "success");
      for (const warning of warnings)
        if (known === undefined || !warning.startsWith(known)) await prompts.told(warning, "warn");
      return true;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (error.fields["code"] === "no-supervisor") {
        await prompts.told(`No service is installed: ${error.message}`, "warn");
        return false;
      }
      await prompts.told(
        error.hint === undefined ? error.message : `${error.message}\n${error.hint}`,
        "error",
      );
      const again = await prompts.select({
        question: "What now?",
        choices: [
          { value: true, label: "Try again" },
          { value: false, label: "Go on without a service" },
        ],
      });
      if (!again) return false;
    }
  }
}

/** Installs the service, or starts the one there is; resolves to what a person should know. @throws CliError */
export async function settleService(
  session: Session,
): Promise<Pick<GatewayOperation, "messages" | "warnings" | "answer">> {
  const installed = await installGateway(session);
  if (installed.result !== "already-installed") return installed;
  const started = await startGateway(session);
  return {
    messages: [...installed.messages, ...started.messages],
    warnings: [...installed.warnings, ...started.warnings],
    answer: started.answer,
  };
}

/**
 * A service of an account that is not logged in needs the system's leave. Nothing is done as root from here. Resolves to
 * what was told of it.
 */
async function askLinger(
  interview: Interview,
  { service, machine }: ServiceSeat,
): Promise<string | undefined> {
  const { prompts } = interview;
  // What is fatal is told by the install, with its remedy.
  const obstacles = await service?.obstacles().catch(() => []);
  const linger = obstacles?.find(({ code }) => code === "no-linger");
  if (linger === undefined) return undefined;
  await prompts.told(linger.message, "warn");
  const allowed = await interview.confirm("service.linger", "Let it run while you are logged out?", true);
  if (!allowed) return linger.message;
  const answer = await machine.run("loginctl", ["enable-linger"], { timeoutMs: LINGER_TIMEOUT_MS });
  if (answer?.exitCode === 0) await prompts.told("Lingering is on.", "success");
  else
    await prompts.note(
      `This account may not switch it on by itself. In another terminal:\n${linger.fix}`,
      "One command for the administrator",
    );
  return linger.message;
}
