import { expect, setDefaultTimeout, test } from "bun:test";
import { faults } from "../../fakes/telegram/index.ts";
import { OWNER_ID, TelegramWorld } from "../telegram/support/index.ts";

setDefaultTimeout(60_000);

const params = (key: string) => ({
  channel: "telegram",
  to: String(OWNER_ID),
  message: `once: ${key}`,
  idempotencyKey: key,
});
const send = async (world: TelegramWorld, key: string) =>
  (await world.operator()).request("send", params(key), 45_000);
const times = (world: TelegramWorld, key: string) =>
  world.dm.texts(world.bot).filter((text) => text === `once: ${key}`).length;

test("a send with the same key is one message, whether it is asked for at once, later, or after a restart", async () => {
  await using world = await TelegramWorld.start();
  await world.echo("hello");
  const first = await Promise.all(Array.from({ length: 10 }, () => send(world, "a")));
  const { payload } = first[0] ?? {};
  expect(payload).toMatchObject({ messageId: expect.any(String) });
  for (const answer of first) expect(answer).toMatchObject({ ok: true, payload });
  expect(await send(world, "a")).toMatchObject({ ok: true, payload });
  for (const signal of [undefined, "SIGKILL"] as const) {
    await world.down(signal);
    await world.up();
    expect(await send(world, "a")).toMatchObject({ ok: true, payload });
  }
  expect(times(world, "a")).toBe(1);
});

test.each([
  ["and it had arrived", () => faults.hangAfter(), 1],
  ["and it never arrived", () => faults.hang(), 0],
] as const)(
  "a send the gateway died in is answered as uncertain, %s, and is not made again",
  async (_, fault, shown) => {
    await using world = await TelegramWorld.start();
    await world.echo("hello");
    const rule = world.telegram.faults.add("sendMessage", fault(), { times: 1 });
    const lost = send(world, "b").catch(() => undefined);
    await world.telegram.journal.when("the send", () => rule.hits > 0);
    await world.down("SIGKILL");
    await lost;
    await world.up();
    for (let time = 0; time < 2; time += 1) {
      expect(await send(world, "b")).toMatchObject({
        ok: false,
        error: { code: "UNAVAILABLE", retryable: false, details: { deliveryStatus: "unknown" } },
      });
    }
    expect(times(world, "b")).toBe(shown);
    // Another key is another message, and is not held up.
    expect(await send(world, "c")).toMatchObject({ ok: true });
    const { items } = await world.call("message.queue.list", { states: ["unknown"] });
    expect(items).toMatchObject([{ summary: "once: b", state: "unknown" }]);
  },
);
