import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { childEnv, findProgram, readProgram, runProgram } from "../../../src/lib/spawn/index.ts";
import { isAlive, ManualClock, PATIENCE_MS, until } from "../../support/index.ts";

const base = {
  command: "/bin/sh",
  env: { PATH: "/usr/bin:/bin" },
  timeoutMs: PATIENCE_MS,
  maxOutputBytes: 65_536,
};

test("a program gets its input, its arguments as they are, and only the given environment", async () => {
  const result = await runProgram({
    ...base,
    args: ["-c", 'cat; printf "|%s|" "$1"; env | grep -c HOME', "sh", "a b; $(echo no)"],
    stdin: "hello",
  });
  expect(result).toEqual({ end: "exit", exitCode: 1, stdout: "hello|a b; $(echo no)|0\n", stderr: "" });
});

test("B16: a program past its time is killed with everything it started", async () => {
  const folder = mkdtempSync(join(tmpdir(), "openclaw-spawn-"));
  try {
    const pidFile = join(folder, "pid");
    const clock = new ManualClock();
    const ended = runProgram({
      ...base,
      args: ["-c", `sleep 60 & echo $! > ${pidFile}; wait`],
      timeoutMs: 300,
      clock,
    });
    const said = () => existsSync(pidFile) && readFileSync(pidFile, "utf8");
    const pid = Number(await until("its child", () => /^\d+\n$/.exec(said() || "")?.[0]));
    clock.advance(300);
    const result = await ended;
    expect(result.end).toBe("timeout");
    expect(result.exitCode).toBeUndefined();
    // Dead at once, but the system may take a moment to forget it.
    await until("its end", () => !isAlive(pid));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** A manual clock that knows what it was asked for. */
class AlarmClock extends ManualClock {
  readonly #asked: number[] = [];

  override after(ms: number, fn: () => void): { cancel(): void } {
    this.#asked.push(ms);
    return super.after(ms, fn);
  }

  /** How often it was asked to tell when `ms` have passed. */
  set(ms: number): number {
    return this.#asked.filter((asked) => asked === ms).length;
  }
}

test("silence, too much output and an abort each end a program", async () => {
  const clock = new AlarmClock();
  const silence = { args: ["-c", "echo x; exec sleep 60"], silenceTimeoutMs: 200, clock };
  const falling = runProgram({ ...base, ...silence });
  await until("its word to be heard, which begins the silence anew", () => clock.set(200) === 2);
  clock.advance(200);
  expect(await falling).toMatchObject({ end: "silence", stdout: "x\n" });
  const loud = await runProgram({
    ...base,
    args: ["-c", "while :; do echo yyyyyyyy; done"],
    maxOutputBytes: 100,
  });
  expect(loud.end).toBe("output-limit");
  expect(loud.stdout).toHaveLength(100);
  const aborted = await runProgram({ ...base, args: ["-c", "exec sleep 60"], signal: AbortSignal.abort() });
  expect(aborted.end).toBe("aborted");
});

test("B16: what a finished program left running does not hold the result back, and is ended", async () => {
  const result = await runProgram({ ...base, args: ["-c", "sleep 60 & echo done"] });
  expect(result).toMatchObject({ end: "exit", exitCode: 0, stdout: "done\n" });
});

test("a program that does not exist is an error", async () => {
  await expect(runProgram({ ...base, command: "/no/such/program" })).rejects.toThrow();
});

test("a small question is answered at once, or not at all when the program is missing, fails, hangs or talks on", () => {
  const ask = (script: string, timeoutMs = PATIENCE_MS) =>
    readProgram({
      command: "/bin/sh",
      args: ["-c", script],
      env: { PATH: "/usr/bin:/bin", A: "b" },
      timeoutMs,
    });
  expect(ask('printf %s "$A$HOME"')).toBe("b");
  expect(ask("echo no; exit 3")).toBeUndefined();
  expect(ask("exec sleep 60", 100)).toBeUndefined();
  expect(ask("while :; do echo yyyyyyyy; done")).toBeUndefined();
  expect(readProgram({ command: "/no/such/program", env: {}, timeoutMs: 100 })).toBeUndefined();
});

test("a child never inherits variables that load code", () => {
  const source = {
    PATH: "/bin",
    LD_PRELOAD: "x",
    NODE_OPTIONS: "x",
    BASH_ENV: "x",
    DYLD_INSERT_LIBRARIES: "x",
    A: "1",
  };
  expect(childEnv(source, [...Object.keys(source), "MISSING"])).toEqual({ PATH: "/bin", A: "1" });
});

test("a bare name is looked for in absolute folders alone: the working folder is no place for programs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "openclaw-spawn-"));
  const before = process.cwd();
  try {
    writeFileSync(join(folder, "trap"), "#!/bin/sh\necho sprung\n", { mode: 0o755 });
    process.chdir(folder);
    for (const PATH of [".", "", ":", "./", `../${basename(folder)}`, "/usr/bin:.:/bin"]) {
      const request = { command: "trap", env: { PATH }, timeoutMs: PATIENCE_MS };
      expect(readProgram(request)).toBeUndefined();
      await expect(runProgram({ ...base, ...request })).rejects.toThrow("trap was not found in PATH");
      expect(findProgram("trap", PATH)).toBeUndefined();
    }
    expect(findProgram("trap", folder)).toBe(join(folder, "trap"));
    const there = { env: { PATH: folder }, timeoutMs: PATIENCE_MS };
    expect(readProgram({ ...there, command: "trap" })).toBe("sprung\n");
    expect(() => readProgram({ ...there, command: "./trap" })).not.toThrow();
    expect(readProgram({ ...there, command: "./trap" })).toBeUndefined();
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});
