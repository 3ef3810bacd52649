import { Glob } from "bun";
import { join } from "node:path";
import { PATIENCE_MS } from "../test/support/wait.ts";
import { type Exception, EXCEPTIONS } from "./test-clock-exceptions.ts";

/**
 * Tests say what is true, not how fast this machine is today. Refused, outside `test/bench`, which measures:
 *
 * - an expectation that a span of real time stays below less than the patience of the tests (`PATIENCE_MS`): a machine that
 *   is busy breaks it, and the program is right;
 * - a span of real time that is handed on (returned, kept in an object): nobody can see here what becomes of it;
 * - waiting for a guess, `Bun.sleep` or `setTimeout` for 20 ms or more, or for a time that only a name tells. A random time
 *   is no guess: whoever kills programs at any moment has to wait for one.
 *
 * It reads lines, not types: a span is `performance.now() - began`, or a difference of two names that hold such times, and the
 * names it is given to in the same file. Times kept in objects are not followed.
 */

/** A wait shorter than this gives others their turn, and guesses nothing. */
const TURN_MS = 20;

export interface ClockViolation {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const CLOCK = String.raw`\b(?:performance|Date)\.now\(\)`;
/** Names in capitals and numbers are no times: what they are taken from a time for is a moment in the past. */
const SPAN = new RegExp(String.raw`${CLOCK}\s*-\s*\(?[a-z]|[\w\])]\s*-\s*${CLOCK}`);
const HOLDS_TIME = new RegExp(String.raw`\b([a-z]\w*)\s*=\s*${CLOCK}\s*;`, "g");
const GIVEN_TO = /(?:^|[\s(])(?:const|let)?\s*([a-z]\w*)(?::[^=]+)?\s*(?:=(?![=>])|\.push\()/;
const COMPARISON = /\)\s*\.(not\.)?(to\w+)\(([^;]*)\)$/;
const WAIT = /\b(?:Bun\.sleep|setTimeout)\(/g;
const TIMER_MODULE = /"(?:node:)?timers\/promises"/;

/** Checks tests given as path (`test/…`) → text; returns what breaks the rules and what is excepted in vain. */
export function checkClocks(
  files: ReadonlyMap<string, string>,
  exceptions: readonly Exception[] = EXCEPTIONS,
): ClockViolation[] {
  const used = new Set<Exception>();
  const found = [...files].flatMap(([path, text]) => {
    const lines = text.split("\n");
    return faultsOf(path, text).filter(({ line }) => {
      const excepted = exceptions.find(
        (one) => one.path === path && (lines[line - 1] ?? "").includes(one.code),
      );
      if (excepted) used.add(excepted);
      return excepted === undefined;
    });
  });
  const idle = exceptions
    .filter((one) => !used.has(one))
    .map(({ path, code }) => ({
      path,
      line: 1,
      text: `excepted without need in build/test-clock-exceptions.ts: ${code}`,
    }));
  return [...found, ...idle].sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

function faultsOf(path: string, text: string): ClockViolation[] {
  if (path.startsWith("test/bench/")) return [];
  const code = text.replace(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, " "));
  // What stands in for the world has a clock of its own, and time to pass there.
  const stagehand = /^test\/(?:support|fakes)\//.test(path);
  const isTest = path.endsWith(".test.ts");
  return [...(stagehand && !isTest ? [] : spans(path, code)), ...(stagehand ? [] : waits(path, code))];
}

interface Statement {
  readonly text: string;
  readonly line: number;
}

/** It relies on the formatter: a statement, or the head of a block, ends with its line. */
function statementsOf(code: string): Statement[] {
  const found: Statement[] = [];
  let text = "";
  let from = 1;
  for (const [index, line] of code.split("\n").entries()) {
    if (text === "") from = index + 1;
    text += `${line}\n`;
    if (!/[;{}]\s*$/.test(line)) continue;
    found.push({ text: text.trim(), line: from + text.slice(0, text.search(/\S/)).split("\n").length - 1 });
    text = "";
  }
  return found;
}

function spans(path: string, code: string): ClockViolation[] {
  const statements = statementsOf(code);
  const times = new Set([...code.matchAll(HOLDS_TIME)].map(([, name = ""]) => name));
  const isSpan = (text: string): boolean =>
    SPAN.test(text) ||
    [...text.matchAll(/\b([a-z]\w*) - ([a-z]\w*)\b/g)].some(
      ([, later = "", earlier = ""]) => times.has(later) && times.has(earlier),
    );
  const names = new Set<string>();
  const mentions = (text: string): boolean =>
    [...names].some((name) => new RegExp(`\\b${name}\\b`).test(text));
  for (let before = -1; before !== names.size;) {
    before = names.size;
    for (const { text } of statements) {
      const name = GIVEN_TO.exec(text)?.[1];
      if (name !== undefined && !text.startsWith("expect(") && (isSpan(text) || mentions(text)))
        names.add(name);
    }
  }
  const limits = constantsOf(code);
  return statements.flatMap(({ text, line }) => {
    const fault = text.startsWith("expect(")
      ? isSpan(text) || mentions(text)
        ? faultOfExpectation(text, limits)
        : undefined
      : isSpan(text) && !GIVEN_TO.test(text) && !text.startsWith("console.log(")
        ? "a span of real time is handed on, where nobody sees what it is compared with"
        : undefined;
    return fault === undefined ? [] : [{ path, line, text: fault }];
  });
}

function faultOfExpectation(text: string, limits: ReadonlyMap<string, number>): string | undefined {
  const [, not, matcher = "", args = ""] = COMPARISON.exec(text.replace(/;$/, "")) ?? [];
  // That something takes its time is not made false by a slow machine.
  if (matcher.startsWith(not ? "toBeLessThan" : "toBeGreaterThan")) return undefined;
  if (!matcher.startsWith(not ? "toBeGreaterThan" : "toBeLessThan"))
    return "a span of real time is expected to be of a certain length";
  const bound = valueOf(args, limits);
  if (bound !== undefined && bound >= PATIENCE_MS) return undefined;
  const shown = bound === undefined ? `${args}, whatever that is` : `${bound} ms`;
  return `real time is expected to stay below ${shown}: a bound below PATIENCE_MS belongs into test/bench`;
}

/** The numbers a file names, and the patience of all tests. */
function constantsOf(code: string): Map<string, number> {
  const limits = new Map([["PATIENCE_MS", PATIENCE_MS]]);
  for (const [, name = "", value = ""] of code.matchAll(/^const ([A-Z]\w*) = ([^;]+);$/gm)) {
    const number = valueOf(value, limits);
    if (number !== undefined) limits.set(name, number);
  }
  return limits;
}

/** A sum or product of numbers and known names. */
function valueOf(text: string, limits: ReadonlyMap<string, number>): number | undefined {
  const value = text
    .split("+")
    .map((sum) =>
      sum
        .split("*")
        .map((factor) => limits.get(factor.trim()) ?? Number(factor.trim().replaceAll("_", "") || Number.NaN))
        .reduce((product, factor) => product * factor, 1),
    )
    .reduce((sum, term) => sum + term, 0);
  return Number.isNaN(value) ? undefined : value;
}

function waits(path: string, code: string): ClockViolation[] {
  const found: ClockViolation[] = [];
  const lineAt = (index: number): number => code.slice(0, index).split("\n").length;
  for (const match of code.matchAll(WAIT)) {
    const args = argumentsAt(code, match.index + match[0].length);
    const ms = Number((args.at(-1) ?? "").replaceAll("_", "") || Number.NaN);
    if (match[0] === "setTimeout(" && args.length < 2) continue;
    if (ms < TURN_MS || /random/i.test(args.at(-1) ?? "")) continue;
    const text = `${match[0]}…) waits for a guess: wait for what is meant (until, within), or let a manual clock pass`;
    found.push({ path, line: lineAt(match.index), text });
  }
  const module = TIMER_MODULE.exec(code);
  if (module)
    found.push({ path, line: lineAt(module.index), text: "waits are Bun.sleep, where they are seen" });
  return found;
}

/** The arguments of a call whose parenthesis was opened just before `index`. */
function argumentsAt(code: string, index: number): string[] {
  const args: string[] = [];
  let depth = 0;
  let from = index;
  for (let at = index; at < code.length; at += 1) {
    const char = code.charAt(at);
    if ("([{".includes(char)) depth += 1;
    if (")]}".includes(char)) depth -= 1;
    if ((char === "," && depth === 0) || depth < 0) {
      args.push(code.slice(from, at).trim());
      from = at + 1;
    }
    if (depth < 0) break;
  }
  return args.filter((one) => one !== "");
}

/** The project's own `test/` as `checkClocks` takes it. */
export async function readTests(projectDir: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const path of new Glob("test/**/*.{ts,tsx}").scan({ cwd: projectDir })) {
    files.set(path.replaceAll("\\", "/"), await Bun.file(join(projectDir, path)).text());
  }
  return files;
}
