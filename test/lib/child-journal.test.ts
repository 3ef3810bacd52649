import { expect, test } from "bun:test";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { CHILD_MARK, ChildJournal, endLeftovers, NotedPrograms } from "../../src/lib/child-journal.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { tempHome } from "../support/index.ts";

/** A program of ours that runs until somebody ends it. */
function sleeper(env: Record<string, string> = {}): Bun.Subprocess {
  return Bun.spawn(["sleep", "300"], { env: { PATH: "/usr/bin:/bin", ...env }, detached: true });
}

test("B16: a program that is noted and left is ended, and its note is gone", async () => {
  await using home = await tempHome();
  const folder = home.at("children");
  await using child = sleeper({ [CHILD_MARK]: "a" });
  new ChildJournal(folder).note(child.pid, "a");
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(await endLeftovers(folder, systemClock)).toBe(1);
  await child.exited;
  expect(readdirSync(folder)).toEqual([]);
});

test("a program that has ended leaves no note", async () => {
  await using home = await tempHome();
  await using child = sleeper();
  const strike = new ChildJournal(home.at("children")).note(child.pid, "a");
  strike();
  expect(await endLeftovers(home.at("children"), systemClock)).toBe(0);
  expect(child.exitCode).toBeNull();
});

test("B16: another program under a number that is used again is left alone", async () => {
  await using home = await tempHome();
  await using child = sleeper();
  const folder = home.at("children");
  new ChildJournal(folder, { ownStart: 0, startOfFresh: () => 1, isRunning: () => true }).note(
    child.pid,
    "a",
  );
  expect(await endLeftovers(folder, systemClock)).toBe(0);
  expect(child.exitCode).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
});

test("notes that cannot be read are removed, and end nobody", async () => {
  await using home = await tempHome();
  const folder = home.at("children");
  await using child = sleeper();
  new ChildJournal(folder).note(child.pid, "a")();
  for (const [name, text] of [
    ["1", "{"],
    ["2", "null"],
    ["3", `{"pid":${child.pid},"start":"now","mark":"a"}`],
    ["4", `{"pid":${child.pid},"start":1,"mark":""}`],
  ] as const) {
    writeFileSync(`${folder}/${name}`, text);
  }
  expect(await endLeftovers(folder, systemClock)).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
  expect(child.exitCode).toBeNull();
});

test("where no command was ever run there is nothing to look at", async () => {
  await using home = await tempHome();
  expect(await endLeftovers(home.at("nothing"), systemClock)).toBe(0);
  expect(existsSync(home.at("nothing"))).toBe(false);
});

test("B16: a program that runs for the gateway is noted while it runs, and ends with who runs it", async () => {
  await using home = await tempHome();
  const folder = home.at("children");
  const request = { env: { PATH: "/usr/bin:/bin" }, timeoutMs: 60_000, maxOutputBytes: 1_000 };
  const programs = new NotedPrograms(new ChildJournal(folder), randomIds);
  const quick = await programs.run({ ...request, command: "env" });
  expect(quick).toMatchObject({ end: "exit", exitCode: 0, stdout: expect.stringContaining(CHILD_MARK) });
  expect(readdirSync(folder)).toEqual([]);
  const running = programs.run({ ...request, command: "sleep", args: ["300"] });
  expect(readdirSync(folder)).toHaveLength(1);
  programs[Symbol.dispose]();
  expect(await running).toMatchObject({ end: "aborted" });
  expect(readdirSync(folder)).toEqual([]);
});
