import { displayPath } from "../../config/index.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { ArchiveError } from "./archive/errors.ts";

/** What shells say of a program that Ctrl-C ended. */
const EXIT_SIGINT = 130;

/** Runs work on an archive; what is wrong with it, with the disk, or the person's Ctrl-C come out as `CliError`. */
export async function explained<T>(
  session: Session,
  { archive, signal, hint }: { archive: string; signal: AbortSignal; hint?: string },
  work: () => Promise<T>,
): Promise<T> {
  const shown = displayPath(archive, session.paths.home);
  try {
    return await work();
  } catch (error) {
    if (signal.aborted)
      throw new CliError("Stopped. Nothing was changed.", { exitCode: EXIT_SIGINT, cause: error });
    if (error instanceof CliError) throw error;
    if (error instanceof ArchiveError) {
      throw new CliError(`${shown} is refused. ${error.message}`, {
        cause: error,
        fields: { code: error.fault },
        hint: hint ?? hintFor(error),
      });
    }
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
      throw new CliError(`The system does not permit it: ${error instanceof Error ? error.message : code}.`, {
        cause: error,
        hint: "Name a folder that you may write to, or see whom it belongs to: ls -ld <folder>",
      });
    }
    const full = code === "ENOSPC" || code === "EDQUOT" || code === "disk-full";
    if (!full) throw error;
    throw new CliError(`The disk is full: ${shown} was not finished, and nothing of it is left.`, {
      cause: error,
      hint: "Make room, or name another disk. Space of a disk: df -h",
    });
  }
}

function hintFor({ fault }: ArchiveError): string {
  if (fault === "newer") return "Update this program first, then try again: openclaw --version";
  if (fault === "unreadable") return "See which there are: ls -l *-openclaw-backup.tar.gz";
  return "Nothing was changed. Use another backup; which ones are sound: openclaw backup verify <archive>";
}
