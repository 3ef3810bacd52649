import { dirname } from "node:path";
import { StoreError, type StoreErrorCode } from "../errors.ts";

interface Fault {
  /** The beginning of SQLite's error names. */
  readonly prefix: string;
  /** The operating system's names for the same trouble. */
  readonly system?: readonly string[];
  readonly code: StoreErrorCode;
  readonly say: (path: string) => string;
}

const FAULTS: readonly Fault[] = [
  {
    prefix: "SQLITE_FULL",
    system: ["ENOSPC", "EDQUOT"],
    code: "disk-full",
    say: (path) =>
      `The disk that holds ${path} is full, so nothing new can be stored. ` +
      `Free some space (look with: df -h "${dirname(path)}"); the gateway carries on by itself.`,
  },
  {
    prefix: "SQLITE_READONLY",
    system: ["EACCES", "EPERM", "EROFS"],
    code: "read-only",
    say: (path) =>
      `The state database ${path} cannot be written: the file, its folder or the disk is read-only for this user. ` +
      `Look with: ls -ld "${dirname(path)}" "${path}"; mend with: chmod u+rw "${path}" && chmod u+rwx "${dirname(path)}"`,
  },
  {
    prefix: "SQLITE_BUSY",
    code: "busy",
    say: (path) =>
      `The state database ${path} is held by another process. ` +
      `See which one with: lsof "${path}"; end it, then start the gateway again.`,
  },
  {
    prefix: "SQLITE_LOCKED",
    code: "busy",
    say: (path) => `The state database ${path} is locked by another statement of this process.`,
  },
  {
    prefix: "SQLITE_CORRUPT",
    code: "corrupt",
    say: (path) =>
      `The state database ${path} is damaged. Restart the gateway: it sets the file aside and restores the newest backup.`,
  },
  {
    prefix: "SQLITE_NOTADB",
    code: "corrupt",
    say: (path) =>
      `${path} is not a database. Restart the gateway: it sets the file aside and restores the newest backup.`,
  },
  {
    prefix: "SQLITE_CANTOPEN",
    system: ["ENOENT", "EEXIST", "ENOTDIR", "EISDIR", "ELOOP", "EMFILE", "ENFILE"],
    code: "cannot-open",
    say: (path) =>
      `The state database ${path} cannot be opened. ` +
      `Look with: ls -ld "${dirname(path)}" "${path}"; the folder must exist and belong to this user.`,
  },
  {
    prefix: "SQLITE_IOERR",
    system: ["EIO"],
    code: "io",
    say: (path) =>
      `The operating system failed to read or write ${path}. Check the disk (dmesg, df -h "${dirname(path)}").`,
  },
  {
    prefix: "SQLITE_CONSTRAINT",
    code: "constraint",
    say: (path) => `A rule of the state database ${path} refused the change.`,
  },
];

/** Turns whatever a step threw into a {@link StoreError} about the file at `path`. */
export function storeError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const name = codeOf(error);
  const fault = FAULTS.find(({ prefix, system }) => name.startsWith(prefix) || system?.includes(name));
  const said = error instanceof Error ? error.message : String(error);
  if (fault !== undefined) {
    return new StoreError(fault.code, `${fault.say(path)} (${name}: ${said})`, { cause: error });
  }
  if (/closed database|database has closed/i.test(said)) {
    return new StoreError("closed", `The state database ${path} is closed.`, { cause: error });
  }
  return new StoreError("failed", `The state database ${path} failed: ${said}`, { cause: error });
}

/** SQLite's or the system's name of an error; empty when it has none. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
