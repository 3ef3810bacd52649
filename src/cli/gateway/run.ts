import type { Run } from "../command.ts";
import type { runFlags } from "../commands/gateway.ts";
import { CliError } from "../errors.ts";

export const run: Run<typeof runFlags> = async ({ flags, session }) => {
  if (flags.password !== undefined && flags.passwordFile !== undefined) {
    throw new CliError("Use either --password or --password-file, not both.");
  }
  const { passwordFile, compact, wsLog, ...given } = flags;
  const password = passwordFile === undefined ? flags.password : await readPassword(passwordFile);
  const { runGateway } = await import("../../gateway/index.ts");
  const { env, root, out } = session;
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

/** The first line of the file. A password on the command line is seen by every user of the machine. */
async function readPassword(path: string): Promise<string> {
  const file = Bun.file(path);
  if (!(await file.exists()))
    throw new CliError(`There is no password file ${path}.`, { hint: `Check the path: ls -l "${path}"` });
  const password = (await file.text()).split(/\r?\n/, 1)[0] ?? "";
  if (password === "") throw new CliError(`The password file ${path} is empty.`);
  return password;
}
