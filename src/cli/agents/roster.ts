import { invalidConfig } from "../../config/index.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";

/** The agents of this session's configuration file, whether a gateway runs or not. */
export type LocalRoster = Awaited<ReturnType<typeof openRoster>>;

/** One of them. */
export type LocalAgent = ReturnType<LocalRoster["roster"]["get"]>;

/** Throws `CliError` when the file is not valid: nothing should be read into or written over a mistake. */
export async function openRoster(session: Session) {
  const { ConfiguredRoster, RosterEditor } = await import("../../agent/index.ts");
  const { paths, clock } = session;
  const config = openConfig(session);
  const { valid, issues } = await config.load();
  if (!valid) throw configFailure(invalidConfig(issues));
  return {
    config,
    roster: new ConfiguredRoster({ config: () => config.current.config, paths }),
    editor: new RosterEditor({ config, paths, clock }),
  };
}

/** Runs a change of the roster; a refusal comes out as `CliError`. */
export async function changeRoster<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const { RosterError } = await import("../../agent/index.ts");
  try {
    return await work();
  } catch (error) {
    if (error instanceof RosterError) {
      throw new CliError(`${error.message}.`, {
        fields: { kind: error.kind },
        hint: "See the agents: openclaw agents list",
      });
    }
    throw configFailure(error, { configPath: session.paths.configPath });
  }
}
