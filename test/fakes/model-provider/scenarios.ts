import type { ModelRequest } from "./request.ts";
import {
  answer,
  badJson,
  callTools,
  cut,
  fail,
  failMidway,
  halfCharacter,
  hangUp,
  late,
  overflow,
  paced,
  pause,
  raw,
  reasoning,
  type Reply,
  say,
  silence,
  type Step,
  text,
  toolCall,
  webPage,
} from "./script.ts";

/** What a scenario may know beside the words that triggered it. */
export interface ScenarioSettings {
  /** Pause between the chunks of plain answers. */
  readonly paceMs: number;
}

interface Scenario {
  /** Found in the last user message, after any time stamp. */
  readonly pattern: RegExp;
  readonly reply: (found: RegExpExecArray, request: ModelRequest, settings: ScenarioSettings) => Reply;
}

const HELLO = ["Hello", " from the", " mock model."];
const TOOL_DONE = ["The tool", " has", " finished."];
const SLOW_WORDS = 60;
const SLOW_PAUSE_MS = 100;
const CUT_PAUSE_MS = 50;

/** Ready answers, chosen by the last user message; the first that matches is taken. */
const SCENARIOS: readonly Scenario[] = [
  // SLOW please · SLOW words=5 ms=20 please
  {
    pattern: /^SLOW\b(.*)/s,
    reply: ([, rest = ""]) =>
      answer(paced(words(number(rest, "words") ?? SLOW_WORDS), number(rest, "ms") ?? SLOW_PAUSE_MS)),
  },
  // TOKENS n=40 ms=5: like SLOW, named for measurements
  {
    pattern: /^TOKENS\b(.*)/s,
    reply: ([, rest = ""]) => answer(paced(words(number(rest, "n") ?? 40), number(rest, "ms") ?? 5)),
  },
  // TIMES n=40 ms=5: every chunk is the epoch time in ms at which it was sent
  {
    pattern: /^TIMES\b(.*)/s,
    reply: ([, rest = ""]) => answer(stamps(number(rest, "n") ?? 40, number(rest, "ms") ?? 5)),
  },
  // HANG please: headers, then silence
  { pattern: /^(?:HANG\b|STALL headers\b)/, reply: () => answer([silence()]) },
  { pattern: /^STALL middle\b/, reply: () => answer([text("Half an"), silence()]) },
  // TOOL exec {"command":"true"}: calls the tool, then says that it has finished
  {
    pattern: /^TOOL (\S+) (\{.*\})/s,
    reply: ([, name = "", args = "{}"], request, settings) =>
      request.toolResults.length > 0
        ? answer(paced(TOOL_DONE, settings.paceMs))
        : answer([toolCall(name, args)]),
  },
  // TOOLS [["read",{"path":"a"}],["read",{"path":"b"}]]: calls all of them in one message
  {
    pattern: /^TOOLS (\[.*\])/s,
    reply: ([, calls = "[]"], request, settings) =>
      request.toolResults.length > 0
        ? answer(paced(TOOL_DONE, settings.paceMs))
        : callTools(...(JSON.parse(calls) as [string, unknown][]).map(([name, args]) => ({ name, args }))),
  },
  // LOOP 5 exec {...}: calls the tool five times, one after the other
  {
    pattern: /^LOOP (\d+) (\S+) (\{.*\})/s,
    reply: ([, times = "0", name = "", args = "{}"], request) =>
      request.toolResults.length < Number(times) ? answer([toolCall(name, args)]) : say(TOOL_DONE),
  },
  // ERROR 429 retry-after=1 · ERROR 429 quota · ERROR 529 midway
  {
    pattern: /^ERROR (\d{3})\b(.*)/s,
    reply: ([, status = "500", rest = ""]) => {
      if (/\bmidway\b/.test(rest)) return answer([text("Half an"), failMidway(Number(status))]);
      const retryAfterS = number(rest, "retry-after");
      return fail(Number(status), {
        ...(/\bquota\b/.test(rest) ? { kind: "quota" } : {}),
        ...(retryAfterS === undefined ? {} : { retryAfterS }),
      });
    },
  },
  // FAIL401 now
  {
    pattern: /^FAIL(\d{3})\b/,
    reply: ([, status = "500"]) => fail(Number(status), { message: "mock bad key" }),
  },
  { pattern: /^OVERFLOW\b/, reply: () => overflow() },
  // The pause gives the text a chance: what a client has not read when the connection breaks, it never sees.
  { pattern: /^CUT middle\b/, reply: () => answer([text("Half an"), pause(CUT_PAUSE_MS), cut()]) },
  { pattern: /^CUT early\b/, reply: () => answer([cut(false)]) },
  { pattern: /^CUT connect\b/, reply: () => hangUp() },
  { pattern: /^MALFORMED json\b/, reply: () => answer([text("Half an"), badJson()], { done: false }) },
  { pattern: /^MALFORMED utf8\b/, reply: () => answer([text("Half an"), halfCharacter()], { done: false }) },
  { pattern: /^MALFORMED done\b/, reply: () => answer([text("No end")], { done: false, stop: "none" }) },
  { pattern: /^MALFORMED html\b/, reply: () => webPage() },
  { pattern: /^MALFORMED empty\b/, reply: () => answer([]) },
  {
    pattern: /^MALFORMED arguments (\S+)/,
    reply: ([, name = ""]) => answer([toolCall(name, '{"path": "a')]),
  },
  // COMMENTS: keep-alive comments between the chunks, as proxies send them
  {
    pattern: /^COMMENTS\b/,
    reply: () => answer(HELLO.flatMap((chunk): Step[] => [raw(": keep-alive\n\n"), text(chunk)])),
  },
  // LATE 500: the first byte after so many milliseconds
  { pattern: /^LATE (\d+)\b/, reply: ([, ms = "0"]) => late(say(HELLO), pause(Number(ms))) },
  { pattern: /^NOUSAGE\b/, reply: () => say(HELLO, { usage: "missing" }) },
  { pattern: /^LENGTH\b/, reply: () => say(["Cut short by the token"], { stop: "length" }) },
  {
    pattern: /^THINK\b/,
    reply: () => answer([reasoning("Let me"), reasoning(" see."), text("Thought"), text(" about it.")]),
  },
  // ECHO anything: says it back, a word at a time
  { pattern: /^ECHO (.*)/s, reply: ([, said = ""]) => say(said.split(/(?<= )/)) },
  // BIG 100000: so many characters in chunks of 1000
  {
    pattern: /^BIG (\d+)\b/,
    reply: ([, size = "0"]) => {
      const whole = "0123456789".repeat(100);
      const count = Math.ceil(Number(size) / whole.length);
      return say(Array.from({ length: count }, () => whole));
    },
  },
];

/** The answer to a request that no test has scripted. */
export function scenarioReply(request: ModelRequest, settings: ScenarioSettings): Reply {
  const said = spoken(request.userText);
  for (const scenario of SCENARIOS) {
    const found = scenario.pattern.exec(said);
    if (found) return scenario.reply(found, request, settings);
  }
  return answer(paced(HELLO, settings.paceMs));
}

/** What the person typed, without what the gateway puts before it: who they are, what was said before, the time. */
export function spoken(userText: string): string {
  const current = userText.split("[Current message - respond to this]\n").at(-1) ?? userText;
  return current
    .replace(/^Conversation info: .*?\n```\n\n/s, "")
    .replace(/^\[[A-Z][a-z]{2} \d{4}-\d{2}-\d{2} [^\]]*\] /, "");
}

function words(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index === 0 ? "" : " "}word${index}`);
}

function stamps(count: number, everyMs: number): Step[] {
  return Array.from({ length: count }, (): Step[] => [{ type: "time" }, pause(everyMs)]).flat();
}

function number(rest: string, name: string): number | undefined {
  const found = new RegExp(`\\b${name}=(\\d+)`).exec(rest);
  return found ? Number(found[1]) : undefined;
}
