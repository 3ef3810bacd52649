import { describe, expect, test } from "bun:test";
import * as library from "@whiskeysockets/baileys";
import { normalizeMessageContent, type proto, type WAMessageKey } from "@whiskeysockets/baileys";
import { eventOf, readArrival, type Surroundings } from "../../../src/channels/whatsapp/normalise/index.ts";

const AL = "15550001@s.whatsapp.net";
const GROUP = "120363000000000001@g.us";
const own = { number: "15550000", lid: "7700", name: "Home" };

function read(content: proto.IMessage, key: WAMessageKey = {}, over: Partial<Surroundings> = {}) {
  return eventOf(
    {
      key: { remoteJid: AL, id: "A1", fromMe: false, ...key },
      pushName: "Al",
      at: 1_700_000_000,
      content: normalizeMessageContent(content),
    },
    {
      own,
      numberOfLid: async (lid) => (lid === "9900" ? "15550002" : undefined),
      titleOf: async () => "Friends",
      unwrapped: normalizeMessageContent,
      hearsSelf: true,
      ...over,
    },
  );
}

describe("who wrote it is what the server says", () => {
  test("a number is a number, with or without a device", async () => {
    const found = await read({ conversation: "hi" }, { remoteJid: "15550001:3@s.whatsapp.net" });
    expect(found).toMatchObject({
      key: "message:+15550001:+15550001:A1",
      lane: "+15550001",
      event: {
        chat: { id: "+15550001", kind: "direct" },
        sender: { id: "+15550001", name: "Al", isBot: false },
      },
    });
  });

  test("an id without a number is the number the stanza names, else the one that is known, else no number", async () => {
    const told = await read({ conversation: "hi" }, { remoteJid: "8800@lid", remoteJidAlt: AL });
    const known = await read({ conversation: "hi" }, { remoteJid: "9900@lid" });
    const unknown = await read({ conversation: "hi" }, { remoteJid: "15550001@lid" });
    expect([told, known, unknown].map((one) => one?.event.kind === "message" && one.event.sender.id)).toEqual(
      ["+15550001", "+15550002", "15550001@lid"],
    );
  });

  test("in a group it is the participant, and the chat is the group", async () => {
    const key = { remoteJid: GROUP, participant: "8800@lid", participantAlt: "15550003@s.whatsapp.net" };
    expect((await read({ conversation: "hi" }, key))?.event).toMatchObject({
      chat: { id: GROUP, kind: "group", title: "Friends" },
      sender: { id: "+15550003" },
    });
  });
});

describe("what is no message to us", () => {
  test.each([
    ["a status", { remoteJid: "status@broadcast", participant: AL }],
    ["a list", { remoteJid: "123@broadcast" }],
    ["a newsletter", { remoteJid: "120@newsletter" }],
    ["what the owner writes to somebody", { fromMe: true }],
  ])("%s", async (_, key) => {
    expect(await read({ conversation: "hi" }, key)).toBeUndefined();
  });

  test("a note to oneself, unless it is heard", async () => {
    const key = { remoteJid: "15550000@s.whatsapp.net", fromMe: true };
    expect(await read({ conversation: "hi" }, key, { hearsSelf: false })).toBeUndefined();
    expect((await read({ conversation: "hi" }, key))?.event).toMatchObject({ sender: { isSelf: true } });
  });

  test("keys, receipts and other things that say nothing", async () => {
    expect(await read({ protocolMessage: { type: 0, key: { id: "B" } } })).toBeUndefined();
    expect(await read({ senderKeyDistributionMessage: { groupId: GROUP } })).toBeUndefined();
    expect(await read({})).toBeUndefined();
  });
});

