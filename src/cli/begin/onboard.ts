import type { Run } from "../command.ts";
import type { OnboardFlags, onboardFlags } from "../commands/begin.ts";
import { KEY_FLAGS } from "./choices.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { EXIT_SIGINT } from "../terminal/prompts.ts";
import { refuseForeignState } from "../whose-state.ts";

const SECRET_FLAGS = [
  ...KEY_FLAGS,
  "token",
  "customApiKey",
  "gatewayToken",
  "gatewayPassword",
  "remoteToken",
  "remotePassword",
] as const;

export const run: Run<typeof onboardFlags> = ({ flags, session }) => onboard(session, flags);

/** Onboards with or without questions, as the flags say. @throws CliError */
export async function onboard(session: Session, flags: OnboardFlags): Promise<number | undefined> {
  if (flags.daemonRuntime !== undefined)
    session.out.note("--daemon-runtime changes nothing: the executable is its own runtime.");
  if (SECRET_FLAGS.some((name) => flags[name] !== undefined)) {
    session.out.warn(
      "A secret stood on the command line, where others on this machine and the shell's history see it. A variable is better.",
    );
  }
  refuseForeignState(session);
  if (flags.nonInteractive) {
    const { onboardUnattended } = await import("./unattended.ts");
    await onboardUnattended(session, flags);
    return undefined;
  }
  if (session.prompts === undefined) throw noTerminal();
  const { onboardAttended } = await import("./attended.ts");
  try {
    return await onboardAttended(session, session.prompts, flags);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT_SIGINT) throw error;
    throw new CliError(error.message, {
      exitCode: error.exitCode,
      cause: error,
      hint: "What was answered is kept. To go on: openclaw onboard",
    });
  }
}

function noTerminal(): CliError {
  return new CliError("Onboarding asks questions, and nobody is at a terminal to answer them.", {
    hint: [
      "Without one: openclaw onboard --non-interactive --accept-risk --auth-choice <id> --install-daemon",
      "Configuration and folders only: openclaw setup --baseline",
    ].join("\n"),
  });
}
