import { expect, test } from "bun:test";
import { join } from "node:path";
import { silentLogger } from "../../src/lib/logger.ts";
import { kvKey, openStore, type Store } from "../../src/store/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { tempDir } from "./temp.ts";

const ROUNDS = 50;

/** Starts the writer, kills it after `lines` acknowledgements and `extraMs` more, and returns the last number it acknowledged. */
async function writeAndKill(path: string, from: number, lines: number, extraMs: number): Promise<number> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "kill-writer.ts"), path, String(from)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  let killing = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (!killing && text.split("\n").length > lines) {
      killing = true;
      setTimeout(() => child.kill("SIGKILL"), extraMs);
    }
  }
  await child.exited;
  const complete = text.split("\n").slice(0, -1);
  return Number(complete.at(-1));
}

async function expectWritten(store: Store, first: number, last: number): Promise<void> {
  await store.verify();
  for (let n = last - (last - first > 40 ? 40 : last - first); n <= last; n++) {
    const key = kvKey(`test.n${n % 50}`, (value) => value);
    // The next write to the same name may have been under way when the process died.
    expect(await store.kv.get(key)).toMatchObject({ n: expect.any(Number) });
    expect(await store.idempotency.lookup("send", `k${n}`)).toEqual({
      state: "settled",
      outcome: { ok: true, payload: n },
    });
  }
  const newest = await store.kv.get(kvKey(`test.n${last % 50}`, (value) => value));
  expect(newest).toMatchObject({ n: last });
}

test(`after SIGKILL at ${ROUNDS} random instants every acknowledged write is there and the file is sound`, async () => {
  using dir = tempDir();
  const path = dir.file("openclaw.sqlite");
  let next = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const first = next;
    const last = await writeAndKill(path, first, 1 + Math.floor(Math.random() * 20), Math.random() * 15);
    expect(last).toBeGreaterThanOrEqual(first);
    next = last + 100;
    // Two rounds of three leave the journal to the next writer, as a crash loop would.
    if (round % 3 !== 2) continue;
    const store = await openStore({ path, clock: systemClock, log: silentLogger });
    expect(store.recovery).toBeUndefined();
    await expectWritten(store, first, last);
    await store.close();
  }
}, 120_000);
