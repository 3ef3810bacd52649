import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { PlainClient } from "./client.ts";
import { FakeWhatsapp } from "./server.ts";

/** Clients are linked by real cryptography, which takes its time on a busy machine. */
setDefaultTimeout(20_000);

let fake: FakeWhatsapp;

beforeEach(async () => {
  fake = await FakeWhatsapp.start();
});
afterEach(() => fake.stop());

test("a client shows a QR code, a phone scans it, the client restarts and is open", async () => {
  await using client = new PlainClient(fake);
  client.connect();
  const phone = fake.phone("+15550000", { name: "Home" });
  const companion = await phone.scan(await client.qr());
  expect(await client.closed()).toBe(515);
  expect(client.auth.creds.me).toMatchObject({ id: "15550000:1@s.whatsapp.net" });
  client.connect();
  await client.open();
  expect([companion.isOnline, companion.logins]).toEqual([true, 1]);
  await fake.journal.when("the first synchronisation", () => companion.hasSynced);
  await fake.journal.when("all to be confirmed", () => companion.outbox.pending.length === 0);
  expect(fake.journal.unknown).toEqual([]);
});
