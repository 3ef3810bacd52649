import { expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { openStore } from "../../src/store/index.ts";
import { tempDir } from "./temp.ts";

const ROUNDS = 40;

/** Starts the postman, kills it after `lines` lines and `extraMs` more, and returns what the platform saw. */
async function runAndKill(path: string, lines: number, extraMs: number): Promise<string[]> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "kill-postman.ts"), path], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  let killing = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (killing || text.split("\n").length <= lines) continue;
    killing = true;
    setTimeout(() => child.kill("SIGKILL"), extraMs);
  }
  await child.exited;
  return text.split("\n").slice(0, -1);
}

test(`after SIGKILL at ${ROUNDS} random instants no event is lost, none is answered twice, and the cursor is never ahead`, async () => {
  using dir = tempDir();
  const path = dir.file("openclaw.sqlite");
  const said: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    said.push(...(await runAndKill(path, 1 + Math.floor(Math.random() * 30), Math.random() * 10)));
  }
  const store = await openStore({ path, clock: systemClock, log: silentLogger });
  await store.verify();
  const cursor = Number(await store.inbox.cursor("telegram", "bot:1"));
  const taken = await store.inbox.list({ limit: cursor + 10 });
  const expected = Array.from({ length: cursor - 1 }, (_, i) => String(i + 1));
  expect(taken.map(({ eventKey }) => eventKey)).toEqual(expected);
  const asked = said.flatMap((line) => (line.startsWith("asked ") ? [Number(line.slice(6))] : []));
  expect(Math.max(...asked)).toBeLessThanOrEqual(cursor);

  const answers = new Map((await store.outbox.list({ limit: cursor + 10 })).map((row) => [row.summary, row]));
  const arrivals = said.flatMap((line) => (line.startsWith("sent ") ? [line.slice(5)] : []));
  // No answer was sent twice, not even one whose arrival could not be noted any more.
  expect(new Set(arrivals).size).toBe(arrivals.length);
  for (const { eventKey, state } of taken) expect(answers.has(eventKey)).toBe(state === "done");
  for (const [n, row] of answers) {
    if (row.state === "sent") expect(arrivals).toContain(n);
    else if (row.state === "queued") expect(arrivals).not.toContain(n);
    else expect(["unknown", "sending"]).toContain(row.state);
  }
  const uncertain = [...answers.values()].filter(({ state }) => state === "unknown").length;
  expect(uncertain).toBeLessThanOrEqual(ROUNDS);
  await store.close();
}, 120_000);
