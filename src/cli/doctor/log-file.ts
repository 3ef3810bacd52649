import { accessSync, constants, existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { displayPath } from "../../config/index.ts";
import { logFileOf } from "../top/log-file.ts";
import type { Check, Finding } from "./check.ts";

/** The log can be written. */
export const logFileCheck: Check = {
  id: "log-file",
  title: "Log file",
  reason: "Without it nobody can tell later what happened.",
  async run(session) {
    const { paths } = session;
    const file = logFileOf(session);
    const place = existsSync(file) ? file : nearest(dirname(file));
    const shown = displayPath(place, paths.home);
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      return [
        trouble(
          file,
          `${displayPath(file, paths.home)} is a link, which the log does not follow.`,
          `rm "${file}"`,
        ),
      ];
    }
    try {
      accessSync(place, constants.W_OK);
      return [];
    } catch {
      return [
        trouble(place, `${shown} cannot be written, so the gateway keeps no log file.`, `ls -ld "${place}"`),
      ];
    }
  },
};

function trouble(path: string, message: string, command: string): Finding {
  return { severity: "warning", message, path, fixHint: command };
}

function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
