import type { Call } from "../../../fakes/telegram/index.ts";
import type { RecordedCall } from "./cases.ts";

/** Numbers and codes that differ from one run to the next, learnt at their first use. */
export type Bindings = Map<string, string>;

/** `w0 w1 …<4000 chars>`: the beginning of a longer text, and its length. */
const SHORTENED = /^(.*)…<(\d+) chars>$/s;

/** Where the calls made differ from those recorded, in words; empty when they are the same. */
export function differences(
  recorded: readonly RecordedCall[],
  made: readonly Call[],
  bindings: Bindings,
): string[] {
  const problems: string[] = [];
  const [wantedTyping, wanted] = parted(recorded, ({ method }) => method);
  const [madeTyping, other] = parted(made, ({ method }) => method);
  // How often typing is shown, and whether before or after a reaction, is the clock's matter.
  for (const { method, body } of wantedTyping) {
    const isShown = madeTyping.some((call) => bodyDifferences(body, call.body, bindings).length === 0);
    if (!isShown) problems.push(`no ${method} ${JSON.stringify(body)}`);
  }
  if (wantedTyping.length === 0 && recorded.length === 0 && madeTyping.length > 0) {
    problems.push(`${madeTyping.length} × sendChatAction too many`);
  }
  const length = Math.max(wanted.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [expected, actual] = [wanted[index], other[index]];
    if (!expected || !actual || expected.method !== actual.method) {
      problems.push(`${index}: ${expected?.method ?? "nothing"} was recorded, ${shown(actual)} was made`);
      continue;
    }
    for (const problem of bodyDifferences(expected.body, actual.body, bindings)) {
      problems.push(`${index} ${expected.method}: ${problem}`);
    }
  }
  return problems;
}

function parted<T>(items: readonly T[], methodOf: (item: T) => string): [T[], T[]] {
  const isTyping = (item: T) => methodOf(item) === "sendChatAction";
  return [items.filter(isTyping), items.filter((item) => !isTyping(item))];
}

function shown(call: Call | undefined): string {
  return call ? `${call.method} ${JSON.stringify(call.body)}` : "nothing";
}

function bodyDifferences(recorded: RecordedCall["body"], made: Call["body"], bindings: Bindings): string[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(made)]);
  return [...names].flatMap((name) => {
    const [expected, actual] = [recorded[name], made[name]];
    if (isSame(name, expected, actual, bindings)) return [];
    return [`${name}: recorded ${JSON.stringify(expected)}, made ${JSON.stringify(actual)}`];
  });
}

function isSame(name: string, recorded: unknown, made: unknown, bindings: Bindings): boolean {
  // Numbers and strings name the same chat.
  if (name === "chat_id") return String(recorded) === String(made);
  if (name === "message_id" && Number(recorded) >= 5000)
    return isBound(`message ${String(recorded)}`, made, bindings);
  if (typeof recorded !== "string" || typeof made !== "string") return Bun.deepEquals(recorded, made);
  const [, beginning, length] = SHORTENED.exec(recorded) ?? [];
  if (beginning !== undefined) {
    // Blanks at a cut belong to neither part.
    const isLong = Math.abs(made.length - Number(length)) <= 1;
    return isLong && made.startsWith(beginning);
  }
  if (!recorded.includes("<CODE>")) return recorded === made;
  const code = bindings.get("<CODE>") ?? /approve telegram ([A-Z2-9]{8})/.exec(made)?.[1] ?? "";
  bindings.set("<CODE>", code);
  return recorded.replaceAll("<CODE>", code) === made;
}

function isBound(placeholder: string, value: unknown, bindings: Bindings): boolean {
  const known = bindings.get(placeholder) ?? String(value);
  bindings.set(placeholder, known);
  return known === String(value);
}
