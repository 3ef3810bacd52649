/** Sequences by which programs paint terminals: CSI, OSC and the like, and single escapes. */
const PAINT =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g;

/** Control characters, line breaks and tabs aside. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** What was written over in a line. It begins where the line does: a long line is gone through once. */
const OVERWRITTEN = /(?<![^\n])[^\n]*\r(?!\n)/g;

/** Output of a command as text: without colours and cursor movement, each line as it was overwritten last. */
export function plainOutput(raw: string): string {
  const text = raw.includes("\u001b") ? raw.replaceAll(PAINT, "") : raw;
  const lines = text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll(OVERWRITTEN, "") : text;
  return lines.replaceAll(CONTROL, "").toWellFormed();
}
