import { afterEach, beforeEach, expect, test } from "bun:test";
import { PlainClient } from "./client.ts";
import { FakeWhatsapp } from "./server.ts";

let fake: FakeWhatsapp;

beforeEach(async () => {
  fake = await FakeWhatsapp.start();
});
afterEach(() => fake.stop());

test("text goes both ways", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001", { name: "Al" });
  const hello = await al.says("hello");
  const heard = await client.hears(({ message }) => message?.conversation === "hello");
  expect(heard.key).toMatchObject({ remoteJid: "15550001@s.whatsapp.net", fromMe: false, id: hello.id });
  expect(heard.pushName).toBe("Al");
  await fake.journal.when("the receipt", () => hello.isDelivered);
  const sent = await client.socket.sendMessage("15550001@s.whatsapp.net", { text: "hi" });
  const [received] = await fake.journal.when("the answer", () => al.received().length > 0 && al.received());
  expect([received?.id, received?.text, received?.times]).toEqual([sent?.key.id ?? "", "hi", 1]);
  await fake.journal.when("it on my phone", () => fake.home.sentByDevices(al).length > 0);
  expect(fake.home.sentByDevices().map(({ text }) => text)).toEqual(["hi"]);
  await al.says("thanks", { quote: received });
  await client.hears(({ message }) => message?.extendedTextMessage?.contextInfo?.stanzaId === sent?.key.id);
});
