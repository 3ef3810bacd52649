import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import type { Session } from "../../../src/cli/session.ts";
import { Output } from "../../../src/cli/terminal/output.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { cleanEnv, type TempHome } from "../../support/index.ts";

/** A session in a home of its own; `heard` gets what it prints, if anybody listens. */
export function sessionIn(
  home: TempHome,
  variables: Readonly<Record<string, string>> = {},
  heard: (text: string) => void = () => {},
): Session {
  const env = readEnv(cleanEnv(home.path, variables));
  const paths = resolvePaths(env);
  const sink = { isTty: false, write: heard };
  return {
    env,
    root: { dev: false, profile: undefined, color: false, logLevel: undefined },
    profile: paths.profile,
    paths,
    out: new Output({
      stdout: sink,
      stderr: sink,
      color: false,
      noColor: true,
      forceColor: false,
      debug: false,
      profile: paths.profile,
    }),
    clock: systemClock,
    interrupted: () => new AbortController().signal,
    confirm: undefined,
    editLines: undefined,
    prompts: undefined,
    readInput: async () => "",
  };
}
