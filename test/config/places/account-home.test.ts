import { expect, test } from "bun:test";
import { accountHome, homeInPasswd } from "../../../src/config/places/account-home.ts";

const PASSWD = [
  "root:x:0:0:root:/root:/bin/bash",
  "# comment",
  "ann:x:1000:1000:Ann,,,:/home/ann:/bin/zsh",
  "broken:x:1001",
  "nohome:x:1002:1002:::/bin/sh",
  "",
].join("\n");

test("the home of an account is read from its line of the password database", () => {
  expect(homeInPasswd(PASSWD, 0)).toBe("/root");
  expect(homeInPasswd(PASSWD, 1000)).toBe("/home/ann");
});

test("an account without an entry or without a home has none there", () => {
  for (const uid of [1001, 1002, 4242]) expect(homeInPasswd(PASSWD, uid)).toBeUndefined();
});

test.if(process.platform === "linux")("the account's home does not follow HOME", () => {
  const uid = process.getuid?.() ?? 0;
  const before = process.env.HOME;
  const home = accountHome("linux", uid);
  try {
    process.env.HOME = "/nowhere/at/all";
    expect(accountHome("linux", uid)).toBe(home);
  } finally {
    if (before === undefined) delete process.env.HOME;
    else process.env.HOME = before;
  }
});
