import { expect, test } from "bun:test";
import { recentTurns } from "../../../../src/agent/runs/model/recent-turns.ts";

const talk = ["user:1", "assistant:1", "user:2", "toolResult:2", "assistant:2", "user:3"].map((name) => ({
  role: name.split(":")[0] ?? "",
  name,
}));
const shown = (limit: number | undefined) => recentTurns(talk, limit).map(({ name }) => name);

test("a limit counts messages of people before the present one, and keeps what follows them", () => {
  expect(shown(0)).toEqual(["user:3"]);
  expect(shown(1)).toEqual(["user:2", "toolResult:2", "assistant:2", "user:3"]);
  expect(shown(2)).toEqual(shown(undefined));
  expect(shown(50)).toHaveLength(talk.length);
  expect(recentTurns([], 1)).toEqual([]);
});
