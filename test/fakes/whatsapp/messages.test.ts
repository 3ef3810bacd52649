import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { downloadMediaMessage, type WAMessage } from "@whiskeysockets/baileys";
import { PlainClient } from "./client.ts";
import { FakeWhatsapp } from "./server.ts";

/** Clients are linked by real cryptography, which takes its time on a busy machine. */
setDefaultTimeout(20_000);

let fake: FakeWhatsapp;

beforeEach(async () => {
  fake = await FakeWhatsapp.start();
});
afterEach(() => fake.stop());

const AL = "15550001@s.whatsapp.net";
const says = (text: string) => (message: WAMessage) =>
  message.message?.conversation === text || message.message?.extendedTextMessage?.text === text;

test("text goes both ways, and both sides hear that it arrived", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001", { name: "Al" });
  const hello = await al.says("hello");
  const heard = await client.hears(says("hello"));
  expect(heard.key).toMatchObject({ remoteJid: AL, fromMe: false, id: hello.id });
  expect(heard.pushName).toBe("Al");
  await fake.journal.when("the receipt", () => hello.isDelivered);
  const sent = await client.socket.sendMessage(AL, { text: "hi" });
  const id = sent?.key.id ?? "";
  await fake.journal.when("the answer", () => al.received().length > 0);
  expect(al.received().map((one) => [one.id, one.text, one.times])).toEqual([[id, "hi", 1]]);
  await fake.journal.when("it on my phone", () => fake.home.sentByDevices(al).length > 0);
  expect(fake.home.sentByDevices().map(({ text }) => text)).toEqual(["hi"]);
  await al.says("thanks", { quote: al.received()[0] });
  const thanks = await client.hears(says("thanks"));
  expect(thanks.message?.extendedTextMessage?.contextInfo?.stanzaId).toBe(id);
});

test("the same id sent twice is one message, counted", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  for (const text of ["once", "once"]) await client.socket.sendMessage(AL, { text }, { messageId: "3EB0AB" });
  await fake.journal.when("both", () => al.received()[0]?.times === 2);
  expect(al.texts()).toEqual(["once"]);
});

test("edits, deletions and reactions are put where they belong, both ways", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  const sent = await client.socket.sendMessage(AL, { text: "one" });
  const key = sent?.key ?? {};
  await client.socket.sendMessage(AL, { text: "two", edit: key });
  await fake.journal.when("the edit", () => al.received()[0]?.text === "two");
  const word = await al.says("word");
  const { key: theirs } = await client.hears(says("word"));
  await client.socket.sendMessage(AL, { react: { text: "👍", key: theirs } });
  await fake.journal.when("the reaction", () => al.reactionsTo(word).includes("👍"));
  await al.reacts(word, "❤️");
  const reaction = await client.hears(({ message }) => message?.reactionMessage?.text === "❤️");
  expect(reaction.message?.reactionMessage?.key?.id).toBe(word.id);
  await al.edits(word, "sword");
  await client.hears(({ message }) => {
    const edit = message?.protocolMessage ?? message?.editedMessage?.message?.protocolMessage;
    return edit?.editedMessage?.conversation === "sword";
  });
  await client.socket.sendMessage(AL, { delete: key });
  await fake.journal.when("the deletion", () => al.received()[0]?.isDeleted === true);
});

test("who hides the number is named by another one, with the number beside it", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001", { addressing: "lid", lid: "987654321" });
  await al.says("hello");
  const { key } = await client.hears(says("hello"));
  expect(key).toMatchObject({ remoteJid: "987654321@lid", remoteJidAlt: AL });
  await client.socket.sendMessage("987654321@lid", { text: "hi" });
  await fake.journal.when("the answer", () => al.texts().includes("hi"));
});

test("what the owner writes to themself or to others reaches the linked device as theirs", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  await fake.home.says("note to self");
  expect((await client.hears(says("note to self"))).key).toMatchObject({
    remoteJid: "15550000@s.whatsapp.net",
    fromMe: true,
  });
  await fake.home.says("from my phone", { in: al });
  expect((await client.hears(says("from my phone"))).key).toMatchObject({ remoteJid: AL, fromMe: true });
  expect(al.texts()).toEqual(["from my phone"]);
});

