import { expect, test } from "bun:test";
import { type ConsoleCalls, putConsoleAway } from "../../../src/lib/windows/index.ts";

function consoleWith(users: number, hosted: boolean) {
  const done: string[] = [];
  const calls: ConsoleCalls = {
    users: () => users,
    isHosted: () => hosted,
    hideWindow: () => void done.push("hide"),
    leave: () => void done.push("leave"),
  };
  return { calls, done };
}

test("a console of its own is hidden, and left where a terminal application shows it", () => {
  const plain = consoleWith(1, false);
  expect(putConsoleAway(plain.calls)).toBe("hidden");
  expect(plain.done).toEqual(["hide"]);
  const hosted = consoleWith(1, true);
  expect(putConsoleAway(hosted.calls)).toBe("left");
  expect(hosted.done).toEqual(["leave"]);
});

test("where Windows cannot be asked nothing happens", () => {
  expect(putConsoleAway()).toBe("unknown");
});

test("the terminal of a person who typed the command, and no console at all, are left alone", () => {
  for (const users of [0, 2, 5]) {
    const { calls, done } = consoleWith(users, false);
    expect(putConsoleAway(calls)).toBe(users === 0 ? "none" : "shared");
    expect(done).toEqual([]);
  }
});
