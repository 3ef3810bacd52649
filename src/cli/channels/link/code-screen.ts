import type { Clock, Timer } from "../../../lib/clock.ts";
import { qrText } from "../../../lib/qr.ts";

/** Pace of the countdown. */
const TICK_MS = 1_000;

/** Bright on black whatever the terminal's own colours are: cameras take no inverted codes. */
const ON_BLACK = (line: string) => `\u001b[97;40m${line}\u001b[0m`;

export interface CodeScreenDeps {
  readonly clock: Clock;
  /** Somebody sees what is painted: the code is painted over, and counted down. */
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Text exactly as it is. */
  readonly write: (text: string) => void;
}

/** A code that is to be scanned, and until when (epoch ms). */
export interface ShownCode {
  readonly text: string;
  readonly expiresAt: number | undefined;
  /** Until when others follow. */
  readonly until: number | undefined;
}

/** Shows codes that follow each other: on a terminal in one place, elsewhere one below the other. */
export class CodeScreen {
  private painted = 0;
  private shown: ShownCode | undefined;
  private timer: Timer | undefined;

  constructor(private readonly deps: CodeScreenDeps) {}

  async show(code: ShownCode): Promise<void> {
    const { isTerminal, color, write, clock } = this.deps;
    const lines = (await qrText(code.text)).trimEnd().split("\n");
    const rows = color ? lines.map(ON_BLACK) : lines;
    this.timer?.cancel();
    if (isTerminal) {
      if (this.painted > 0) write(`\r\u001b[${this.painted}A\u001b[J`);
      this.painted = rows.length;
    }
    write(`${rows.join("\n")}\n`);
    this.shown = code;
    if (!isTerminal) {
      write(`${this.countdown()}\n`);
      return;
    }
    this.count();
    this.timer = clock.every(TICK_MS, () => this.count());
  }

  /** Nothing is to be scanned any more: a terminal is wiped. */
  clear(): void {
    const { isTerminal, write } = this.deps;
    this.timer?.cancel();
    if (isTerminal && this.painted > 0) write(`\r\u001b[${this.painted}A\u001b[J`);
    this.painted = 0;
    this.shown = undefined;
  }

  private count(): void {
    this.deps.write(`\r\u001b[K${this.countdown()}`);
  }

  private countdown(): string {
    const { expiresAt, until } = this.shown ?? {};
    const now = this.deps.clock.now();
    const left = (at: number) => minutesOf(at - now);
    return [
      ...(expiresAt === undefined ? [] : [`This code: ${left(expiresAt)}`]),
      ...(until === undefined ? [] : [`the login: ${left(until)}`]),
    ].join(", ");
  }
}

/** `2:05`: a countdown that changes each second. */
function minutesOf(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
