import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { TAIL_BYTES, TAIL_LIMIT, TAIL_MAX_BYTES, TAIL_MAX_LIMIT } from "./limits.ts";

/** What part of a log file is wanted. */
export interface TailRequest {
  readonly file: string;
  /** The `cursor` of the answer before; without it, the end of the file. */
  readonly cursor?: number | undefined;
  /** Lines, 1 to 5000; 500 unless told. */
  readonly limit?: number | undefined;
  /** Bytes, 1 to 1,000,000; 250,000 unless told. */
  readonly maxBytes?: number | undefined;
}

/** The answer of `logs.tail`. */
export interface LogTail {
  readonly file: string;
  /** Where the next call goes on: just after the last complete line. */
  readonly cursor: number;
  /** The file's size in bytes. */
  readonly size: number;
  /** Complete lines, oldest first, without their ends. */
  readonly lines: string[];
  /** Lines were left out: there were more than asked for. */
  readonly truncated: boolean;
  /** The lines do not follow those of the call before: the file was replaced, cut, or grew too much. */
  readonly reset: boolean;
}

const NEWLINE = 10;

/**
 * Reads the newest lines of a log file, or those after a cursor. A missing file is an empty one. A line longer than
 * `maxBytes` is left out, and a line that is not finished yet waits for the next call. Throws the system's error.
 */
export async function tailLog(request: TailRequest): Promise<LogTail> {
  const { file } = request;
  const limit = clamp(request.limit ?? TAIL_LIMIT, TAIL_MAX_LIMIT);
  const maxBytes = clamp(request.maxBytes ?? TAIL_BYTES, TAIL_MAX_BYTES);
  const asked = request.cursor === undefined ? undefined : Math.max(0, Math.floor(request.cursor));
  const handle = await openLog(file);
  if (handle === undefined) {
    return { file, cursor: 0, size: 0, lines: [], truncated: false, reset: (asked ?? 0) > 0 };
  }
  try {
    const { size } = await handle.stat();
    const oldest = Math.max(0, size - maxBytes);
    const follows = asked !== undefined && asked <= size && (await beginsLine(handle, asked));
    const start = follows ? Math.max(asked, oldest) : oldest;
    const window = await readWindow(handle, start, size - start);
    // The rest of a line that began before the window is no line. Without any line end it is all there is.
    const first = (await beginsLine(handle, start)) ? 0 : window.indexOf(NEWLINE) + 1 || window.length;
    const end = window.lastIndexOf(NEWLINE) + 1;
    const lines = first < end ? window.toString("utf8", first, end - 1).split("\n") : [];
    const skipped = follows ? start > asked : start > 0;
    return {
      file,
      cursor: end === 0 && follows ? asked : start + end,
      size,
      lines: lines.slice(-limit),
      truncated: skipped || lines.length > limit,
      reset: asked !== undefined && (!follows || start > asked),
    };
  } finally {
    await handle.close();
  }
}

function clamp(value: number, most: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(1, Math.floor(value)), most) : most;
}

async function openLog(file: string): Promise<FileHandle | undefined> {
  try {
    if (!(await stat(file)).isFile()) throw new Error(`${file} is not a regular file`);
    return await open(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** True at the start of the file and just after a line end: where every cursor of this file lies. */
async function beginsLine(handle: FileHandle, offset: number): Promise<boolean> {
  return offset === 0 || (await readWindow(handle, offset - 1, 1))[0] === NEWLINE;
}

/** The bytes from `start`; fewer when the file was cut meanwhile. */
async function readWindow(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
