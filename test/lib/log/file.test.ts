import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../../src/lib/clock.ts";
import { createLogging, logFileAt, type LoggingOptions, type LogTarget } from "../../../src/lib/log/index.ts";
import { secretRegistry } from "../../../src/lib/redact.ts";
import { setClock } from "../../store/clock.ts";
import { tempDir } from "../../store/temp.ts";
import { until } from "../../support/index.ts";
import { recordsIn } from "./memory.ts";

const NOON = new Date(2026, 0, 31, 12, 0, 0).getTime();
const DAY_MS = 86_400_000;

function fileLog(target: LogTarget, clock: Clock, settings: LoggingOptions["settings"] = {}) {
  return createLogging({ clock, secrets: secretRegistry(), target, settings });
}

test("records become JSON lines in a private file named after the local day", async () => {
  using dir = tempDir();
  const target = { dir: dir.file("logs"), name: "openclaw" };
  const logging = fileLog(target, setClock(NOON));
  logging.log.child("gateway").info("ready", { port: 18789 });
  logging.log.debug("not at this level");
  await logging.close();
  const file = dir.file("logs/openclaw-2026-01-31.log");
  expect(logging.file()).toEqual({ file, dropped: 0, error: undefined });
  expect(await recordsIn(file)).toEqual([
    {
      time: expect.stringMatching(/^2026-01-31T12:00:00\.000[+-]\d\d:\d\d$/),
      level: "info",
      subsystem: "gateway",
      message: "ready",
      fields: { port: 18789 },
    },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(dir.file("logs")).mode & 0o777).toBe(0o700);
});

test("records are gathered and written by themselves a moment later", async () => {
  using dir = tempDir();
  const logging = fileLog({ dir: dir.path, name: "openclaw" }, setClock(NOON));
  logging.log.info("one");
  logging.log.info("two");
  const file = dir.file("openclaw-2026-01-31.log");
  expect(existsSync(file)).toBe(false);
  await until("the file", () => existsSync(file) && readFileSync(file, "utf8").includes("two"));
  await logging.close();
});

test("a fatal record is in the file before the call returns, with all before it", async () => {
  using dir = tempDir();
  const logging = fileLog({ dir: dir.path, name: "openclaw" }, setClock(NOON));
  logging.log.info("before");
  logging.log.fatal("the end");
  const records = await recordsIn(dir.file("openclaw-2026-01-31.log"));
  expect(records.map(({ message }) => message)).toEqual(["before", "the end"]);
  await logging.close();
});

test("what is logged just before the process exits is in the file", async () => {
  using dir = tempDir();
  const source = join(import.meta.dir, "../../../src/lib");
  const script = `
    import { createLogging } from ${JSON.stringify(join(source, "log/index.ts"))};
    import { systemClock } from ${JSON.stringify(join(source, "clock.ts"))};
    import { secretRegistry } from ${JSON.stringify(join(source, "redact.ts"))};
    const { log, flush } = createLogging({
      clock: systemClock,
      secrets: secretRegistry(),
      target: { file: ${JSON.stringify(dir.file("x.log"))} },
    });
    for (let i = 0; i < 50; i++) log.info("first " + i);
    void flush();
    for (let i = 0; i < 50; i++) log.info("second " + i);
    process.exit(3);`;
  await Bun.write(dir.file("exit.ts"), script);
  const child = Bun.spawn([process.execPath, dir.file("exit.ts")], { stderr: "inherit" });
  expect(await child.exited).toBe(3);
  const messages = (await recordsIn(dir.file("x.log"))).map(({ message }) => message);
  for (let i = 0; i < 50; i++) {
    expect(messages).toContain(`first ${i}`);
    expect(messages).toContain(`second ${i}`);
  }
});

test("a new local day begins a new file", async () => {
  using dir = tempDir();
  const clock = setClock(NOON);
  const logging = fileLog({ dir: dir.path, name: "openclaw" }, clock);
  logging.log.info("january");
  await logging.flush();
  clock.advance(DAY_MS);
  expect(logging.file()?.file).toBe(dir.file("openclaw-2026-01-31.log"));
  logging.log.info("february");
  await logging.flush();
  expect(logging.file()?.file).toBe(dir.file("openclaw-2026-02-01.log"));
  await logging.close();
  expect(readdirSync(dir.path).sort()).toEqual(["openclaw-2026-01-31.log", "openclaw-2026-02-01.log"]);
});

test("B26: a full file moves to .1, older ones up to .5, and no file is larger than the limit", async () => {
  using dir = tempDir();
  const logging = fileLog({ dir: dir.path, name: "openclaw" }, setClock(NOON), { maxFileBytes: 1_000 });
  for (let i = 0; i < 60; i++) {
    logging.log.info(`record ${i}`, { filler: "x".repeat(200) });
    await logging.flush();
  }
  await logging.close();
  const files = readdirSync(dir.path).sort();
  const full = [1, 2, 3, 4, 5].map((n) => `openclaw-2026-01-31.log.${n}`);
  expect(files).toEqual(["openclaw-2026-01-31.log", ...full]);
  const sizes = files.map((name) => statSync(dir.file(name)).size);
  for (const size of sizes) expect(size).toBeLessThanOrEqual(1_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(6_000);
  const newest = await recordsIn(dir.file("openclaw-2026-01-31.log"));
  const before = await recordsIn(dir.file("openclaw-2026-01-31.log.1"));
  expect(newest.at(-1)).toMatchObject({ message: "record 59" });
  const [, first] = /record (\d+)/.exec(String(newest[0]?.["message"])) ?? [];
  expect(before.at(-1)).toMatchObject({ message: `record ${Number(first) - 1}` });
});

test("B26: old days are removed past the count and the size, and other files are left alone", async () => {
  using dir = tempDir();
  for (let day = 1; day <= 20; day++) {
    const name = `openclaw-2026-01-${String(day).padStart(2, "0")}.log`;
    writeFileSync(dir.file(name), "x".repeat(10));
    const at = new Date(2026, 0, day);
    utimesSync(dir.file(name), at, at);
  }
  const others = ["openclaw-work-2026-01-01.log", "openclaw-2026-01-01.log.bak", "notes.txt"];
  for (const name of others) writeFileSync(dir.file(name), "x");
  const clock = setClock(NOON);
  const logging = fileLog({ dir: dir.path, name: "openclaw" }, clock, { maxFileBytes: 1_000 });
  logging.log.info("x");
  await logging.flush();
  const days = () =>
    readdirSync(dir.path)
      .filter((name) => /^openclaw-2026-\d\d-\d\d\.log$/.test(name))
      .sort();
  expect(days()).toHaveLength(14);
  expect(days()[0]).toBe("openclaw-2026-01-08.log");
  for (const name of others) expect(existsSync(dir.file(name))).toBe(true);

  writeFileSync(dir.file("openclaw-2026-01-20.log"), "x".repeat(10_000));
  clock.advance(DAY_MS);
  logging.log.info("y");
  await logging.close();
  expect(days()).not.toContain("openclaw-2026-01-20.log");
  expect(days()).toContain("openclaw-2026-02-01.log");
});

test("a file that somebody removes or moves away is made anew", async () => {
  using dir = tempDir();
  const logging = fileLog({ file: dir.file("named.log") }, setClock(NOON));
  logging.log.info("one");
  await logging.flush();
  renameSync(dir.file("named.log"), dir.file("taken.log"));
  logging.log.info("two");
  await logging.close();
  expect((await recordsIn(dir.file("named.log"))).map(({ message }) => message)).toEqual(["two"]);
});

test("a link in the place of the log file is not followed", async () => {
  using dir = tempDir();
  writeFileSync(dir.file("victim"), "");
  symlinkSync(dir.file("victim"), dir.file("named.log"));
  const logging = fileLog({ file: dir.file("named.log") }, setClock(NOON));
  logging.log.info("one");
  await logging.close();
  expect(readFileSync(dir.file("victim"), "utf8")).toBe("");
  expect(logging.file()).toMatchObject({ dropped: 1, error: expect.stringContaining("ELOOP") });
});

test("a log folder that cannot be made costs records, which are counted, and nothing else", async () => {
  using dir = tempDir();
  writeFileSync(dir.file("blocked"), "");
  const target = { dir: dir.file("blocked/logs"), name: "openclaw" };
  const logging = fileLog(target, setClock(NOON));
  logging.log.info("one");
  logging.log.info("two");
  await logging.flush();
  expect(logging.file()).toEqual({
    file: logFileAt(target, NOON),
    dropped: 2,
    error: expect.stringMatching(/ENOTDIR|EEXIST/),
  });
  await Bun.file(dir.file("blocked")).delete();
  logging.log.info("three");
  await logging.close();
  expect((await recordsIn(logFileAt(target, NOON))).map(({ message }) => message)).toEqual([
    "three",
    "2 log records were lost",
  ]);
  expect(logging.file()).toMatchObject({ dropped: 2, error: undefined });
});

const mountAt = (dir: string) =>
  Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir]).exitCode === 0;
