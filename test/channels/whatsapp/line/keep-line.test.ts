import { expect, test } from "bun:test";
import { whatsappAccounts } from "../../../../src/channels/whatsapp/account/index.ts";
import { keepLine, Observed } from "../../../../src/channels/whatsapp/line/index.ts";
import { validateConfig } from "../../../../src/config/index.ts";
import { randomIds } from "../../../../src/lib/ids.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { secretRegistry } from "../../../../src/lib/redact.ts";
import { faults } from "../../../fakes/whatsapp/index.ts";
import { ManualClock, until } from "../../../support/index.ts";
import { type LinkedStore, linkedStore } from "../linked-store.ts";

/** The middle of its jitter: the first pause takes 2 s. */
const EVEN = 0.5;

/** A line that is kept while the clock stands still; it ends with `using`. */
async function keptLine({ fake, store, place, egress }: LinkedStore) {
  const clock = new ManualClock();
  const observed = new Observed(clock, () => fake.journal.stir());
  const [account] = whatsappAccounts(validateConfig({ channels: { whatsapp: {} } }).config);
  if (!account) throw new Error("there is one account");
  const stop = new AbortController();
  const kept = keepLine(
    {
      context: {
        account,
        current: () => account,
        egress,
        clock,
        ids: randomIds,
        log: silentLogger,
        secrets: secretRegistry(),
        receive: async () => {},
        cursor: async () => undefined,
        ready: async () => {},
        memory: { get: async () => undefined, put: async () => {} },
        commands: () => [],
        changed: () => {},
      },
      keys: store.channelKeys,
      place,
      observed,
      random: () => EVEN,
      line: () => {},
      taken: () => {},
    },
    stop.signal,
  );
  const { companion } = fake.home;
  const connected = (logins: number) =>
    fake.journal.when(`login ${logins}`, () => companion.logins === logins && companion.isActive);
  await connected(1);
  return {
    clock,
    observed,
    companion,
    connected,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await kept;
    },
  };
}

test("moved by the server, an account is back without a pause", async () => {
  await using linked = await linkedStore();
  await using line = await keptLine(linked);
  linked.fake.endStreams(515);
  // No time passes: whatever rests first rests for ever.
  await line.connected(2);
  expect(line.observed.failures).toBe(0);
});

test("after an end that is an error it rests, and then tries again", async () => {
  await using linked = await linkedStore();
  await using line = await keptLine(linked);
  linked.fake.endStreams(503);
  await until("the end to be seen", () => line.observed.failures === 1);
  line.clock.advance(1_999);
  expect(line.companion.logins).toBe(1);
  line.clock.advance(1);
  await line.connected(2);
});

test.each([401, 403, 503])(
  "a connection that is refused with HTTP %d is an error like others, and not WhatsApp's word",
  async (status) => {
    await using linked = await linkedStore();
    await using line = await keptLine(linked);
    linked.fake.faults.add("connect", faults.refuse(status), { times: 1 });
    linked.fake.endStreams(515);
    await until("the refusal to be seen", () => line.observed.failures === 1);
    line.clock.advance(2_000);
    await line.connected(2);
  },
);
