import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DIRECT, gateOf, GROUP, message, onSurface, person, SURFACES } from "./world.ts";

const POLICIES = ["pairing", "allowlist", "open", "disabled"] as const;
const GROUP_POLICIES = ["allowlist", "open", "disabled"] as const;

/** What people write into lists, and what senders call themselves or come as. */
const entry = fc.oneof(
  fc.constantFrom(
    "777",
    "tg:777",
    777,
    "@alice",
    "alice",
    "Alice",
    "-100123",
    "accessGroup:x",
    "__proto__",
    "",
  ),
  fc.string({ maxLength: 12 }).filter((text) => !/^\s*\*\s*$|999|0777/.test(text)),
);
const name = fc.oneof(
  fc.constantFrom("777", "@alice", "alice", "telegram:777", "*", "accessGroup:x"),
  fc.string({ maxLength: 12 }),
);
const stranger = fc.record({
  id: fc.constantFrom(
    "999",
    "-100123",
    "-100999",
    "constructor",
    "__proto__",
    "*",
    "alice",
    "0777",
    "７７７",
  ),
  name,
  username: name,
  isBot: fc.boolean(),
  isChat: fc.boolean(),
});
const lists = fc.record({
  dmPolicy: fc.constantFrom(...POLICIES),
  groupPolicy: fc.constantFrom("allowlist", "disabled"),
  allowFrom: fc.array(entry, { minLength: 1, maxLength: 5 }),
  groupAllowFrom: fc.array(entry, { minLength: 1, maxLength: 5 }),
});

describe("who a sender is", () => {
  test("is never proven by a name, a username or the id of a chat, on any surface", async () => {
    const property = fc.asyncProperty(
      lists,
      stranger,
      fc.constantFrom(...SURFACES),
      async (settings, who, surface) => {
        const { admit } = gateOf({
          channels: { telegram: { ...settings, groups: { "*": {}, [GROUP.id]: {} } } },
          commands: { ownerAllowFrom: settings.allowFrom },
        });
        for (const chat of [DIRECT, GROUP]) {
          const { state } = await admit(onSurface(surface, chat, who));
          expect(state === "refused" || state === "stranger").toBe(true);
        }
      },
    );
    await fc.assert(property, { numRuns: 400 });
  });

  test("is the same whatever they call themselves", async () => {
    const property = fc.asyncProperty(
      lists,
      fc.constantFrom("777", "999"),
      name,
      name,
      fc.constantFrom(...SURFACES),
      async (settings, id, first, second, surface) => {
        const { admit } = gateOf({ channels: { telegram: { ...settings, groups: { "*": {} } } } });
        for (const chat of [DIRECT, GROUP]) {
          const plain = await admit(onSurface(surface, chat, person(id)));
          expect(
            await admit(onSurface(surface, chat, person(id, { name: first, username: second }))),
          ).toEqual(plain);
        }
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  test("decides the same on every surface, but for being meant and for the way to ask", async () => {
    const property = fc.asyncProperty(
      lists,
      fc.constantFrom(...GROUP_POLICIES),
      fc.constantFrom("777", "999"),
      async (settings, groupPolicy, id) => {
        const { admit } = gateOf({
          channels: { telegram: { ...settings, groupPolicy, groups: { "*": {} } } },
        });
        for (const chat of [DIRECT, GROUP]) {
          const heard = new Set<boolean>();
          for (const surface of SURFACES) {
            const { state } = await admit(onSurface(surface, chat, person(id)));
            heard.add(state === "admitted" || state === "overheard");
          }
          expect(heard.size).toBe(1);
        }
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  test("a chat that posts is let in by a wildcard or an open group, and never owns or commands by its id", async () => {
    const asChat = person(GROUP.id, { isChat: true });
    const open = gateOf({
      channels: { telegram: { groupPolicy: "open" } },
      commands: { ownerAllowFrom: [GROUP.id, "777"] },
    });
    const admission = await open.admit(message(GROUP, asChat, { isMention: true }));
    expect(admission).toMatchObject({ state: "admitted", isOwner: false, isAuthorized: false });
    const listed = gateOf({
      channels: { telegram: { groups: { "*": {} }, groupAllowFrom: [GROUP.id, 777] } },
    });
    expect((await listed.admit(message(GROUP, asChat, { isMention: true }))).state).toBe("refused");
    const everybody = gateOf({ channels: { telegram: { groups: { "*": {} }, groupAllowFrom: ["*"] } } });
    expect((await everybody.admit(message(GROUP, asChat, { isMention: true }))).state).toBe("admitted");
  });
});

describe("owners and commands", () => {
  const ask = async (commands: Record<string, unknown>, id = "777", more = {}) => {
    const { admit } = gateOf(
      { channels: { telegram: { allowFrom: [777], dmPolicy: "pairing" } }, commands },
      {
        paired: ["888"],
      },
    );
    const admission = await admit(message(DIRECT, person(id, more)));
    if (admission.state !== "admitted") throw new Error(admission.state);
    return { isOwner: admission.isOwner, isAuthorized: admission.isAuthorized };
  };

  test("an owner is named by channel and id", async () => {
    expect(await ask({ ownerAllowFrom: ["telegram:777"] })).toEqual({ isOwner: true, isAuthorized: true });
    expect(await ask({ ownerAllowFrom: [777] })).toEqual({ isOwner: true, isAuthorized: true });
    expect(await ask({ ownerAllowFrom: ["telegram:user:777"] })).toEqual({
      isOwner: true,
      isAuthorized: true,
    });
    for (const entry of ["whatsapp:777", "*", "telegram:*", "@al", "al"]) {
      const { isOwner } = await ask({ ownerAllowFrom: [entry] }, "777", { username: "al", name: "al" });
      expect({ entry, isOwner }).toEqual({ entry, isOwner: false });
    }
    expect((await ask({ ownerAllowFrom: [777] }, "777", { isBot: true })).isOwner).toBe(false);
  });

  test("commands are for the list and the paired, as long as commands.allowFrom says nothing", async () => {
    expect((await ask({})).isAuthorized).toBe(true);
    expect((await ask({}, "888")).isAuthorized).toBe(true);
    expect((await ask({ allowFrom: { whatsapp: ["1"] } })).isAuthorized).toBe(true);
  });

  test("commands.allowFrom alone says it where it has a list for the channel or for all", async () => {
    expect((await ask({ allowFrom: { telegram: [888] } })).isAuthorized).toBe(false);
    expect((await ask({ allowFrom: { telegram: [888] } }, "888")).isAuthorized).toBe(true);
    expect((await ask({ allowFrom: { "*": ["telegram:777"] } })).isAuthorized).toBe(true);
    expect((await ask({ allowFrom: { "*": ["*"], telegram: [] } })).isAuthorized).toBe(false);
    expect((await ask({ allowFrom: { "*": ["*"] } }, "888")).isAuthorized).toBe(true);
  });
});
