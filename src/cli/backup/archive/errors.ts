/** Why an archive cannot be used; each has its own message. */
export type ArchiveFault =
  | "unreadable" // there is no such file, or it may not be read
  | "truncated" // it ends too early, or its compression is damaged
  | "no-manifest" // it is an archive of something else
  | "newer" // written by a later program
  | "unsafe-name" // a path that leads out of the archive's own folder
  | "unsafe-type" // a link, a device, a pipe
  | "duplicate" // one name twice
  | "too-big" // more than anybody would restore
  | "mismatch" // what is in it is not what its manifest says
  | "database" // the copy of the state database is damaged
  | "foreign"; // made by another program of this name

/** An archive that is refused. The message names what was found; nothing was written anywhere. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";

  constructor(
    readonly fault: ArchiveFault,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** A name out of an archive, to be shown: short, on one line, without control characters. */
export function quotedName(name: string): string {
  const shown = name.replaceAll(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, "?");
  return JSON.stringify(shown.length > 120 ? `${shown.slice(0, 117)}...` : shown);
}
