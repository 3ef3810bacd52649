import makeWASocket, {
  type SignalDataSet,
  useMultiFileAuthState,
  WA_CERT_DETAILS,
  type WASocket,
} from "@whiskeysockets/baileys";
import { mkdir } from "node:fs/promises";
import type { FakeWhatsapp, Phone } from "../../../fakes/whatsapp/index.ts";
import { quiet } from "../../../fakes/whatsapp/signal/index.ts";
import { within } from "../../../support/index.ts";

/** Links a device as the earlier program did, with its state in a folder of files, and ends it. */
export async function linkInFiles(fake: FakeWhatsapp, phone: Phone, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(fake.rootKey, "hex");
  const first = await connected(fake, folder, (code) => void phone.scan(code), "closed");
  await first.written();
  const companion = phone.companion;
  const { socket, written } = await connected(fake, folder, () => undefined, "open");
  await fake.journal.when("the first synchronisation", () => companion.hasSynced);
  await fake.journal.when("all to be confirmed", () => companion.outbox.pending.length === 0);
  await socket.end(undefined);
  await fake.journal.when("the device to be gone", () => !companion.isOnline);
  await written();
}

/** A connection of the earlier program. */
interface Connected {
  readonly socket: WASocket;
  /** Settles when every file it began to write is written. */
  written(): Promise<void>;
}

async function connected(
  fake: FakeWhatsapp,
  folder: string,
  onCode: (code: string) => void,
  until: "open" | "closed",
): Promise<Connected> {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  const reached = Promise.withResolvers<void>();
  const writing = new Set<Promise<void>>();
  const write = (work: Promise<void>): Promise<void> => {
    writing.add(work);
    return work.finally(() => writing.delete(work));
  };
  const set = async (data: SignalDataSet) => write(Promise.resolve(state.keys.set(data)));
  const socket = makeWASocket({
    logger: quiet,
    waWebSocketUrl: fake.url,
    auth: { creds: state.creds, keys: { ...state.keys, set } },
    getMessage: async () => undefined,
  });
  socket.ev.on("creds.update", () => void write(saveCreds()));
  socket.ev.on("connection.update", ({ qr, connection }) => {
    if (qr !== undefined) onCode(qr);
    if (connection === (until === "closed" ? "close" : "open")) reached.resolve();
  });
  await within(`the connection to be ${until}`, reached.promise);
  return {
    socket,
    async written() {
      while (writing.size > 0) await Promise.all(writing);
    },
  };
}