describe("what is said", () => {
  test("messages that vanish or are seen once are unwrapped", async () => {
    const inner = { message: { conversation: "secret" } };
    for (const content of [
      { ephemeralMessage: inner },
      { viewOnceMessage: inner },
      { viewOnceMessageV2: inner },
    ]) {
      expect((await read(content))?.event).toMatchObject({ text: "secret" });
    }
  });

  test("a mention and a quote of ours, by number or by id", async () => {
    for (const jid of ["15550000@s.whatsapp.net", "7700@lid"]) {
      const contextInfo = {
        mentionedJid: [jid],
        stanzaId: "Q",
        participant: jid,
        quotedMessage: { conversation: "was" },
      };
      const found = await read({ extendedTextMessage: { text: "you", contextInfo } });
      expect(found?.event).toMatchObject({
        isMention: true,
        replyTo: { messageId: "Q", isOwn: true, text: "was" },
      });
    }
    const contextInfo = { stanzaId: "Q", participant: AL, quotedMessage: { conversation: "theirs" } };
    expect((await read({ extendedTextMessage: { text: "you", contextInfo } }))?.event).toMatchObject({
      isMention: false,
      replyTo: { isOwn: false, sender: { id: "+15550001" } },
    });
  });

  test("an edit names what it changes; a reaction whether it is ours", async () => {
    const edit = {
      protocolMessage: { type: 14, key: { id: "OLD" }, editedMessage: { conversation: "new" } },
    };
    const found = await read(edit);
    expect(found?.key).toBe("edit:+15550001:+15550001:OLD:A1");
    expect(found?.event).toMatchObject({ messageId: "OLD", text: "new", isEdit: true });
    const about = (fromMe: boolean, jid: string) => ({
      reactionMessage: { key: { id: "M", fromMe, remoteJid: jid }, text: "👍" },
    });
    const ours = await read(about(false, "15550000@s.whatsapp.net"));
    expect(ours?.event).toMatchObject({ kind: "reaction", messageId: "M", added: ["👍"], isToOwn: true });
    expect((await read(about(true, AL)))?.event).toMatchObject({ isToOwn: false });
  });

  test("a file is a reference with what opens it; one that names no place is none", async () => {
    const file = {
      directPath: "/v/t62/x",
      mediaKey: new Uint8Array(32),
      mimetype: "audio/ogg; codecs=opus",
      fileLength: 12,
    };
    const voice = await read({ audioMessage: { ...file, ptt: true, seconds: 3 } });
    expect(voice?.event).toMatchObject({
      text: "",
      media: [{ kind: "voice", mimeType: "audio/ogg", sizeBytes: 12, durationSeconds: 3 }],
    });
    const elsewhere = await read({
      imageMessage: { ...file, directPath: "evil.example/x", caption: "look" },
    });
    expect(elsewhere?.event).toMatchObject({ text: "look", media: [] });
  });
});

describe("a message that came without its content", () => {
  const asked = () => {
    const info = library.proto.WebMessageInfo.encode({
      key: { remoteJid: AL, id: "LATE", fromMe: false },
      message: { conversation: "told by the phone" },
      messageTimestamp: 1_700_000_000,
      pushName: "Al",
    }).finish();
    const response = { placeholderMessageResendResponse: { webMessageInfoBytes: info } };
    const content = {
      protocolMessage: { peerDataOperationRequestResponseMessage: { peerDataOperationResult: [response] } },
    };
    return library.encodeWAMessage(content);
  };
  const stored = (attrs: Record<string, string>) => ({
    key: "k",
    envelope: JSON.stringify({ id: "P1", t: "1700000001", ...attrs }),
    payload: asked(),
    at: 0,
    isTaken: false,
  });

  test("is the sender's when the account's own phone tells it", () => {
    const { messages, isForLibrary } = readArrival(
      stored({ from: "15550000@s.whatsapp.net", category: "peer" }),
      own,
      library,
    );
    expect(isForLibrary).toBe(true);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      key: { remoteJid: AL, id: "LATE" },
      at: 1_700_000_000,
      content: { conversation: "told by the phone" },
    });
  });

  test("is nobody's when anybody else claims to know it", () => {
    const { messages } = readArrival(stored({ from: AL, category: "peer" }), own, library);
    expect(messages.map(({ key }) => key.id)).toEqual(["P1"]);
  });
});
