import { afterEach, beforeEach, expect, test } from "bun:test";
import type { ChannelLogin } from "../../../../src/channels/index.ts";
import { whatsappLinking } from "../../../../src/channels/whatsapp/link/index.ts";
import { Egress } from "../../../../src/lib/egress/index.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { openStore, type Store } from "../../../../src/store/index.ts";
import { FakeWhatsapp } from "../../../fakes/whatsapp/index.ts";
import { tempDir, type TempDir } from "../../../store/temp.ts";
import { until, within } from "../../../support/index.ts";

const OWNER = { channel: "whatsapp", accountId: "default" };
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

function linking() {
  return whatsappLinking({
    keys: store.channelKeys,
    egress: new Egress({ clock: systemClock }),
    processEnv: fake.env,
    clock: systemClock,
    log: silentLogger,
  });
}

function begun(): ChannelLogin {
  return linking().login("default", { verbose: false, beforeKeeping: async () => undefined });
}

async function codeOf(login: ChannelLogin, other?: string): Promise<string> {
  return until("a code", () => {
    const { state } = login;
    return state.kind === "code" && state.text !== other ? state.text : undefined;
  });
}

test("a scanned code links the account: who it is is kept, and nothing before", async () => {
  const login = begun();
  const code = await codeOf(login);
  expect(await linking().link("default")).toBeUndefined();
  await fake.phone("+4366412345", { name: "Ann" }).scan(code);
  expect(await within("the link", login.over)).toMatchObject({ kind: "linked", self: { id: "+4366412345" } });
  expect(await linking().link("default")).toMatchObject({
    self: { id: "+4366412345" },
    since: expect.any(Number),
  });
});

test("a code that WhatsApp no longer takes is followed by another", async () => {
  const login = begun();
  const code = await codeOf(login);
  fake.expireQrs({ again: true });
  const next = await codeOf(login, code);
  await fake.home.scan(next);
  expect((await within("the link", login.over)).kind).toBe("linked");
});

test("a login that is cancelled leaves nothing, at WhatsApp neither", async () => {
  const login = begun();
  await codeOf(login);
  await login.cancel();
  expect((await login.over).kind).toBe("cancelled");
  expect(await store.channelKeys.owners("whatsapp")).toEqual([]);
  expect(await store.channelKeys.creds(OWNER)).toBeUndefined();
  expect(fake.home.companions.size).toBe(0);
});

test("WhatsApp that refuses ends the login with what to do, and keeps what was linked before", async () => {
  const first = begun();
  await fake.home.scan(await codeOf(first));
  await within("the link", first.over);
  const before = await store.channelKeys.creds(OWNER);
  const again = begun();
  await codeOf(again);
  fake.endStreams(403);
  expect(await within("the end", again.over)).toMatchObject({ kind: "refused" });
  expect(await store.channelKeys.creds(OWNER)).toEqual(before);
});
