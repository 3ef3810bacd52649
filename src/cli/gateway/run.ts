import { type Env, withServiceEnvironment } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { runFlags } from "../commands/gateway.ts";
import { CliError, EXIT_CONFIG } from "../errors.ts";

export const run: Run<typeof runFlags> = async ({ flags, session }) => {
  if (flags.password !== undefined && flags.passwordFile !== undefined) {
    throw new CliError("Use either --password or --password-file, not both.");
  }
  const { passwordFile, compact, wsLog, serviceEnv, ...given } = flags;
  const env = serviceEnv === undefined ? session.env : await asService(session.env, serviceEnv);
  const password = passwordFile === undefined ? flags.password : await readPassword(passwordFile);
  const { runGateway } = await import("../../gateway/index.ts");
  const { root, out } = session;
  return runGateway({
    env,
    profile: root.profile,
    dev: root.dev,
    flags: { ...given, password, wsLog: compact ? "compact" : wsLog },
    logLevel: root.logLevel,
    color: out.color,
    out: (line) => out.line(line),
    err: (line) => out.note(line),
    isTerminal: out.interactive,
  });
};

/** The environment of a service that its supervisor started without one; on Windows without a window from now on, too. */
async function asService(env: Env, path: string): Promise<Env> {
  const { platform } = env.system;
  if (platform === "win32") (await import("../../lib/windows/index.ts")).putConsoleAway();
  try {
    return withServiceEnvironment(env, path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`The environment of the service cannot be read, so it is not started: ${reason}`, {
      hint: "Write it anew: openclaw gateway install --force",
      exitCode: EXIT_CONFIG,
      cause,
    });
  }
}

/** The first line of the file. A password on the command line is seen by every user of the machine. */
async function readPassword(path: string): Promise<string> {
  const file = Bun.file(path);
  if (!(await file.exists()))
    throw new CliError(`There is no password file ${path}.`, { hint: `Check the path: ls -l "${path}"` });
  const password = (await file.text()).split(/\r?\n/, 1)[0] ?? "";
  if (password === "") throw new CliError(`The password file ${path} is empty.`);
  return password;
}
