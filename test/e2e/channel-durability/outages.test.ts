import { expect, test } from "bun:test";
import { hangUp } from "../../fakes/model-provider/index.ts";
import { faults } from "../../fakes/telegram/index.ts";
import { until } from "../../support/index.ts";
import { Town } from "./town.ts";
import { verdictOn } from "./verdict.ts";

// Pauses here are those of the gateway, up to half a minute; the tests wait side by side.

const DIRECT = 6;
const GROUPS = 3;
const MESSAGES = 27;
/** Beyond every pause the connection makes, and the time a silent line is believed in. */
const LONG_MS = 110_000;
/** Within this the status says what is wrong. */
const TELL_MS = 60_000;

interface Outage {
  readonly what: string;
  /** Begins it; returns what ends it. */
  readonly strike: (town: Town) => Promise<() => Promise<unknown> | void>;
  /** Found among the status issues. */
  readonly told: RegExp;
  /** Answers may be lost with the connection they were sent on. */
  readonly mayDoubt?: true;
}

const TELEGRAM: readonly Outage[] = [
  {
    what: "Telegram cannot be reached",
    strike: async ({ world: { telegram } }) => {
      await telegram.goOffline();
      return () => telegram.recover();
    },
    told: /not connected|cannot be reached/i,
    mayDoubt: true,
  },
  {
    what: "Telegram answers with faults of its own",
    strike: async ({ world: { telegram } }) => {
      const rule = telegram.faults.add("*", faults.status(502));
      telegram.breakConnections();
      return () => rule.lift();
    },
    told: /not connected|in trouble/i,
    mayDoubt: true,
  },
  {
    what: "a proxy answers in Telegram's place",
    strike: async ({ world: { telegram } }) => {
      const rule = telegram.faults.add("*", faults.html(503));
      telegram.breakConnections();
      return () => rule.lift();
    },
    told: /not connected|in trouble/i,
    mayDoubt: true,
  },
  {
    what: "Telegram finds that the bot calls too often",
    strike: async ({ world: { telegram } }) => {
      const rule = telegram.faults.add("*", faults.tooMany(1));
      return () => rule.lift();
    },
    told: /not connected|limits/i,
  },
  {
    what: "another program polls with the same token",
    strike: async ({ world }) => {
      await world.intrude();
      return () => undefined;
    },
    told: /another program/i,
  },
];

for (const { what, strike, told, mayDoubt } of TELEGRAM) {
  test.concurrent(
    `when ${what} in the middle of a burst, the status says so and what to do, and everything is answered once it is over`,
    async () => {
      await using town = await Town.start({ direct: DIRECT, groups: GROUPS });
      const { world } = town;
      town.burst(MESSAGES);
      await town.answered(3, LONG_MS);
      const heal = await strike(town);
      town.burst(MESSAGES);
      const struck = performance.now();
      await until(
        "the status to tell",
        async () => tells(await world.call("channels.status"), told),
        TELL_MS,
      );
      console.log(`${what}: told after ${Math.round(performance.now() - struck)} ms`);
      await heal();
      await world.settled(LONG_MS);
      await world.accountWhen("the account to be ready", ({ lifecycle }) => lifecycle === "ready", LONG_MS);
      const verdict = await verdictOn(town);
      console.log(`${what}: ${JSON.stringify(verdict)}`);
      if (!mayDoubt) expect(verdict.uncertain).toBe(0);
    },
    LONG_MS,
  );
}

test.concurrent(
  "when the model's provider breaks off every call in the middle of a burst, the status says that chats wait, and everything is answered once it is over",
  async () => {
    await using town = await Town.start({ direct: DIRECT, groups: GROUPS });
    const { world } = town;
    town.burst(MESSAGES);
    await town.answered(3, LONG_MS);
    let refused = 0;
    const heal = world.model.on(() => {
      refused += 1;
      return hangUp();
    });
    town.burst(MESSAGES);
    // Every chat was refused, and not only once.
    await until("every chat to be refused", () => refused > 3 * town.places.length, LONG_MS);
    await until(
      "the status to tell",
      async () => tells(await world.call("channels.status"), /waits? .*for a model that does not answer/),
      TELL_MS,
    );
    heal();
    await world.settled(LONG_MS);
    const verdict = await verdictOn(town);
    console.log(`no provider: ${JSON.stringify(verdict)}`);
    expect(verdict.uncertain).toBe(0);
  },
  LONG_MS,
);

/** An issue says what is wrong, and what helps. */
function tells(status: Readonly<Record<string, unknown>>, told: RegExp): boolean {
  const issues = status.statusIssues as readonly { readonly message: string; readonly fix?: string }[];
  return issues.some(({ message, fix }) => told.test(message) && fix !== undefined && fix !== "");
}
