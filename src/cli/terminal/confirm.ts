import { createInterface } from "node:readline/promises";

/** Asks the person at the terminal a yes-or-no question; anything but a yes is a no. */
export async function confirm(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await Promise.race([
      reader.question(`${question} [y/N] `),
      // Ctrl-D ends the input without an answer.
      new Promise<string>((resolve) => reader.once("close", () => resolve(""))),
    ]);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
