import { expect, test } from "bun:test";
import { validateConfig } from "../../../src/config/validate.ts";

test("what an account does not say is left to its channel: no default stands in its place", () => {
  const { config } = validateConfig({
    channels: {
      telegram: {
        dmPolicy: "disabled",
        streaming: { mode: "off" },
        accounts: { work: { botToken: "t", streaming: { chunkMode: "newline" } } },
      },
      whatsapp: { accounts: { home: {} } },
    },
  });
  expect(config.channels?.telegram?.dmPolicy).toBe("disabled");
  expect(config.channels?.telegram?.accounts?.work).toEqual({
    botToken: "t",
    streaming: { chunkMode: "newline" },
  });
  expect(config.channels?.whatsapp?.accounts?.home).toEqual({});
});

test("a channel has its documented defaults, and leaves its groups to channels.defaults", () => {
  const { config } = validateConfig({ channels: { defaults: { groupPolicy: "open" }, telegram: {} } });
  expect(config.channels?.telegram?.dmPolicy).toBe("pairing");
  expect(config.channels?.telegram?.groupPolicy).toBeUndefined();
  expect(config.channels?.defaults?.groupPolicy).toBe("open");
});

test("bindings and access groups are read as documented", () => {
  const binding = {
    agentId: "support",
    comment: "why",
    match: { channel: "telegram", accountId: "*", peer: { kind: "group", id: "-100" }, roles: ["r"] },
    session: { dmScope: "per-peer", groupScope: "main" },
  } as const;
  const { config, issues } = validateConfig({
    bindings: [binding],
    accessGroups: { operators: { type: "message.senders", members: { "*": ["1"], telegram: [777] } } },
  });
  expect(issues).toEqual([]);
  expect<unknown>(config.bindings).toEqual([binding]);
  expect(config.accessGroups?.operators?.members).toEqual({ "*": ["1"], telegram: [777] });
});
