import { LOG_LEVELS } from "../lib/logger.ts";
import { choice, filled, type FlagValues, onByDefault, toggle } from "./flags.ts";

/** Options of every command; they may stand before the command or after it. */
export const rootFlags = {
  dev: toggle("Use the dev profile: own state in ~/.openclaw-dev, port 19001"),
  profile: filled("name", "Use a named profile: own state, config and port"),
  logLevel: choice(["silent", ...[...LOG_LEVELS].reverse()], "Log level of the file and the console", {
    placeholder: "level",
  }),
  color: onByDefault("Print without colour"),
};

export type RootOptions = FlagValues<typeof rootFlags>;
