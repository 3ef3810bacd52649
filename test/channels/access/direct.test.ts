import { describe, expect, test } from "bun:test";
import { DIRECT, gateOf, type GateOptions, GROUP, message, onSurface, person, SURFACES } from "./world.ts";

const telegram = (settings: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  channels: { telegram: settings },
  ...more,
});

type Expected = "admitted" | "stranger" | "refused";
interface Row {
  readonly name: string;
  readonly settings: Record<string, unknown>;
  readonly more?: Record<string, unknown>;
  readonly options?: GateOptions;
  /** Somebody in the list (777), somebody paired (888), a stranger (999). */
  readonly expected: readonly [Expected, Expected, Expected];
}

const GROUPS = {
  accessGroups: {
    ops: { type: "message.senders", members: { telegram: ["777"], whatsapp: ["999"] } },
    all: { type: "message.senders", members: { "*": [777, "*", "accessGroup:ops"] } },
    seers: { type: "discord.channelAudience", guildId: "1", channelId: "2" },
  },
};

const ROWS: readonly Row[] = [
  { name: "pairing is the default", settings: {}, expected: ["stranger", "admitted", "stranger"] },
  {
    name: "pairing admits the list and the paired",
    settings: { dmPolicy: "pairing", allowFrom: [777] },
    expected: ["admitted", "admitted", "stranger"],
  },
  {
    name: "allowlist admits the list alone, not the paired",
    settings: { dmPolicy: "allowlist", allowFrom: ["tg:777"] },
    expected: ["admitted", "refused", "refused"],
  },
  {
    name: "allowlist without entries admits nobody",
    settings: { dmPolicy: "allowlist" },
    expected: ["refused", "refused", "refused"],
  },
  {
    name: "open needs the wildcard",
    settings: { dmPolicy: "open" },
    expected: ["refused", "refused", "refused"],
  },
  {
    name: "open with concrete entries admits only those",
    settings: { dmPolicy: "open", allowFrom: ["telegram:777"] },
    expected: ["admitted", "refused", "refused"],
  },
  {
    name: "open with the wildcard admits everybody",
    settings: { dmPolicy: "open", allowFrom: ["*"] },
    expected: ["admitted", "admitted", "admitted"],
  },
  {
    name: "disabled admits nobody, whatever the list says",
    settings: { dmPolicy: "disabled", allowFrom: ["*"] },
    expected: ["refused", "refused", "refused"],
  },
  {
    name: "an access group stands for its members on this channel",
    settings: { dmPolicy: "allowlist", allowFrom: ["accessGroup:ops"] },
    more: GROUPS,
    expected: ["admitted", "refused", "refused"],
  },
  {
    name: "neither a wildcard nor a group inside of a group admits anybody",
    settings: { dmPolicy: "allowlist", allowFrom: ["accessGroup:all"] },
    more: GROUPS,
    expected: ["admitted", "refused", "refused"],
  },
  {
    name: "an unknown access group authorises nobody",
    settings: {
      dmPolicy: "allowlist",
      allowFrom: ["accessGroup:nobody", "accessGroup:toString", "accessGroup:seers"],
    },
    more: GROUPS,
    expected: ["refused", "refused", "refused"],
  },
  {
    name: "a chat's own entry is switched off",
    settings: { dmPolicy: "open", allowFrom: ["*"], direct: { "999": { enabled: false } } },
    expected: ["admitted", "admitted", "refused"],
  },
  {
    name: "a chat's own policy goes before the account's",
    settings: { dmPolicy: "disabled", allowFrom: [777], direct: { "777": { dmPolicy: "allowlist" } } },
    expected: ["admitted", "refused", "refused"],
  },
  {
    name: "a chat's own list goes before the account's, and nobody is paired past it",
    settings: { allowFrom: [777], direct: { "*": { allowFrom: [999] } } },
    expected: ["refused", "refused", "admitted"],
  },
  {
    name: "a chat that is only heard in topics",
    settings: { dmPolicy: "open", allowFrom: ["*"], direct: { "777": { requireTopic: true } } },
    expected: ["refused", "admitted", "admitted"],
  },
];

describe("direct messages", () => {
  for (const { name, settings, more, options, expected } of ROWS) {
    test(name, async () => {
      const { admit } = gateOf(telegram(settings, more), { paired: ["888"], ...options });
      for (const [index, id] of ["777", "888", "999"].entries()) {
        for (const surface of SURFACES) {
          const { state } = await admit(onSurface(surface, { ...DIRECT, id }, person(id)));
          const asks = surface !== "edit" && surface !== "press" && surface !== "reaction";
          const wanted = (expected[index] === "stranger" && !asks ? undefined : expected[index]) ?? "refused";
          expect({ id, surface, state }).toEqual({ id, surface, state: wanted });
        }
      }
    });
  }

  test("who is let in is always meant", async () => {
    const { admit } = gateOf(telegram({ allowFrom: [777] }));
    expect(await admit(message(DIRECT, person("777")))).toMatchObject({
      state: "admitted",
      wasMentioned: true,
    });
  });

  test("a press counts where buttons may be shown", async () => {
    const rows = [
      ["off", "refused", "refused"],
      ["dm", "admitted", "refused"],
      ["group", "refused", "admitted"],
      ["all", "admitted", "admitted"],
      ["allowlist", "admitted", "admitted"],
    ] as const;
    for (const [inlineButtons, direct, group] of rows) {
      const settings = { allowFrom: [777], groups: { "*": {} }, capabilities: { inlineButtons } };
      const { admit } = gateOf(telegram(settings));
      expect((await admit(onSurface("press", DIRECT, person("777")))).state).toBe(direct);
      expect((await admit(onSurface("press", GROUP, person("777")))).state).toBe(group);
      expect((await admit(onSurface("press", GROUP, person("999")))).state).toBe("refused");
    }
  });

  test("only people who say something are told how to be let in", async () => {
    const { admit, asked } = gateOf(telegram({}));
    await admit(onSurface("press", DIRECT, person("1")));
    await admit(onSurface("reaction", DIRECT, person("2")));
    await admit(onSurface("edit", DIRECT, person("3")));
    await admit(message(DIRECT, person("4", { isBot: true })));
    await admit(message(DIRECT, person("5", { isChat: true })));
    expect(asked).toEqual([]);
    await admit(message(DIRECT, person("6")));
    expect(asked).toEqual(["6"]);
  });
});
