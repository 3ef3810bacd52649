import { expect, setDefaultTimeout, test } from "bun:test";
import { Town } from "./town.ts";

const DIRECT = 70;
const GROUPS = 30;
const MESSAGES = 500;

/** What a busy machine may take; far above the budget, which the benchmark watches. */
const BUSY_MS = 120_000;
setDefaultTimeout(BUSY_MS + 30_000);

for (const mode of ["steer", "followup", "collect"]) {
  const when = mode === "steer" ? "with the queue as it is by default" : `with the queue mode ${mode}`;
  test(`${MESSAGES} messages from ${DIRECT + GROUPS} chats at once are answered once and in order ${when}`, async () => {
    await using town = await Town.start({
      direct: DIRECT,
      groups: GROUPS,
      ...(mode !== "steer" && { world: { config: { messages: { queue: { mode } } } } }),
    });
    const begun = performance.now();
    town.burst(MESSAGES);
    await town.answered(MESSAGES, BUSY_MS);
    console.log(`${mode}: ${MESSAGES} messages answered in ${Math.round(performance.now() - begun)} ms`);
    await town.world.settled();
    expect(town.wrong()).toEqual([]);
  });
}
