import { expect, setDefaultTimeout, test } from "bun:test";
import { withRemains } from "../durability/remains.ts";
import { Town } from "./town.ts";

const DIRECT = 20;
const GROUPS = 10;
/** Said before each stop, and as many again while the gateway is away. */
const MESSAGES = 60;
const TIMES = 4;
const SETTLE_MS = 40_000;

setDefaultTimeout(90_000);

interface Stop {
  readonly what: string;
  /** Returns when the gateway takes messages again; `time` counts the stops. */
  readonly carryOut: (town: Town, time: number) => Promise<void>;
}

const STOPS: readonly Stop[] = [
  {
    what: "stopped by SIGTERM and started again",
    carryOut: async ({ world }) => {
      await world.down();
      await world.up();
    },
  },
  {
    what: "restarted by SIGUSR1",
    carryOut: async ({ world }) => {
      const ready = () => world.gateway.output().split("[gateway] ready").length;
      const before = ready();
      world.gateway.signal("SIGUSR1");
      await world.telegram.journal.when("another life", () => ready() > before, SETTLE_MS);
    },
  },
  {
    what: "given another setting of the account",
    carryOut: async ({ world }, time) => {
      const before = world.telegram.journal.of("deleteWebhook").length;
      await world.configure({
        network: { dangerouslyAllowPrivateNetwork: true, autoSelectFamily: time % 2 === 0 },
      });
      await world.telegram.journal.when(
        "the account to connect anew",
        () => world.telegram.journal.of("deleteWebhook").length > before,
        SETTLE_MS,
      );
    },
  },
];

test.each([...STOPS])(
  "a gateway that is $what in the middle of a burst loses nothing, doubles nothing and doubts nothing",
  async ({ carryOut }) => {
    await using town = await Town.start({ direct: DIRECT, groups: GROUPS });
    const { world } = town;
    for (let time = 0; time < TIMES; time += 1) {
      town.burst(MESSAGES);
      // In the middle: some are answered, most are not.
      await town.answered(town.said.length - MESSAGES + 5, SETTLE_MS);
      const done = carryOut(town, time);
      town.burst(MESSAGES);
      await done;
    }
    await world.settled(SETTLE_MS);
    expect(town.wrong()).toEqual([]);
    await world.down();
    const states = await withRemains(world.home, async ({ inbox, outbox }) => ({
      in: new Set((await inbox.list({ limit: 10_000 })).map(({ state }) => state)),
      out: new Set((await outbox.list({ limit: 10_000 })).map(({ state }) => state)),
    }));
    expect(states).toEqual({ in: new Set(["done"]), out: new Set(["sent"]) });
  },
);
