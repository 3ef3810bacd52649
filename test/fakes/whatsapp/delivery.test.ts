import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { WAMessage } from "@whiskeysockets/baileys";
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
const says = (text: string) => (message: WAMessage) => message.message?.conversation === text;

test("what is said while the device is away waits for it, in order", async () => {
  await using client = await PlainClient.linked(fake);
  const [al, bo] = [fake.person("+15550001"), fake.person("+15550002")];
  await client.socket.end(undefined);
  await fake.journal.when("it to be away", () => !fake.home.companion.isOnline);
  await al.says("one");
  await bo.says("two");
  await al.says("three");
  client.connect();
  await client.hears(says("three"));
  expect(client.texts).toEqual(["one", "two", "three"]);
  expect(client.heard.every(({ type }) => type === "append")).toBe(true);
  await fake.journal.when("all to be confirmed", () => fake.home.companion.outbox.pending.length === 0);
});

test("a message that was not confirmed is told again at the next login, the same bytes", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  const lost = fake.faults.add("receipt", faults.hang());
  const said = await al.says("hello");
  await client.hears(says("hello"));
  await fake.journal.when("the receipt to be lost", () => lost.hits > 0);
  fake.breakConnections();
  await client.closed();
  lost.lift();
  expect([said.isDelivered, said.attempts]).toEqual([false, 1]);
  client.connect();
  await client.open();
  await fake.journal.when("it to be confirmed", () => fake.home.companion.outbox.pending.length === 0);
  expect(said.attempts).toBe(2);
  const [first, second] = fake.journal.out("message").filter(({ attrs }) => attrs.id === said.id);
  expect(second?.content).toEqual(first?.content);
  expect(second?.attrs.offline).toBe("0");
});

test("what a device could not read it asks for again, and gets, alone and in groups", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  const said = await al.says("hello", { spoiled: 1 });
  await client.hears(says("hello"));
  await fake.journal.when("its receipt", () => said.isDelivered);
  expect(said.retries).toBe(1);
  const group = fake.group({ members: [fake.home, al] });
  const inGroup = await al.says("all", { in: group, spoiled: 1 });
  await client.hears(says("all"));
  expect(inGroup.retries).toBe(1);
  await al.says("after", { in: group });
  await client.hears(says("after"));
  await fake.journal.when("all to be confirmed", () => fake.home.companion.outbox.pending.length === 0);
});

test("what a phone could not read it asks for again, and gets", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  await client.socket.sendMessage(AL, { text: "one" });
  await fake.journal.when("the first", () => al.texts().length === 1);
  await al.says("fine");
  await client.hears(says("fine"));
  await al.forgets(fake.home.companion);
  await client.socket.sendMessage(AL, { text: "two" });
  await fake.journal.when("the second", () => al.texts().length === 2);
  expect(al.texts()).toEqual(["one", "two"]);
  expect(al.unreadable.length).toBe(1);
});

test("receipts of people are told to the device", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  const states: unknown[] = [];
  client.socket.ev.on("messages.update", (updates) => {
    states.push(...updates.map(({ update }) => update.status));
    fake.journal.stir();
  });
  await client.socket.sendMessage(AL, { text: "hi" });
  await fake.journal.when("it", () => al.received().length > 0);
  const receipts = () => fake.journal.out("receipt").map(({ attrs }) => attrs.type ?? "delivered");
  await fake.journal.when("its delivery", () => receipts().length > 0);
  for (const received of al.received()) al.reads(received);
  await fake.journal.when("that it was read", () => states.includes(4));
  expect(receipts()).toEqual(["delivered", "read"]);
});
