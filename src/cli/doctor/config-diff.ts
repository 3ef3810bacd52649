import { isSensitivePath, looksSecret, redactText as redactConfig, secretTexts } from "../../config/index.ts";
import { redactText, secretRegistry } from "../../lib/redact.ts";

/** Past this many lines on either side a line-by-line comparison is neither read nor worth its time. */
const MAX_DIFF_LINES = 2_000;

/** `"key": "value"`, also unquoted or cut short, as a broken file has it. */
const PAIR = /(["']?)([\w$-]+)\1(\s*:\s*)("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)/g;

/** The changes that lead from `before` to `after`, `-` and `+` lines only, with every secret hidden. */
export function configDiff(before: string, after: string, afterConfig: unknown): string[] {
  const secrets = secretRegistry();
  for (const secret of secretTexts(afterConfig, isSensitivePath)) secrets.add(secret);
  const readable = (text: string) =>
    redactText((redactConfig(text, isSensitivePath) ?? text).replaceAll(PAIR, hiddenPair), secrets).split(
      "\n",
    );
  return changedLines(readable(before), readable(after));
}

function hiddenPair(whole: string, quote: string, key: string, colon: string): string {
  return looksSecret(key) ? `${quote}${key}${quote}${colon}"***"` : whole;
}

/** Longest common subsequence, by the table; configurations are a few hundred lines. */
function changedLines(before: readonly string[], after: readonly string[]): string[] {
  if (before.length > MAX_DIFF_LINES || after.length > MAX_DIFF_LINES) {
    return [`(${before.length} lines become ${after.length} lines)`];
  }
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: string[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      row += 1;
      column += 1;
    } else if (
      row < before.length &&
      (column >= after.length || at(row + 1, column) >= at(row, column + 1))
    ) {
      lines.push(`- ${before[row] ?? ""}`);
      row += 1;
    } else {
      lines.push(`+ ${after[column] ?? ""}`);
      column += 1;
    }
  }
  return lines;
}
