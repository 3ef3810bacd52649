import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { freePort, type TempHome, tempHome } from "../../support/index.ts";
import { mockConfig } from "../turns/support/index.ts";
import { Book } from "./book.ts";
import { Random, testSeed } from "./random.ts";
import { withRemains } from "./remains.ts";
import { KEY_VARIABLE, Victim } from "./victim.ts";

/** Kills in all, and the homes that share them side by side. */
const KILLS = 200;
const HOMES = 2;
const KILLS_BETWEEN_RECKONINGS = 20;

/** Two hundred gateways start, work and are read after their death; that takes minutes where others want the processors too. */
const HUNG_AFTER_MS = 300_000;

/** All turns at work at once but a few, so that some wait for a place too. */
const LANE_WIDTH = 16;

test(
  `after ${KILLS} SIGKILLs among 50 turns nothing accepted is forgotten, doubled or torn`,
  async () => {
    const seed = testSeed();
    console.log(`seed ${seed}`);
    await using fake = await FakeModelProvider.start();
    const counts = await Promise.all(
      Array.from({ length: HOMES }, (_, index) => oneHome(fake, index, new Random(seed + index))),
    );
    console.log(counts.map((one) => JSON.stringify(one)).join("\n"));
  },
  HUNG_AFTER_MS,
);

async function oneHome(fake: FakeModelProvider, index: number, random: Random) {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    ...mockConfig(fake),
    models: { providers: { mock: { ...fake.providerConfig(), apiKey: `\${${KEY_VARIABLE}}` } } },
    agents: { defaults: { model: { primary: "mock/mock-1" }, maxConcurrent: LANE_WIDTH } },
  });
  const book = new Book(`home${index}`, fake);
  const victim = new Victim({ home, book, random, port: await freePort() });
  for (let life = 1; life <= KILLS / HOMES; life++) {
    await victim.shortLife();
    if (life % KILLS_BETWEEN_RECKONINGS === 0) await victim.reckoning();
  }
  await expectEachOnce(home, book);
  return { ...victim.counts, messages: book.entries.size, ...endings(book) };
}

/** No message stands twice, none is missing, none was answered twice, no tool acted twice, nothing ran after its end. */
async function expectEachOnce(home: TempHome, book: Book): Promise<void> {
  const said = await withRemains(home, async ({ sessions, transcripts }) => {
    const { rows } = await sessions.list({});
    const lives = await Promise.all(rows.map(({ sessionId }) => transcripts.read(sessionId)));
    return lives.flat().map(({ event }) => event.message);
  });
  const messages = countBy(
    said,
    (message) => field(message, "role") === "user" && field(message, "idempotencyKey"),
  );
  const answers = countBy(said, (message) => {
    const runId = field(field(message, "__openclaw"), "runId");
    return field(message, "role") === "assistant" && field(message, "stopReason") === "stop" && runId;
  });
  const effects = existsSync(home.at("effects")) ? readFileSync(home.at("effects"), "utf8") : "";
  const acts = countBy(effects.split("\n"), (line) => line);
  const wrong: unknown[] = [];
  for (const entry of book.entries.values()) {
    const { runId, work, queueMode, ending } = entry;
    const one = {
      runId,
      messages: messages.get(`${runId}:user`) ?? 0,
      answers: answers.get(runId) ?? 0,
      acts: acts.get(runId) ?? 0,
    };
    const callsAfterItsEnd = book.callsAfterItsEnd(entry);
    const isOnce = one.messages <= 1 && one.answers <= 1 && one.acts <= 1 && callsAfterItsEnd.length === 0;
    // Messages that share a turn share its answer, and which of them the model takes up is its own affair.
    const isAlone = queueMode === "followup";
    const isWhole =
      one.messages === 1 && (!isAlone || (one.answers === 1 && one.acts === (work === "act" ? 1 : 0)));
    if (!isOnce || (ending === "ok" && !isWhole))
      wrong.push({ ...one, callsAfterItsEnd, work, queueMode, ending });
  }
  expect(wrong).toEqual([]);
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => unknown): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    if (typeof key === "string") counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** How the messages ended: answered, reported as interrupted, stopped by somebody. */
function endings(book: Book): Readonly<Record<string, number>> {
  const count = (how: string) => [...book.entries.values()].filter(({ ending }) => ending === how).length;
  return { answered: count("ok"), reported: count("error"), stopped: count("timeout") };
}
