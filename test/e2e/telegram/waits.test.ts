import { expect, test } from "bun:test";
import { type Fault, faults } from "../../fakes/telegram/index.ts";
import { until } from "../../support/index.ts";
import { TelegramWorld } from "./support/index.ts";

// Pauses here are those of the gateway, up to a minute; the tests wait side by side.

/** Beyond every pause the connection makes, and the time a silent line is believed in. */
const LONG_MS = 100_000;

/** After a sleep a line is taken up: half of what a silent one is believed in. */
const WOKEN_MS = 20_000;

/** Hurts the poll, then expects the connection to mend itself and to answer what was said meanwhile. */
async function recovers(
  world: TelegramWorld,
  hurt: () => unknown,
  heal: () => unknown,
  seen?: (row: { lifecycle?: string; lastError?: string | null }) => boolean,
): Promise<void> {
  await world.echo("before");
  await hurt();
  world.al.says("ECHO meanwhile");
  if (seen) await world.accountWhen("the trouble to show in the status", seen, LONG_MS);
  await heal();
  await world.shown("meanwhile", world.dm, LONG_MS);
  await world.accountWhen("the account to be ready", ({ lifecycle }) => lifecycle === "ready", LONG_MS);
  await world.echo("after");
  expect(world.dm.texts(world.bot)).toEqual(["before", "meanwhile", "after"]);
}

const recovering = ({ lifecycle }: { lifecycle?: string }) => lifecycle === "recovering";

const brokenPolls: readonly (readonly [string, () => Fault])[] = [
  ["500", () => faults.status(500)],
  ["a page of a proxy", () => faults.html(502)],
  ["429", () => faults.tooMany(1)],
  ["a broken connection", () => faults.reset()],
  ["an answer cut off", () => faults.truncated()],
];

test.concurrent.each([...brokenPolls])(
  "polls that end with %s are begun again, and nothing is lost",
  async (_, fault) => {
    await using world = await TelegramWorld.start();
    await recovers(
      world,
      () => {
        world.telegram.faults.add("getUpdates", fault(), { times: 2 });
        world.telegram.breakConnections();
      },
      () => undefined,
    );
  },
  LONG_MS,
);

test.concurrent(
  "another program that polls with the same token is told of, and gives way in the end",
  async () => {
    await using world = await TelegramWorld.start();
    await world.echo("before");
    await world.intrude();
    const row = await world.accountWhen("the conflict to show", ({ lastError }) =>
      /409|conflict/i.test(lastError ?? ""),
    );
    expect(row.lifecycle).toBe("recovering");
    expect((await world.issues()).join("\n")).toMatch(/another|other/i);
    world.al.says("ECHO meanwhile");
    await world.shown("meanwhile", world.dm, LONG_MS);
    expect(world.dm.texts(world.bot)).toEqual(["before", "meanwhile"]);
  },
  LONG_MS,
);

test.concurrent(
  "a revoked token blocks the account, says what to do, and a new one in the configuration mends it",
  async () => {
    await using world = await TelegramWorld.start();
    await world.echo("before");
    world.telegram.revoke(world.bot);
    await world.accountWhen("the account to be blocked", ({ lifecycle }) => lifecycle === "blocked", LONG_MS);
    const { statusIssues } = await world.call("channels.status");
    expect(statusIssues).toMatchObject([{ channel: "telegram", fix: expect.any(String) }]);
    expect(JSON.stringify(statusIssues)).not.toContain(world.bot.token.split(":")[1] ?? "?");
    const next = world.telegram.bot({ username: "next_bot" });
    await world.configure({ botToken: next.token });
    await world.polled(next);
    world.al.says("ECHO to the new one", { in: world.al.chat(next) });
    await world.telegram.journal.when("the answer", () =>
      world.al.chat(next).texts(next).includes("to the new one"),
    );
  },
  LONG_MS,
);

test.concurrent(
  "Telegram out of reach shows in the status, and what was said meanwhile is answered",
  async () => {
    await using world = await TelegramWorld.start();
    await recovers(
      world,
      () => world.telegram.goOffline(),
      () => world.telegram.recover(),
      recovering,
    );
  },
  LONG_MS,
);

test.concurrent(
  "a line that went silent without an error is given up by itself",
  async () => {
    await using world = await TelegramWorld.start();
    await recovers(
      world,
      () => world.telegram.blackHole(),
      async () => {
        // The hole swallows the answer to the poll; only a new poll is answered.
        const isSwallowed = () => world.telegram.journal.of("getUpdates").at(-1)?.outcome === "lost";
        await world.telegram.journal.when("the answer to be swallowed", isSwallowed);
        await world.telegram.recover();
      },
    );
  },
  LONG_MS,
);

test.concurrent(
  "B27: a machine that slept takes up its line again",
  async () => {
    await using world = await TelegramWorld.start();
    await world.echo("before");
    await using operator = await world.gateway.operator();
    world.gateway.signal("SIGSTOP");
    // The far end of the line is gone when the machine wakes up, and nobody said so.
    world.telegram.blackHole();
    world.al.says("ECHO in your sleep");
    const slept = performance.now();
    // Two ticks fall into the sleep.
    await until("the machine to have slept", () => performance.now() - slept > 61_000, LONG_MS);
    await world.telegram.recover();
    const asleep = operator.frames.length;
    world.gateway.signal("SIGCONT");
    await world.shown("in your sleep", world.dm, WOKEN_MS);
    await operator.call("system-presence");
    expect(world.gateway.output()).toContain("the machine slept");
    const events = operator.frames.slice(asleep).map(({ event }) => event);
    const count = (name: string) => events.filter((event) => event === name).length;
    expect({ burst: count("tick") > 1, stops: count("shutdown") }).toEqual({ burst: false, stops: 0 });
  },
  LONG_MS,
);

test.concurrent(
  "a start without Telegram is no failure: the gateway is up, and the bot answers when Telegram is back",
  async () => {
    await using world = await TelegramWorld.start({
      polled: false,
      before: (telegram) => telegram.blackHole(),
    });
    expect((await world.account()).lifecycle).not.toBe("ready");
    await world.telegram.recover();
    world.al.says("ECHO good morning");
    await world.shown("good morning", world.dm, LONG_MS);
  },
  LONG_MS,
);

test.concurrent(
  "a send that never is answered ends after its time, is not repeated, and blocks nothing behind it",
  async () => {
    await using world = await TelegramWorld.start();
    world.telegram.faults.add("sendMessage", faults.hangAfter(), { times: 1 });
    world.al.says("ECHO into silence");
    await world.accountWhen("the send to be unknown", ({ queue }) => queue?.unknown === 1, LONG_MS);
    await world.echo("after the silence");
    expect(world.dm.texts(world.bot).filter((text) => text === "into silence")).toHaveLength(1);
  },
  LONG_MS,
);
