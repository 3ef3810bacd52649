import { afterEach, beforeEach, expect, test } from "bun:test";
import * as library from "@whiskeysockets/baileys";
import { Arrivals, ArrivalScope } from "../../../../src/channels/whatsapp/socket/arrivals.ts";
import { keptAuth } from "../../../../src/channels/whatsapp/socket/auth-state.ts";
import { quietLog } from "../../../../src/channels/whatsapp/socket/quiet-log.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { type ChannelKeyRepository, openStore, type Store, StoreError } from "../../../../src/store/index.ts";
import { memoryKeys } from "../../../fakes/whatsapp/signal/index.ts";
import { type TempDir, tempDir } from "../../../store/temp.ts";

const AL = "15550001@s.whatsapp.net";
const US = "15550000@s.whatsapp.net";
const owner = { channel: "whatsapp", accountId: "default" };
const log = quietLog(silentLogger);
const makeRepository = library.DEFAULT_CONNECTION_CONFIG.makeSignalRepository;
const transactions = { maxCommitRetries: 1, delayBetweenTriesMs: 1 };

let dir: TempDir;
let store: Store;
beforeEach(async () => {
  dir = tempDir();
  store = await openStore({ path: dir.file("s.sqlite"), clock: systemClock, log: silentLogger });
});
afterEach(async () => {
  await store.close();
  dir[Symbol.dispose]();
});

interface Heard {
  arrived: number;
  readonly abandoned: unknown[];
}

/** Our side, as one life of the process has it. */
async function ourLife(keys: ChannelKeyRepository = store.channelKeys) {
  const scope = new ArrivalScope();
  const heard: Heard = { arrived: 0, abandoned: [] };
  const auth = await keptAuth({ keys, owner, library, arrivals: scope });
  if ((await keys.creds(owner)) === undefined) await auth.save();
  const arrivals = new Arrivals({
    keys,
    owner,
    scope,
    arrived: () => void (heard.arrived += 1),
    abandon: (error) => void heard.abandoned.push(error),
  });
  const kept = library.addTransactionCapability(auth.state.keys, log, transactions);
  const repository = arrivals.wrap(makeRepository)({ creds: auth.state.creds, keys: kept }, log);
  const decrypt = async ({ type, ciphertext }: Sent, id = "A1") => {
    // Each delivery is a new stanza with bytes of its own.
    const content = Buffer.from(ciphertext);
    arrivals.note({
      tag: "message",
      attrs: { id, from: AL },
      content: [{ tag: "enc", attrs: { type }, content }],
    });
    return text(await repository.decryptMessage({ jid: AL, type, ciphertext: content }));
  };
  return { auth, kept, heard, decrypt };
}

interface Sent {
  readonly type: "pkmsg" | "msg";
  readonly ciphertext: Uint8Array;
}

/** Somebody who has a session with us. */
async function somebody({ auth, kept }: Awaited<ReturnType<typeof ourLife>>) {
  const { creds } = auth.state;
  const preKey = library.Curve.generateKeyPair();
  await kept.set({ "pre-key": { "1": preKey } });
  const memory = library.addTransactionCapability(memoryKeys(), log, transactions);
  const theirs = makeRepository({ creds: library.initAuthCreds(), keys: memory }, log);
  const signed = creds.signedPreKey;
  await theirs.injectE2ESession({
    jid: US,
    session: {
      registrationId: creds.registrationId,
      identityKey: library.generateSignalPubKey(creds.signedIdentityKey.public),
      signedPreKey: {
        keyId: signed.keyId,
        publicKey: library.generateSignalPubKey(signed.keyPair.public),
        signature: signed.signature,
      },
      preKey: { keyId: 1, publicKey: library.generateSignalPubKey(preKey.public) },
    },
  });
  return {
    says: (words: string): Promise<Sent> => theirs.encryptMessage({ jid: US, data: Buffer.from(words) }),
  };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("what is decrypted is in the store before anybody hears of it, and once, with the key it used up", async () => {
  const life = await ourLife();
  const al = await somebody(life);
  const first = await al.says("one");
  expect(await life.decrypt(first)).toBe("one");
  expect(life.heard.arrived).toBe(1);
  const [kept, ...others] = await store.channelKeys.arrivals(owner);
  expect([text(kept?.payload ?? new Uint8Array()), kept?.envelope, others.length]).toEqual([
    "one",
    JSON.stringify({ id: "A1", from: AL }),
    0,
  ]);
  expect((await store.channelKeys.keys(owner, "pre-key", ["1"])).size).toBe(0);
});

test("a process that dies after decrypting gets the same ciphertext again and reads the same, then goes on", async () => {
  const life = await ourLife();
  const al = await somebody(life);
  const first = await al.says("one");
  await life.decrypt(first);
  const next = await ourLife();
  expect(await next.decrypt(first)).toBe("one");
  expect(await next.decrypt(await al.says("two"), "A2")).toBe("two");
  expect((await store.channelKeys.arrivals(owner)).map(({ payload }) => text(payload))).toEqual([
    "one",
    "two",
  ]);
  const [taken] = await store.channelKeys.arrivals(owner);
  await store.channelKeys.taken(owner, taken?.key ?? "");
  // It is known and over: what comes again says nothing, and nobody asks for it once more.
  expect(await (await ourLife()).decrypt(first)).toBe("\u0001");
});

test("what cannot be stored was not decrypted: the connection is given up, and the message is read when it comes again", async () => {
  const life = await ourLife();
  const al = await somebody(life);
  await life.decrypt(await al.says("one"));
  const { channelKeys } = store;
  const full = new Proxy(channelKeys, {
    get: (target, name) =>
      name === "commit"
        ? () => Promise.reject(new StoreError("disk-full", "no room"))
        : Reflect.get(target, name).bind(target),
  });
  const second = await al.says("two");
  const broken = await ourLife(full);
  const failure: unknown = await broken.decrypt(second, "A2").then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StoreError);
  expect(broken.heard.abandoned).toHaveLength(1);
  expect(await (await ourLife()).decrypt(second, "A2")).toBe("two");
});

test("the library's log is told without keys, stanzas and what people say", () => {
  const said: unknown[] = [];
  const tell = (message: string, fields?: unknown) => void said.push([message, fields]);
  const loud = { ...silentLogger, enabled: () => true, debug: tell };
  const quiet = quietLog(loud).child({});
  quiet.info({ noiseKey: "k", key: { id: "x" }, msgId: "A1", trace: "secret" }, 'sent {"a":1}');
  quiet.error({ err: new Error("broken"), node: "<message>hi</message>" }, "error in handling");
  quiet.trace({ xml: "hi" }, "recv");
  quiet.debug({ xml: "hi" }, "recv");
  expect(said).toEqual([
    ["sent", { msgId: "A1" }],
    ["error in handling", { error: "broken" }],
  ]);
});
