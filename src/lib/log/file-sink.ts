import { fstatSync, write as writeCallback, writeSync } from "node:fs";
import type { Clock, Timer } from "../clock.ts";
import { jsonLine } from "./json-line.ts";
import { BUFFER_MAX_BYTES, FLUSH_DELAY_MS } from "./limits.ts";
import type { LogRecord, LogSink, Threshold } from "./record.ts";
import { logFileAt, newestLogFile, type LogTarget, RotatingFile } from "./rotating-file.ts";

const NEWLINE = 10;

/** What the file sink was made for and how it fares. */
export interface FileSinkStatus {
  /** The file written last: today's, until a new day's first record yesterday's. */
  readonly file: string;
  /** Records lost since the start: the disk was full, or slower than the log. */
  readonly dropped: number;
  /** The last failure; cleared by the next success. */
  readonly error: string | undefined;
}

/** Writes records as JSON lines, gathered for a moment and written off the event loop. */
export class FileSink implements LogSink {
  threshold: Threshold;
  readonly #clock: Clock;
  #target: LogTarget;
  #file: RotatingFile;
  #lines: string[] = [];
  #bytes = 0;
  #timer: Timer | undefined;
  #writing: { chunk: Buffer; sizeAfter: number; done: Promise<void> } | undefined;
  #dropped = 0;
  #untold = 0;
  #error: string | undefined;
  /** The file ends within a line that could not be finished. */
  #torn = false;

  constructor(options: { target: LogTarget; maxFileBytes: number; threshold: Threshold; clock: Clock }) {
    this.threshold = options.threshold;
    this.#clock = options.clock;
    this.#target = options.target;
    this.#file = new RotatingFile(options.target, options.maxFileBytes);
  }

  set maxFileBytes(bytes: number) {
    this.#file.maxBytes = bytes;
  }

  status(): FileSinkStatus {
    const file = newestLogFile(this.#target, this.#clock.now());
    return { file, dropped: this.#dropped, error: this.#error };
  }

  write(record: LogRecord): void {
    const line = `${jsonLine(record)}\n`;
    if (this.#bytes + line.length > BUFFER_MAX_BYTES) {
      this.#drop(1);
      return;
    }
    this.#lines.push(line);
    this.#bytes += line.length;
    if (record.level === "fatal") this.flushNow();
    else this.#timer ??= this.#clock.after(FLUSH_DELAY_MS, () => void this.flush());
  }

  /** Writes what has been gathered; settles when it is in the file, or lost and counted. Never rejects. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined || this.#lines.length > 0) {
      await (this.#writing?.done ?? this.#writeGathered());
    }
  }

  /** {@link flush} before it returns, for the last moments of a process. */
  flushNow(): void {
    const pending = this.#writing;
    const rest = this.#take();
    try {
      let fd = this.#file.fd;
      if (pending !== undefined && fd !== undefined && fstatSync(fd).size < pending.sizeAfter) {
        // The write under way may never be finished; twice is better than not at all.
        writeSync(fd, pending.chunk);
      }
      if (rest === undefined) return;
      if (pending === undefined || fd === undefined) fd = this.#file.prepare(rest.length, this.#clock.now());
      let done = 0;
      try {
        while (done < rest.length) done += writeSync(fd, rest, done);
        this.#succeeded(rest.length);
      } catch (error) {
        this.#failed(rest, done, error);
      }
    } catch (error) {
      if (rest !== undefined) this.#failed(rest, 0, error);
    }
  }

  /** Goes on in another file; what was logged so far is in the old one. */
  async moveTo(target: LogTarget): Promise<void> {
    if (logFileAt(target, 0) === logFileAt(this.#target, 0)) return;
    await this.flush();
    // Nothing is being written now, and nothing can begin before this line of control ends.
    this.#file.close();
    this.#target = target;
    this.#file = new RotatingFile(target, this.#file.maxBytes);
  }

  /** Flushes and closes; records written later open the file again. */
  async close(): Promise<void> {
    await this.flush();
    this.flushNow();
    this.#timer?.cancel();
    this.#file.close();
  }

  #take(): Buffer | undefined {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#lines.length === 0) return undefined;
    const text = this.#lines.join("");
    this.#lines = [];
    this.#bytes = 0;
    return Buffer.from(this.#torn ? `\n${text}` : text);
  }

  async #writeGathered(): Promise<void> {
    const chunk = this.#take();
    if (chunk === undefined) return;
    try {
      const fd = this.#file.prepare(chunk.length, this.#clock.now());
      const sizeAfter = fstatSync(fd).size + chunk.length;
      const done = this.#writeAll(fd, chunk);
      this.#writing = { chunk, sizeAfter, done };
      await done;
    } catch (error) {
      this.#failed(chunk, 0, error);
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeAll(fd: number, chunk: Buffer): Promise<void> {
    let done = 0;
    try {
      while (done < chunk.length) {
        done += await writeSome(fd, chunk, done);
      }
      this.#succeeded(chunk.length);
    } catch (error) {
      this.#failed(chunk, done, error);
    }
  }

  #succeeded(bytes: number): void {
    this.#file.wrote(bytes);
    this.#torn = false;
    const reason = this.#error;
    this.#error = undefined;
    if (this.#untold === 0) return;
    const dropped = this.#untold;
    this.#untold = 0;
    this.write({
      time: this.#clock.now(),
      level: "warn",
      subsystem: "log",
      message: `${dropped} log records were lost`,
      fields: { dropped, reason: reason ?? "they came faster than the disk took them" },
    });
  }

  #failed(chunk: Buffer, written: number, error: unknown): void {
    if (written > 0) this.#torn = chunk[written - 1] !== NEWLINE;
    this.#error = error instanceof Error ? error.message : String(error);
    this.#drop(chunk.subarray(written).reduce((lines, byte) => lines + (byte === NEWLINE ? 1 : 0), 0));
    try {
      this.#file.close();
    } catch {
      // A descriptor that cannot be closed cannot be used either; the next flush opens a new one.
    }
  }

  #drop(records: number): void {
    this.#dropped += records;
    this.#untold += records;
  }
}

/** Writes what the system takes of `chunk` from `from` on; resolves to how many bytes that were. */
function writeSome(fd: number, chunk: Buffer, from: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writeCallback(fd, chunk, from, chunk.length - from, null, (error, written) => {
      if (error) reject(error);
      else resolve(written);
    });
  });
}
