import { expect, test } from "bun:test";
import { whatsappAccounts, whatsappSettings } from "../../../src/channels/whatsapp/account/index.ts";
import { validateConfig } from "../../../src/config/index.ts";

const accounts = (whatsapp: unknown) => whatsappAccounts(validateConfig({ channels: { whatsapp } }).config);

test("a section is one account by itself; without one there is none", () => {
  expect(whatsappAccounts(validateConfig({}).config)).toEqual([]);
  const [only, ...others] = accounts({});
  expect([only?.id, only?.enabled, only?.configured, others.length]).toEqual(["default", true, true, 0]);
  expect(accounts({ enabled: false })[0]?.enabled).toBe(false);
});

test("an account says before the default one, that before the section; maps are replaced as a whole", () => {
  const [work, home] = accounts({
    dmPolicy: "allowlist",
    mediaMaxMb: 10,
    streaming: { chunkMode: "newline" },
    groups: { "1@g.us": {} },
    defaultAccount: "work",
    accounts: {
      default: { mediaMaxMb: 20, name: "Home" },
      work: { groups: { "2@g.us": {} }, dmPolicy: "open", allowFrom: ["*"] },
    },
  });
  if (!work || !home) throw new Error("there are two accounts");
  expect([work.id, home.id, home.name, work.name]).toEqual(["work", "default", "Home", undefined]);
  expect(whatsappSettings(work)).toMatchObject({
    dmPolicy: "open",
    mediaMaxMb: 20,
    streaming: { chunkMode: "newline" },
    groups: { "2@g.us": {} },
    textChunkLimit: 4_000,
    sendReadReceipts: true,
  });
  expect(Object.keys(whatsappSettings(work).groups ?? {})).toEqual(["2@g.us"]);
  expect(whatsappSettings(home)).toMatchObject({ dmPolicy: "allowlist", mediaMaxMb: 20 });
});