test("in a group everybody hears, by number or by the number that hides it", async () => {
  await using client = await PlainClient.linked(fake);
  const [al, bo] = [fake.person("+15550001"), fake.person("+15550002")];
  for (const addressing of ["pn", "lid"] as const) {
    const group = fake.group({ subject: "Trip", members: [fake.home, al, bo], addressing });
    await al.says(`hello ${addressing}`, { in: group, mentions: [fake.home] });
    const heard = await client.hears(says(`hello ${addressing}`));
    expect(heard.key).toMatchObject({ remoteJid: group.id, participant: al.jid(addressing) });
    expect(heard.message?.extendedTextMessage?.contextInfo?.mentionedJid).toEqual([
      fake.home.jid(addressing),
    ]);
    await al.says(`again ${addressing}`, { in: group });
    await client.hears(says(`again ${addressing}`));
    expect(await client.socket.groupMetadata(group.id)).toMatchObject({ subject: "Trip", size: 3 });
    await client.socket.sendMessage(group.id, { text: "hi" }, { quoted: heard });
    await client.socket.sendMessage(group.id, { text: "hi again" });
    for (const one of [al, bo]) {
      await fake.journal.when(
        "both",
        () => one.received(group).filter(({ author }) => author === fake.home).length === 2,
      );
    }
    expect(al.received(group)[0]?.quoted).toEqual({ id: heard.key.id ?? "", text: `hello ${addressing}` });
  }
});

/** The media host has a certificate of its own; a program is given it with NODE_EXTRA_CA_CERTS. */
function trustingAnyHost(): Disposable {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  return { [Symbol.dispose]: () => void delete process.env.NODE_TLS_REJECT_UNAUTHORIZED };
}

test("files go both ways, encrypted on the host; places, cards and polls too", async () => {
  using _trust = trustingAnyHost();
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  const bytes = Buffer.from("a picture, say");
  await al.sends({ kind: "image", bytes, caption: "look" });
  const heard = await client.hears(({ message }) => message?.imageMessage?.caption === "look");
  expect(await downloadMediaMessage(heard, "buffer", {})).toEqual(bytes);
  await client.socket.sendMessage(AL, { document: bytes, mimetype: "text/plain", fileName: "a.txt" });
  const [received] = await fake.journal.when("the file", () => al.received().length > 0 && al.received());
  expect(await received?.file()).toEqual({ bytes, mimetype: "text/plain", name: "a.txt" });
  await al.sends({ kind: "voice", bytes, seconds: 1 });
  await client.hears(({ message }) => message?.audioMessage?.ptt === true);
  await al.sharesLocation(52.5, 13.4, "Berlin");
  await client.hears(({ message }) => message?.locationMessage?.name === "Berlin");
  await al.sharesContact("Bo", "+15550002");
  await client.hears(({ message }) => message?.contactMessage?.displayName === "Bo");
  await al.polls("When?", ["now", "later"]);
  await client.hears(({ message }) => message?.pollCreationMessageV3?.name === "When?");
});

test("who is typing is told, and what the device says of itself is kept", async () => {
  await using client = await PlainClient.linked(fake);
  const al = fake.person("+15550001");
  const presences: string[] = [];
  client.socket.ev.on("presence.update", ({ presences: now }) => {
    presences.push(...Object.values(now).map(({ lastKnownPresence }) => lastKnownPresence));
    fake.journal.stir();
  });
  al.types();
  await client.socket.sendPresenceUpdate("composing", AL);
  await client.socket.sendPresenceUpdate("paused", AL);
  const { companion } = fake.home;
  await fake.journal.when("both", () => companion.chatStates.length === 2);
  expect(companion.chatStates).toEqual([
    { to: AL, state: "composing" },
    { to: AL, state: "paused" },
  ]);
  await fake.journal.when("al to type", () => presences.includes("composing"));
});
