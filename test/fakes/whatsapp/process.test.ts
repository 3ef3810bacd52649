import { expect, setDefaultTimeout, test } from "bun:test";
import { PATIENCE_MS } from "../../support/index.ts";
import { PlainClient, spawnFakeWhatsapp } from "./index.ts";

/** A program is started and a client linked by real cryptography: several waits, each with its own patience. */
setDefaultTimeout(60_000);

test("as a program of its own it links a client and lets people talk to it", async () => {
  await using program = await spawnFakeWhatsapp();
  const { OPENCLAW_WHATSAPP_WEB_URL: url = "", OPENCLAW_WHATSAPP_WEB_ROOT_KEY: rootKey = "" } = program.env;
  await using client = new PlainClient({ url, rootKey });
  client.connect();
  await program.scan(await client.qr());
  expect(await client.closed()).toBe(515);
  const socket = client.connect();
  await client.open();
  const answers: Promise<unknown>[] = [];
  socket.ev.on("messages.upsert", ({ messages }) => {
    for (const { key, message } of messages) {
      const text = message?.conversation;
      if (text && !key.fromMe) answers.push(socket.sendMessage(key.remoteJid ?? "", { text }));
    }
  });
  await program.caughtUp(PATIENCE_MS);
  const exchanges = await program.burst(2, 4, PATIENCE_MS);
  expect(exchanges.every(({ answer, mark }) => answer?.includes(mark))).toBe(true);
  await program.say("+15550009", "hello");
  await client.hears(({ message }) => message?.conversation === "hello");
  await Promise.all(answers);
});
