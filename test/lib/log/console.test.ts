import { expect, test } from "bun:test";
import { type ConsoleStyle, createLogging, type LoggingOptions } from "../../../src/lib/log/index.ts";
import { secretRegistry } from "../../../src/lib/redact.ts";
import { setClock } from "../../store/clock.ts";
import { memoryOutput } from "./memory.ts";

function consoleLog(style: ConsoleStyle | undefined, more: Partial<LoggingOptions> = {}, isTTY = false) {
  const output = memoryOutput(isTTY);
  const { log } = createLogging({
    clock: setClock(),
    secrets: secretRegistry(),
    output,
    settings: { consoleStyle: style },
    ...more,
  });
  return { output, log };
}

const TIME = "2026-01-01T\\d\\d:\\d\\d:00.000[+-]\\d\\d:\\d\\d";

test("compact: time with offset, level, short subsystem, message and fields in one line", () => {
  const { output, log } = consoleLog("compact");
  log.child("gateway/ws").info("connected", { conn: "a1", note: "two words", n: 3, gone: undefined });
  log.child("gateway/channels/telegram").warn("slow");
  log.error("no subsystem");
  const [first, second, third] = output.lines();
  expect(first).toMatch(new RegExp(`^${TIME} \\[ws\\] connected conn=a1 note="two words" n=3$`));
  expect(second).toMatch(/ warn \[channels\/telegram\] slow$/);
  expect(third).toMatch(/ error no subsystem$/);
});

test("pretty on a terminal: the clock time, and colours for level and subsystem", () => {
  const { output, log } = consoleLog(undefined, {}, true);
  log.child("gateway/ws").warn("careful");
  const seen = output.text().replaceAll("\u001b[", "<");
  expect(seen).toMatch(/^<90m\d\d:\d\d:00<39m <33mwarn<39m <\d+m\[ws\]<39m careful$/m);
});

test("no colours off a terminal or when switched off, colours anywhere when forced", () => {
  for (const [colour, isTTY, expected] of [
    [undefined, false, false],
    [false, true, false],
    [true, false, true],
  ] as const) {
    const { output, log } = consoleLog("pretty", { colour }, isTTY);
    log.child("ws").warn("x");
    expect(output.text().includes("\u001b[")).toBe(expected);
  }
});

test("json: the same line the file gets", () => {
  const { output, log } = consoleLog("json");
  log.child("gateway").info("ready", { port: 1 });
  expect(JSON.parse(output.text())).toEqual({
    time: expect.stringMatching(new RegExp(TIME)),
    level: "info",
    subsystem: "gateway",
    message: "ready",
    fields: { port: 1 },
  });
});

test("text from outside cannot paint the terminal or begin a line of its own", () => {
  const { output, log } = consoleLog("compact");
  log.info("evil \u001b[2Jname\r\nfake line\u0007\u202e", { also: "\u001b]0;title\u0007" });
  expect(output.lines()).toHaveLength(2);
  expect(output.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(output.lines()[1]).toStartWith("  fake line");
});

test("verbose shows debug on the console, and a lower level stays when it was asked for", () => {
  const levels = (settings: LoggingOptions["settings"], verbose: boolean) => {
    const { log } = consoleLog("compact", { settings, verbose });
    return [log.enabled("trace"), log.enabled("debug"), log.enabled("info"), log.enabled("error")];
  };
  expect(levels({}, false)).toEqual([false, false, true, true]);
  expect(levels({}, true)).toEqual([false, true, true, true]);
  expect(levels({ consoleLevel: "trace" }, true)).toEqual([true, true, true, true]);
  expect(levels({ consoleLevel: "silent" }, false)).toEqual([false, false, false, false]);
  expect(levels({ consoleLevel: "silent" }, true)).toEqual([false, true, true, true]);
});

test("B26: equal records past the first ten are counted and told once", () => {
  const clock = setClock();
  const { output, log } = consoleLog("compact", { clock });
  const timed = createLogging({ clock, secrets: secretRegistry(), output });
  for (let i = 0; i < 500; i++) timed.log.warn("still failing", { i });
  log.warn("something else");
  expect(output.lines()).toHaveLength(11);
  timed.flushNow();
  expect(output.lines()).toHaveLength(12);
  expect(output.lines().at(-1)).toEndWith("still failing (repeated 490 more times)");
});

test("debug records are never counted away", () => {
  const { output, log } = consoleLog("compact", { verbose: true });
  for (let i = 0; i < 50; i++) log.debug("request");
  expect(output.lines()).toHaveLength(50);
});

test("a configured pattern that is no regular expression is told and left out", () => {
  const { output, log } = consoleLog("compact", { settings: { redactPatterns: ["(", "pin \\d+"] } });
  log.info("the pin 1234");
  expect(output.lines()[0]).toContain("logging.redactPatterns");
  expect(output.lines()[1]).toEndWith("the ***");
});
