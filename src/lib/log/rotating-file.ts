import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { FILES_KEPT, FULL_FILES_KEPT, TOTAL_IN_FILES } from "./limits.ts";
import { localDate } from "./record.ts";

/** Where a log is written: a new file every local day, or one file that a person named. */
export type LogTarget =
  | { readonly dir: string; /** File names begin with it. */ readonly name: string }
  | { readonly file: string };

/** The file that takes records at `epochMs`. */
export function logFileAt(target: LogTarget, epochMs: number): string {
  return "file" in target ? target.file : join(target.dir, `${target.name}-${localDate(epochMs)}.log`);
}

/** The file written last, for reading: today's may not have begun yet. Today's when there is none at all. */
export function newestLogFile(target: LogTarget, epochMs: number): string {
  const current = logFileAt(target, epochMs);
  if (existsSync(current) || !existsSync(dirname(current))) return current;
  const [newest] = logFiles(target, dirname(current)).filter(({ path }) => path.endsWith(".log"));
  return newest?.path ?? current;
}

/** An append-only file that gives way to a new one every day and at a size, and removes its oldest predecessors. */
export class RotatingFile {
  maxBytes: number;
  readonly #target: LogTarget;
  #open: { fd: number; path: string; ino: number; size: number } | undefined;

  constructor(target: LogTarget, maxBytes: number) {
    this.#target = target;
    this.maxBytes = maxBytes;
  }

  /** The descriptor in use; undefined when nothing is open. */
  get fd(): number | undefined {
    return this.#open?.fd;
  }

  /** A descriptor that may take `bytes` more now, after rotation where it is due. Throws the system's error. */
  prepare(bytes: number, epochMs: number): number {
    const path = logFileAt(this.#target, epochMs);
    if (this.#open !== undefined && (this.#open.path !== path || !this.#isInPlace(this.#open))) this.close();
    this.#open ??= this.#openAt(path);
    if (this.#open.size > 0 && this.#open.size + bytes > this.maxBytes) {
      this.close();
      shiftFull(path);
      this.#open = this.#openAt(path);
    }
    return this.#open.fd;
  }

  /** Notes what has been written to the descriptor. */
  wrote(bytes: number): void {
    if (this.#open !== undefined) this.#open.size += bytes;
  }

  /** Closes the descriptor; the next `prepare` opens again. */
  close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) closeSync(open.fd);
  }

  /** False when somebody else moved or removed the file. */
  #isInPlace({ path, ino }: { path: string; ino: number }): boolean {
    return statSync(path, { throwIfNoEntry: false })?.ino === ino;
  }

  #openAt(path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // No link is followed: the folder may be one where others can write.
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    const fd = openSync(path, flags, 0o600);
    const { ino, size } = fstatSync(fd);
    this.#removeOldest(path);
    return { fd, path, ino, size };
  }

  #removeOldest(current: string): void {
    const files = logFiles(this.#target, dirname(current)).filter(({ path }) => path !== current);
    let bytes = this.maxBytes;
    files.forEach((file, i) => {
      bytes += file.bytes;
      if (i + 1 >= FILES_KEPT || bytes > this.maxBytes * TOTAL_IN_FILES) rmSync(file.path, { force: true });
    });
  }
}

/** Makes room at `path`: `.4` becomes `.5`, … and the full file `.1`. */
function shiftFull(path: string): void {
  for (let n = FULL_FILES_KEPT - 1; n >= 0; n--) {
    const from = n === 0 ? path : `${path}.${n}`;
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${path}.${n + 1}`);
  }
}

/** The files of one log, newest first. */
function logFiles(target: LogTarget, dir: string): { path: string; bytes: number; at: number }[] {
  const family = familyOf(target);
  return readdirSync(dir)
    .filter((name) => family.test(name))
    .flatMap((name) => {
      const stat = statSync(join(dir, name), { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ path: join(dir, name), bytes: stat.size, at: stat.mtimeMs }];
    })
    .sort((a, b) => b.at - a.at);
}

function familyOf(target: LogTarget): RegExp {
  return "file" in target
    ? new RegExp(`^${RegExp.escape(basename(target.file))}(?:\\.\\d+)?$`)
    : new RegExp(`^${RegExp.escape(target.name)}-\\d{4}-\\d{2}-\\d{2}\\.log(?:\\.\\d+)?$`);
}
