import { expect, test } from "bun:test";
import { renameSync, writeFileSync } from "node:fs";
import { until } from "../../support/index.ts";
import { turnWorld } from "../turns/support/index.ts";
import { type Edit, nextEdit, numbers, print } from "./edits.ts";
import { Caller, Refused, Traffic } from "./traffic.ts";

const EDITS = 1_000;

/** Every so many edits one is made to the file, as an editor does it; the others come over the wire. */
const BY_FILE_EVERY = 12;

/** Every so many edits somebody restarts the gateway. */
const RESTART_EVERY = 200;

/** A restart: the turns under way have ten seconds, and on a busy machine they take some of them. */
const NEXT_MS = 30_000;

const FILE = ".openclaw/openclaw.json";
const READY = /\bready\b/g;

interface View {
  readonly hash: string;
  readonly runtimeConfig: unknown;
  readonly appliedConfigHash: string | null;
}

test(`B13: ${EDITS} random edits, valid and not, under traffic: no request fails, no run is dropped, and what is invalid changes nothing`, async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  console.log(`edits: seed ${seed}`);
  await using world = await turnWorld({
    fake: { paceMs: 1 },
    config: {
      gateway: { mode: "local", reload: { debounceMs: 10 } },
      agents: { defaults: { model: { primary: "mock/mock-1" } }, entries: { main: {} } },
    },
  });
  const { gateway, home } = world;
  const path = home.at(FILE);
  const random = numbers(seed);
  const traffic = new Traffic(gateway);
  const operator = new Caller(gateway);
  const view = async () => (await operator.call("config.get")) as unknown as View;
  let good = (await Bun.file(path).json()) as Record<string, unknown>;
  let restarts = 0;

  /** Over the wire an edit is taken or refused at once. */
  const send = async (edit: Edit): Promise<void> => {
    const raw = edit.text(good);
    for (;;) {
      const { hash } = await view();
      try {
        await operator.call("config.set", { raw, baseHash: hash });
        expect(edit).toMatchObject({
          outcome: edit.outcome === "refused" ? "taken, and was not valid" : edit.outcome,
        });
        break;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        // Our own edit came through and its answer did not, because of a restart.
        if (error.message.includes("changed since last load")) continue;
        expect({ ...edit, said: error.message }).toEqual({
          ...edit,
          said: error.message,
          outcome: "refused",
        });
        break;
      }
    }
  };

  /** In the file it counts once it has settled; the gateway says what it made of it. */
  const write = async (edit: Edit): Promise<void> => {
    const text = edit.text(good);
    const mark = gateway.output().length;
    if (random() < 0.5) writeFileSync(path, text);
    else {
      writeFileSync(`${path}~`, text);
      renameSync(`${path}~`, path);
    }
    const told = {
      refused: "config reload skipped (invalid config)",
      unfit: "config reload failed: Refusing to bind",
    };
    if (edit.outcome !== "applied") {
      const words = told[edit.outcome];
      await until(
        `"${words}" about ${edit.name}`,
        () => gateway.output().slice(mark).includes(words),
        NEXT_MS,
      );
    }
  };

  traffic.start();
  for (let count = 1; count <= EDITS; count += 1) {
    const edit = nextEdit(random);
    const byFile = count % BY_FILE_EVERY === 0;
    const before = edit.outcome === "applied" ? undefined : await view();
    await (byFile ? write(edit) : send(edit));
    if (edit.outcome === "applied") good = JSON.parse(edit.text(good)) as Record<string, unknown>;
    else if (edit.outcome === "refused") {
      const after = await view();
      expect({ edit: edit.name, runs: after.runtimeConfig }).toEqual({
        edit: edit.name,
        runs: before?.runtimeConfig,
      });
    }
    // What cannot be run on is put right, as a person would.
    if (byFile || edit.outcome === "unfit") writeFileSync(path, print(good));
    if (count % RESTART_EVERY === 0) {
      const starts = [...gateway.output().matchAll(READY)].length;
      gateway.signal("SIGUSR1");
      restarts += 1;
      await until("the next gateway", () => [...gateway.output().matchAll(READY)].length > starts, NEXT_MS);
    }
  }
  await until(
    "the last edit to be in force",
    async () => {
      const { runtimeConfig } = await view();
      return Bun.deepMatch({ agents: good["agents"] }, runtimeConfig);
    },
    NEXT_MS,
  );
  await traffic.end();
  await operator.close();

  expect(traffic.failures.slice(0, 5)).toEqual([]);
  const { http, completions, calls, turns } = traffic.answered;
  console.log(
    `edits: ${http} requests, ${completions} completions, ${calls} calls, ${turns} turns, ${restarts} restarts by hand, ` +
      `${gateway.output().split("config change requires gateway restart").length - 1} wished by an edit`,
  );
  expect(Math.min(http, completions, calls, turns)).toBeGreaterThan(50);
  expect(gateway.output()).not.toMatch(/\b(fatal|unhandled)\b/i);
  expect(process.kill(gateway.pid, 0)).toBe(true);
}, 300_000);
