/**
 * Why a path was refused. `form`: it cannot be a path here; `outside`: it leads out of the jail; `link`: a link stands in
 * the way; `kind`: it is a folder, a device or the like; `missing`: nothing is there; `too_big`: more than was asked for;
 * `system`: the operating system refused.
 */
export type PathJailErrorKind = "form" | "outside" | "link" | "kind" | "missing" | "too_big" | "system";

/** A path that was refused; the message names it and is fit for whoever gave it. */
export class PathJailError extends Error {
  constructor(
    readonly kind: PathJailErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "PathJailError";
  }
}

const KINDS: Readonly<Record<string, PathJailErrorKind>> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  ELOOP: "link",
  EISDIR: "kind",
  ENXIO: "kind",
  ENAMETOOLONG: "form",
};

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "part of it is a file, not a folder",
  ELOOP: "it is a symbolic link",
  EISDIR: "it is a folder",
  ENXIO: "it is not an ordinary file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  ENAMETOOLONG: "the name is too long",
};

/** The code of a failure of the operating system. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** A failure of the operating system about `path`, as the caller named it. */
export function asJailError(error: unknown, path: string): PathJailError {
  if (error instanceof PathJailError) return error;
  const code = systemCode(error) ?? "";
  const why = WORDS[code] ?? (code === "" ? String(error) : code);
  return new PathJailError(KINDS[code] ?? "system", `${quoted(path)}: ${why}`, { cause: error });
}

const MAX_QUOTED_CHARS = 200;

/** A foreign path in a message: one line, not endless. */
export function quoted(path: string): string {
  const cut = path.length > MAX_QUOTED_CHARS ? `${path.slice(0, MAX_QUOTED_CHARS)}…` : path;
  return JSON.stringify(cut.toWellFormed());
}