const canMount =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  (() => {
    using dir = tempDir();
    mkdirSync(dir.file("disk"));
    const mounted = mountAt(dir.file("disk"));
    if (mounted) Bun.spawnSync(["umount", dir.file("disk")]);
    return mounted;
  })();

test.if(canMount)(
  "B26: on a full disk records are dropped and counted, and every line stays whole when space returns",
  async () => {
    using dir = tempDir();
    mkdirSync(dir.file("disk"));
    mountAt(dir.file("disk"));
    try {
      const file = dir.file("disk/x.log");
      const logging = fileLog({ file }, setClock(NOON));
      writeFileSync(dir.file("disk/ballast"), new Uint8Array(40_000));
      for (let i = 0; i < 20; i++) {
        logging.log.info(`record ${i}`, { filler: "x".repeat(3_000) });
        await logging.flush();
      }
      const lost = logging.file()?.dropped ?? 0;
      expect(lost).toBeGreaterThan(5);
      expect(logging.file()?.error).toContain("ENOSPC");
      await Bun.file(dir.file("disk/ballast")).delete();
      logging.log.info("space again");
      await logging.close();

      const lines = readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "");
      const whole = lines.filter((line) => line.endsWith("}"));
      // One line may have been cut by the full disk; it ends where the next one begins.
      expect(lines.length - whole.length).toBeLessThanOrEqual(1);
      const messages = whole.map((line) => String(JSON.parse(line).message));
      expect(messages.slice(-2)).toEqual(["space again", `${lost} log records were lost`]);
    } finally {
      Bun.spawnSync(["umount", dir.file("disk")]);
    }
  },
);

test("more records than the buffer holds are dropped and counted, not kept in memory", async () => {
  using dir = tempDir();
  const logging = fileLog({ file: dir.file("x.log") }, setClock(NOON));
  for (let i = 0; i < 200; i++) {
    const fields = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`f${n}`, "x".repeat(8_000)]));
    logging.log.info(`record ${i}`, fields);
  }
  const { dropped } = logging.file() ?? {};
  expect(dropped).toBeGreaterThan(50);
  await logging.close();
  expect((await recordsIn(dir.file("x.log"))).at(-1)).toMatchObject({
    message: `${dropped} log records were lost`,
  });
});

test("new settings take effect at once", async () => {
  using dir = tempDir();
  const logging = fileLog({ file: dir.file("x.log") }, setClock(NOON));
  logging.log.debug("no");
  logging.configure({ level: "debug", redactPatterns: ["pin \\d+"] });
  logging.log.debug("the pin 1234");
  logging.configure({ level: "silent" });
  logging.log.fatal("no");
  await logging.close();
  expect((await recordsIn(dir.file("x.log"))).map(({ message }) => message)).toEqual(["the ***"]);
});
