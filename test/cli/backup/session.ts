import { Output } from "../../../src/cli/terminal/output.ts";
import type { Session } from "../../../src/cli/session.ts";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { cleanEnv } from "../../support/index.ts";

/** The session of a command that nobody watches, in that home. */
export function sessionIn(home: string): Session {
  const env = readEnv(cleanEnv(home));
  const paths = resolvePaths(env);
  const quiet = { isTty: false, write() {} };
  return {
    env,
    root: { profile: undefined, dev: false, color: false, logLevel: undefined },
    profile: undefined,
    paths,
    out: new Output({
      stdout: quiet,
      stderr: quiet,
      color: false,
      noColor: true,
      forceColor: false,
      debug: false,
      profile: undefined,
    }),
    clock: systemClock,
    interrupted: () => new AbortController().signal,
    confirm: undefined,
    prompts: undefined,
    editLines: undefined,
    readInput: async () => "",
  };
}
