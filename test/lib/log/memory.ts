import type { ConsoleOutput } from "../../../src/lib/log/index.ts";

/** A console that keeps what is written. */
export function memoryOutput(isTTY = false): ConsoleOutput & { text(): string; lines(): string[] } {
  let written = "";
  return {
    isTTY,
    write: (text) => void (written += text),
    text: () => written,
    lines: () => written.split("\n").slice(0, -1),
  };
}

/** The JSON lines of a log file, parsed. */
export async function recordsIn(file: string): Promise<Record<string, unknown>[]> {
  const text = await Bun.file(file).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Record<string, unknown> => JSON.parse(line));
}
