import makeWASocket, { useMultiFileAuthState, WA_CERT_DETAILS, type WASocket } from "@whiskeysockets/baileys";
import { mkdir } from "node:fs/promises";
import type { FakeWhatsapp, Phone } from "../../../fakes/whatsapp/index.ts";
import { quiet } from "../../../fakes/whatsapp/signal/index.ts";
import { within } from "../../../support/index.ts";

/** Links a device as the earlier program did, with its state in a folder of files, and ends it. */
export async function linkInFiles(fake: FakeWhatsapp, phone: Phone, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(fake.rootKey, "hex");
  await connected(fake, folder, (code) => void phone.scan(code), "closed");
  const companion = phone.companion;
  const socket = await connected(fake, folder, () => undefined, "open");
  await fake.journal.when("the first synchronisation", () => companion.hasSynced);
  await fake.journal.when("all to be confirmed", () => companion.outbox.pending.length === 0);
  await socket.end(undefined);
}

async function connected(
  fake: FakeWhatsapp,
  folder: string,
  onCode: (code: string) => void,
  until: "open" | "closed",
): Promise<WASocket> {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  const reached = Promise.withResolvers<void>();
  const socket = makeWASocket({
    logger: quiet,
    waWebSocketUrl: fake.url,
    auth: state,
    getMessage: async () => undefined,
  });
  let saved: Promise<void> = Promise.resolve();
  socket.ev.on("creds.update", () => void (saved = saved.then(saveCreds)));
  socket.ev.on("connection.update", ({ qr, connection }) => {
    if (qr !== undefined) onCode(qr);
    if (connection === (until === "closed" ? "close" : "open")) reached.resolve();
  });
  await within(`the connection to be ${until}`, reached.promise);
  await saved;
  return socket;
}
