import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { Gate } from "../model-provider/index.ts";
import { PlainClient } from "./client.ts";
import { faults } from "./faults.ts";
import { FakeWhatsapp } from "./server.ts";

/** Clients are linked by real cryptography, which takes its time on a busy machine. */
setDefaultTimeout(20_000);

let fake: FakeWhatsapp;

beforeEach(async () => {
  fake = await FakeWhatsapp.start();
});
afterEach(() => fake.stop());

const AL = "15550001@s.whatsapp.net";

test("a QR code that expired links nothing; the next one does", async () => {
  await using client = new PlainClient(fake);
  client.connect();
  const old = await client.qr();
  fake.expireQrs({ again: true });
  await client.when("another code", () => client.updates.some(({ qr }) => qr !== undefined && qr !== old));
  await expect(fake.home.scan(old)).rejects.toThrow("expired");
  await fake.home.scan(await client.qr());
  expect(await client.closed()).toBe(515);
});

test("a device that was unlinked is logged out, now and when it comes again", async () => {
  await using client = await PlainClient.linked(fake);
  fake.home.unlink();
  expect(await client.closed()).toBe(401);
  client.connect();
  expect(await client.closed()).toBe(401);
});

test("a device can unlink itself", async () => {
  await using client = await PlainClient.linked(fake);
  const { companion } = fake.home;
  await client.socket.logout();
  await fake.journal.when("it to be unlinked", () => companion.isUnlinked);
  expect(fake.home.companions.size).toBe(0);
});

test("a second connection of the same device takes the place of the first", async () => {
  await using client = await PlainClient.linked(fake);
  await using second = new PlainClient(fake, {}, client.auth.creds);
  second.connect();
  await second.open();
  expect(await client.closed()).toBe(440);
});

test("logins are refused, and streams ended, with any code", async () => {
  await using client = await PlainClient.linked(fake);
  for (const code of [503, 515]) {
    fake.endStreams(code);
    expect(await client.closed()).toBe(code);
    client.connect();
    await client.open();
  }
  await client.socket.end(undefined);
  for (const code of [401, 403, 503]) {
    fake.faults.add("login", faults.refuse(code), { times: 1 });
    client.connect();
    expect(await client.closed()).toBe(code);
  }
});

test("a send that breaks before or after its effect, and one that is refused", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  const sends = async (text: string) => {
    await client.socket.sendMessage(AL, { text }, { messageId: "3EB0AA" });
    return client.closed();
  };
  fake.faults.add("message", faults.reset(), { times: 1 });
  expect(await sends("x")).toBeGreaterThan(0);
  expect(al.received()).toEqual([]);
  for (const text of ["y", "y"]) {
    client.connect();
    await client.open();
    if (al.received().length === 0) {
      fake.faults.add("message", faults.resetAfter(), { times: 1 });
      expect(await sends(text)).toBeGreaterThan(0);
    } else await client.socket.sendMessage(AL, { text }, { messageId: "3EB0AA" });
  }
  await fake.journal.when("the second copy", () => al.received()[0]?.times === 2);
  expect(al.texts()).toEqual(["y"]);
  const errors: unknown[] = [];
  client.socket.ev.on("messages.update", (updates) => {
    errors.push(...updates.map(({ update }) => update.messageStubParameters));
    fake.journal.stir();
  });
  fake.faults.add("message", faults.refuse(479), { times: 1 });
  await client.socket.sendMessage(AL, { text: "z" });
  await fake.journal.when("the refusal", () => errors.some((error) => Array.isArray(error)));
  expect(errors).toContainEqual(["479"]);
  expect(al.texts()).toEqual(["y"]);
});

test("an acknowledgement can be held back until the test lets it go", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  const gate = new Gate();
  fake.faults.add("message", faults.delayAfter(gate), { times: 1 });
  await client.socket.sendMessage(AL, { text: "slow" });
  await fake.journal.when("its effect", () => al.texts().includes("slow"));
  expect(fake.journal.out("ack").filter(({ attrs }) => attrs.class === "message")).toEqual([]);
  gate.open();
  await fake.journal.when("it", () => fake.journal.out("ack").some(({ attrs }) => attrs.class === "message"));
});

test("a black hole takes connections and says nothing; offline breaks them; both pass", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  fake.blackHole();
  await al.says("into the void");
  await client.socket.end(undefined);
  client.connect({ connectTimeoutMs: 200 });
  expect(await client.closed()).toBe(408);
  await fake.goOffline();
  client.connect();
  expect(await client.closed()).toBeGreaterThan(0);
  fake.recover();
  client.connect();
  await client.open();
  await client.when("what was said", () => client.texts.includes("into the void"));
  fake.faults.add("connect", faults.refuse(503), { times: 1 });
  await client.socket.end(undefined);
  // The library leaves it to its time-out.
  client.connect({ connectTimeoutMs: 200 });
  expect(await client.closed()).toBe(408);
});
