import type { Sink } from "./sink.ts";

/** Shown only for work that outlasts this, so that quick commands do not flicker. */
const SHOW_AFTER_MS = 300;

/** Pace of the mark: smooth, and cheap over a slow line. */
const STEP_MS = 100;

const MARKS = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** A moving mark behind which something is under way. */
export interface Spinner {
  /** Says something else behind the mark from now on. */
  say(label: string): void;
  /** Wipes it away; the line is free again. */
  stop(): void;
}

/** Shows a moving mark on a terminal until it is stopped. */
export function spinner(sink: Sink, first: string): Spinner {
  let label = first;
  let step = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const wipe = () => sink.write(`\r${" ".repeat(label.length + 2)}\r`);
  const start = setTimeout(() => {
    timer = setInterval(() => sink.write(`\r${MARKS[step++ % MARKS.length]} ${label}`), STEP_MS);
  }, SHOW_AFTER_MS);
  return {
    say(next) {
      if (timer !== undefined) wipe();
      label = next;
    },
    stop() {
      clearTimeout(start);
      if (timer === undefined) return;
      clearInterval(timer);
      wipe();
    },
  };
}
