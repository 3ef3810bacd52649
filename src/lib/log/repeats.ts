import type { Clock, Timer } from "../clock.ts";
import { REPEATS_LET_THROUGH, REPEATS_TRACKED, REPEATS_WINDOW_MS } from "./limits.ts";
import { type LogRecord, passes } from "./record.ts";

interface Run {
  readonly last: LogRecord;
  readonly began: number;
  seen: number;
  timer?: Timer;
}

/**
 * Lets the first few equal records of a window through and tells at its end how many more there were, so that a failing loop
 * cannot fill a disk. Debug and trace are asked for by someone who wants everything, and pass.
 */
export class Repeats {
  readonly #runs = new Map<string, Run>();
  readonly #clock: Clock;
  readonly #out: (record: LogRecord) => void;

  constructor(clock: Clock, out: (record: LogRecord) => void) {
    this.#clock = clock;
    this.#out = out;
  }

  /** Writes, or counts, one record. */
  write(record: LogRecord): void {
    if (!passes(record.level, "info") || record.level === "fatal") {
      this.#out(record);
      return;
    }
    const key = `${record.level}\n${record.subsystem}\n${record.message}`;
    let run = this.#runs.get(key);
    if (run !== undefined && this.#clock.monotonic() - run.began >= REPEATS_WINDOW_MS) {
      this.#end(key, run);
      run = undefined;
    }
    if (run === undefined) {
      this.#forgetOldest();
      run = { last: record, began: this.#clock.monotonic(), seen: 0 };
      this.#runs.set(key, run);
    }
    run.seen++;
    if (run.seen <= REPEATS_LET_THROUGH) {
      this.#out(record);
    } else if (run.timer === undefined) {
      const ending = run;
      run.timer = this.#clock.after(REPEATS_WINDOW_MS, () => this.#end(key, ending));
    }
  }

  /** Tells what has been counted so far and begins anew. */
  flush(): void {
    for (const [key, run] of this.#runs) this.#end(key, run);
  }

  #forgetOldest(): void {
    if (this.#runs.size < REPEATS_TRACKED) return;
    const [oldest] = this.#runs;
    if (oldest !== undefined) this.#end(...oldest);
  }

  #end(key: string, run: Run): void {
    run.timer?.cancel();
    if (this.#runs.get(key) === run) this.#runs.delete(key);
    const more = run.seen - REPEATS_LET_THROUGH;
    if (more <= 0) return;
    const { level, subsystem, message } = run.last;
    this.#out({
      time: this.#clock.now(),
      level,
      subsystem,
      message: `${message} (repeated ${more} more times)`,
    });
  }
}
