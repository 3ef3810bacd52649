import type { Sink } from "./sink.ts";

/** Shown only for work that outlasts this, so that quick commands do not flicker. */
const SHOW_AFTER_MS = 300;

/** Pace of the mark: smooth, and cheap over a slow line. */
const STEP_MS = 100;

const MARKS = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Shows a moving mark on a terminal until the returned function is called, which wipes it away. */
export function spinner(sink: Sink, label: string): () => void {
  let step = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const start = setTimeout(() => {
    timer = setInterval(() => sink.write(`\r${MARKS[step++ % MARKS.length]} ${label}`), STEP_MS);
  }, SHOW_AFTER_MS);
  return () => {
    clearTimeout(start);
    if (timer === undefined) return;
    clearInterval(timer);
    sink.write(`\r${" ".repeat(label.length + 2)}\r`);
  };
}
