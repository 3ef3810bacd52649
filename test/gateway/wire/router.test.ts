import { expect, test } from "bun:test";
import type { BoundMethod } from "../../../src/gateway/method.ts";
import { Metrics } from "../../../src/gateway/state/metrics.ts";
import { type Replies, Router } from "../../../src/gateway/wire/router.ts";
import { WriteLimit } from "../../../src/gateway/wire/write-limit.ts";
import { WsLog } from "../../../src/gateway/wire/ws-log.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { status } from "../../../src/protocol/index.ts";
import { ManualClock } from "../../support/index.ts";
import { aClient } from "../clients.ts";

/** Asks a method once; answers are written as a connection writes them. */
async function ask(run: BoundMethod["run"]) {
  const clock = new ManualClock();
  const router = new Router({
    methods: new Map([[status.status.name, { spec: status.status, run }]]),
    writeLimit: new WriteLimit(clock),
    metrics: new Metrics(),
    clock,
    log: silentLogger,
    wsLog: new WsLog(silentLogger, "auto"),
    strictParams: false,
  });
  const answers: string[] = [];
  const replies: Replies = {
    ok: (id, payload) => void answers.push(JSON.stringify({ id, ok: true, payload })),
    fail: (id, error) => void answers.push(JSON.stringify({ id, ok: false, error })),
  };
  const { signal } = new AbortController();
  router.dispatch(
    { type: "req", id: "r", method: status.status.name },
    1,
    aClient("c"),
    () => signal,
    replies,
  );
  await new Promise((turned) => setImmediate(turned));
  return { answers: answers.map((answer): unknown => JSON.parse(answer)), active: router.active };
}

/** What no connection can write. */
const UNWRITABLE = { count: 1n };

test("a result that cannot be written is answered with an error, once, and leaves nothing behind", async () => {
  for (const run of [() => UNWRITABLE, async () => UNWRITABLE]) {
    expect(await ask(run)).toEqual({
      answers: [{ id: "r", ok: false, error: expect.objectContaining({ code: "UNAVAILABLE" }) }],
      active: 0,
    });
  }
});

test("a method that fails is answered with its error, whether it fails at once or later", async () => {
  const broken = new Error("broken");
  for (const run of [
    () => {
      throw broken;
    },
    () => Promise.reject(broken),
  ]) {
    expect(await ask(run)).toMatchObject({ answers: [{ ok: false }], active: 0 });
  }
});
