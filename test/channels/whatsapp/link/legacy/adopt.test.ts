import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adoptLink, linkFolders, whatsappLinking } from "../../../../../src/channels/whatsapp/link/index.ts";
import { keyOfFile } from "../../../../../src/channels/whatsapp/link/legacy/key-files.ts";
import { silentLogger } from "../../../../../src/lib/logger.ts";
import { openStore, type Store } from "../../../../../src/store/index.ts";
import { ManualClock } from "../../../../support/index.ts";
import { tempDir, type TempDir } from "../../../../store/temp.ts";
import { OLD_KEYS, oldCreds, writeOldLink } from "./old-link.ts";

const OWNER = { channel: "whatsapp", accountId: "default" };
const clock = new ManualClock();
let dir: TempDir;
let store: Store;
let folder: string;

beforeEach(async () => {
  dir = tempDir();
  store = await openStore({ path: join(dir.path, "state", "db.sqlite"), clock, log: silentLogger });
  folder = join(dir.path, "state", "credentials", "whatsapp", "default");
});

afterEach(async () => {
  await store.close();
  dir[Symbol.dispose]();
});

function adopt(stateDir = join(dir.path, "state")) {
  const folders = linkFolders({
    accountId: "default",
    authDir: undefined,
    stateDir: join(dir.path, "state"),
    home: dir.path,
  });
  return adoptLink(OWNER, folders, { keys: store.channelKeys, stateDir, clock, log: silentLogger });
}

test("every file of an old link becomes the key it is named after, and nothing of it is deleted", async () => {
  writeOldLink(folder);
  const before = readdirSync(folder).sort();
  expect(await adopt()).toEqual({ kind: "adopted", folder });
  for (const [name, [type, id]] of Object.entries(OLD_KEYS)) {
    const found = await store.channelKeys.keys(OWNER, type, [id]);
    expect([name, found.get(id)]).toEqual([name, readFileSync(join(folder, name), "utf8")]);
  }
  const creds = await store.channelKeys.creds(OWNER);
  expect(JSON.parse(creds?.value ?? "{}")).toMatchObject({ registrationId: 77 });
  expect(
    readdirSync(folder)
      .filter((name) => name !== "openclaw-link.json")
      .sort(),
  ).toEqual(before);
  const note = join(folder, "openclaw-link.json");
  expect(statSync(note).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(note, "utf8"))).toMatchObject({ stateDir: join(dir.path, "state") });
});

test("the link that was taken over has the age of its files and says who it is", async () => {
  writeOldLink(folder);
  const linkedAt = new Date("2025-03-04T05:06:07Z");
  utimesSync(join(folder, "creds.json"), linkedAt, linkedAt);
  await adopt();
  const linking = whatsappLinking({
    keys: store.channelKeys,
    egress: { route: () => Promise.reject(new Error("not here")) },
    processEnv: {},
    clock,
    log: silentLogger,
  });
  const link = await linking.link("default");
  expect(link?.self).toEqual({ id: "+4366412345", name: "Ann" });
  expect(link?.since).toBe(linkedAt.getTime());
});

test("credentials that broke in the middle of a write are taken from their copy", async () => {
  writeOldLink(folder);
  writeFileSync(join(folder, "creds.json"), JSON.stringify(oldCreds()).slice(0, 100));
  expect((await adopt()).kind).toBe("adopted");
  expect(JSON.parse((await store.channelKeys.creds(OWNER))?.value ?? "{}")).toMatchObject({
    registrationId: 76,
  });
});

test("a key that cannot be read is left out, the rest is taken", async () => {
  writeOldLink(folder);
  writeFileSync(join(folder, "pre-key-1.json"), "{");
  rmSync(join(folder, "session-4366499.0.json"));
  symlinkSync(join(folder, "creds.json"), join(folder, "session-4366499.0.json"));
  expect((await adopt()).kind).toBe("adopted");
  expect((await store.channelKeys.keys(OWNER, "pre-key", ["1"])).size).toBe(0);
  expect((await store.channelKeys.keys(OWNER, "session", ["4366499.0", "99_1.3"])).size).toBe(1);
});

test("it is done once: an account that was logged out since stays so", async () => {
  writeOldLink(folder);
  await adopt();
  await store.channelKeys.clear(OWNER);
  expect(await adopt()).toEqual({ kind: "none" });
});

test("seed 111: a link that another state folder took over is not taken again", async () => {
  writeOldLink(folder);
  await adopt();
  await store.channelKeys.clear(OWNER);
  expect(await adopt(join(dir.path, "other"))).toEqual({
    kind: "elsewhere",
    folder,
    stateDir: join(dir.path, "state"),
  });
});

test("an account that has a link keeps it", async () => {
  writeOldLink(folder);
  await store.channelKeys.commit(OWNER, { creds: `{"mine":true}` });
  expect(await adopt()).toEqual({ kind: "none" });
  expect((await store.channelKeys.creds(OWNER))?.value).toBe(`{"mine":true}`);
});

test("a code that nobody scanned is no link, nor is an empty folder", async () => {
  expect(await adopt()).toEqual({ kind: "none" });
  const { me: _me, ...fresh } = oldCreds();
  writeOldLink(folder, fresh);
  expect(await adopt()).toEqual({ kind: "none" });
  expect(await store.channelKeys.creds(OWNER)).toBeUndefined();
});

test("the first versions kept one account beside all other credentials", async () => {
  writeOldLink(join(dir.path, "state", "credentials"));
  expect(await adopt()).toEqual({ kind: "adopted", folder: join(dir.path, "state", "credentials") });
});

test("an account with a folder of its own is looked for there alone", () => {
  const facts = { accountId: "work", stateDir: "/s", home: "/h" };
  expect(linkFolders({ ...facts, authDir: "~/wa" })).toEqual(["/h/wa"]);
  expect(linkFolders({ ...facts, authDir: undefined })).toEqual(["/s/credentials/whatsapp/work"]);
});

test("files that hold no key are none", () => {
  for (const name of ["creds.json", "pre-key-.json", "oauth.json", "session-1", "gateway-token"]) {
    expect(keyOfFile(name)).toBeUndefined();
  }
});
