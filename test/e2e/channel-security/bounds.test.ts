import { expect, setDefaultTimeout, test } from "bun:test";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Gate, hold, late, say } from "../../fakes/model-provider/index.ts";
import type { Json } from "../../fakes/telegram/index.ts";
import { until } from "../../support/index.ts";
import { residentMiB } from "../agent-security/rig.ts";
import { deeds, LISTED, messageOf, OWNER_ID, world } from "./rig.ts";

setDefaultTimeout(60_000);

/** More than is taken in at once, and what Telegram gives in one answer. */
const SAID = 2_000;
const POLL_BATCH = 100;

const user = (id: number): Json => ({
  id,
  is_bot: false,
  first_name: `Person ${id}`,
  username: `person_${id}`,
});

test("a crowd of strangers costs a row each and nothing else, and the owner is answered beside it", async () => {
  await using it = await world();
  it.owner.says("before");
  await it.settled();
  const before = await residentMiB(it.gateway.pid);
  const calls = deeds(it).length;
  for (let index = 0; index < 4_000; index += 1) {
    const id = 100_000 + (index % 2_000);
    it.bot.queue.add({
      message: messageOf(
        user(id),
        { id, type: "private", first_name: "Stranger" },
        { text: "x".repeat(500) },
      ),
    } as never);
  }
  it.owner.says("beside the crowd");
  await it.settled();
  expect(it.model.requests).toHaveLength(2);
  expect(it.asked("beside the crowd")).toHaveLength(1);
  expect(
    deeds(it)
      .slice(calls)
      .filter(({ chatId }) => chatId !== String(OWNER_ID)),
  ).toHaveLength(0);
  expect((await residentMiB(it.gateway.pid)) - before).toBeLessThan(80);
});

test("what is said in five thousand groups without meaning the bot is kept within bounds", async () => {
  await using it = await world({
    telegram: {
      ...LISTED,
      groupPolicy: "open",
      groups: { "*": { requireMention: true } },
      groupAllowFrom: ["*"],
    },
  });
  it.owner.says("before");
  await it.settled();
  const before = await residentMiB(it.gateway.pid);
  for (let index = 0; index < 5_000; index += 1) {
    const chat = { id: -1_000_000 - index, type: "supergroup", title: `Group ${index}` };
    it.bot.queue.add({ message: messageOf(user(1_000 + index), chat, { text: "y".repeat(2_000) }) } as never);
  }
  await it.settled();
  expect(it.model.requests).toHaveLength(1);
  expect((await residentMiB(it.gateway.pid)) - before).toBeLessThan(120);
  const { code } = await it.run("channels", "status");
  expect(code).toBe(0);
});

test("while agents have more than they can do, Telegram keeps the rest, and is asked for it once they can do more", async () => {
  await using it = await world({ telegram: { ...LISTED, dmPolicy: "open", allowFrom: ["*"] } });
  const gate = new Gate();
  it.model.on(() => late(say("late"), hold(gate)));
  for (let index = 0; index < SAID; index += 1) {
    const id = 200_000 + (index % 300);
    it.bot.queue.add({
      message: messageOf(user(id), { id, type: "private", first_name: "Guest" }, { text: `flood ${index}` }),
    } as never);
  }
  const waiting = await until("polling to pause", async () => {
    const count = await it.waiting();
    return count >= 1_000 ? count : undefined;
  });
  expect(waiting).toBeLessThan(1_000 + POLL_BATCH);
  const kept = it.bot.queue.pending.length;
  // The last ones that were fetched are confirmed by the next poll.
  expect(waiting + kept).toBe(SAID + POLL_BATCH);
  const polls = it.telegram.journal.of("getUpdates").length;
  const status = await it.run("channels", "status");
  expect(status.code).toBe(0);
  expect(it.telegram.journal.of("getUpdates").length).toBe(polls);
  gate.open();
  await until("polling to go on", () => it.bot.queue.pending.length < kept);
});

test("addresses in answers and sends lead to nothing on this machine or beside it, whoever names them", async () => {
  let hits = 0;
  const canary = createServer((_, response) => {
    hits += 1;
    response.end("inside");
  });
  await new Promise<void>((resolve) => void canary.listen(0, "127.0.0.1", () => resolve()));
  try {
    const { port } = canary.address() as AddressInfo;
    await using it = await world();
    await using writer = await it.operator({ scopes: ["operator.write"] });
    const apiPort = new URL(it.telegram.apiRoot).port;
    const addresses = [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://localhost.:${port}/`,
      `http://2130706433:${port}/`,
      `http://0177.0.0.1:${port}/`,
      `http://[::1]:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      `http://0.0.0.0:${port}/`,
      `http://user@127.0.0.1:${port}/`,
      // The Bot API server is trusted for calls, not for whatever somebody names.
      `http://127.0.0.1:${apiPort}/bot${it.bot.token}/getMe`,
    ];
    const calls = it.telegram.journal.of("getMe").length;
    for (const mediaUrl of addresses) {
      const sent = await writer.request("send", {
        to: `telegram:${OWNER_ID}`,
        mediaUrl,
        idempotencyKey: crypto.randomUUID(),
      });
      expect([mediaUrl, sent.ok]).toEqual([mediaUrl, false]);
      it.model.next(say(`words\nMEDIA:${mediaUrl}`));
      it.owner.says(`show ${mediaUrl}`);
    }
    await it.settled();
    expect([hits, it.telegram.journal.of("getMe").length]).toEqual([0, calls]);
    expect(deeds(it).filter(({ method }) => /photo|document/i.test(method))).toHaveLength(0);
  } finally {
    canary.close();
  }
});
