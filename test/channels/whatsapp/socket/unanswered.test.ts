import { expect, test } from "bun:test";
import { openSocket, type WhatsappSocket } from "../../../../src/channels/whatsapp/socket/index.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { faults } from "../../../fakes/whatsapp/index.ts";
import { within } from "../../../support/index.ts";
import { type LinkedStore, linkedStore } from "../linked-store.ts";

/** A connection of a linked account, on which a question was asked that the server leaves unanswered. */
async function asked({
  fake,
  store,
  owner,
  place,
  egress,
}: LinkedStore): Promise<{ readonly socket: WhatsappSocket; readonly question: Promise<string> }> {
  const opened = Promise.withResolvers<void>();
  const socket = await openSocket({
    keys: store.channelKeys,
    owner,
    place,
    egress,
    log: silentLogger,
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
  await using linked = await linkedStore();
  const { question } = await asked(linked);
  linked.fake.breakConnections();
  expect(await within("its end", question)).toBe("broken off");
});

test("a question that is open when the connection is closed is broken off at once", async () => {
  await using linked = await linkedStore();
  const { socket, question } = await asked(linked);
  await socket.close();
  expect(await within("its end", question)).toBe("broken off");
});
