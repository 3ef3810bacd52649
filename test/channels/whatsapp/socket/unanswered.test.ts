import { afterEach, beforeEach, expect, test } from "bun:test";
import { whatsappLinking } from "../../../../src/channels/whatsapp/link/index.ts";
import { openSocket, webPlace, type WhatsappSocket } from "../../../../src/channels/whatsapp/socket/index.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { Egress } from "../../../../src/lib/egress/index.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { openStore, type Store } from "../../../../src/store/index.ts";
import { FakeWhatsapp, faults } from "../../../fakes/whatsapp/index.ts";
import { type TempDir, tempDir } from "../../../store/temp.ts";
import { until, within } from "../../../support/index.ts";

const owner = { channel: "whatsapp", accountId: "default" };
const egress = new Egress({ clock: systemClock });
let fake: FakeWhatsapp;
let dir: TempDir;
let store: Store;

beforeEach(async () => {
  fake = await FakeWhatsapp.start();
  dir = tempDir();
  store = await openStore({ path: dir.file("db.sqlite"), clock: systemClock, log: silentLogger });
});

afterEach(async () => {
  await store.close();
  await fake.stop();
  dir[Symbol.dispose]();
});

/** A connection of a linked account, on which a question was asked that the server leaves unanswered. */
async function asked(): Promise<{ readonly socket: WhatsappSocket; readonly question: Promise<string> }> {
  const deps = { keys: store.channelKeys, egress, log: silentLogger };
  const login = whatsappLinking({ ...deps, processEnv: fake.env, clock: systemClock }).login("default", {
    verbose: false,
    beforeKeeping: async () => {},
  });
  const code = await until("a code", () => login.state.kind === "code" && login.state.text);
  await fake.home.scan(code);
  await within("the link", login.over);
  const opened = Promise.withResolvers<void>();
  const place = webPlace(fake.env);
  const socket = await openSocket({
    ...deps,
    owner,
    place,
    heard: ({ kind }) => kind === "open" && opened.resolve(),
  });
  await within("the connection", opened.promise);
  const rule = fake.faults.add("w:p", faults.hang());
  const ping = { tag: "iq", attrs: { to: "s.whatsapp.net", type: "get", xmlns: "w:p" } };
  const question = socket.wire.query({ ...ping, content: [{ tag: "ping", attrs: {} }] }).then(
    () => "answered",
    () => "broken off",
  );
  await fake.journal.when("the question", () => rule.hits > 0);
  return { socket, question };
}

test("a question that is open when the connection breaks is broken off at once", async () => {
  const { question } = await asked();
  fake.breakConnections();
  expect(await within("its end", question)).toBe("broken off");
});

test("a question that is open when the connection is closed is broken off at once", async () => {
  const { socket, question } = await asked();
  await socket.close();
  expect(await within("its end", question)).toBe("broken off");
});
