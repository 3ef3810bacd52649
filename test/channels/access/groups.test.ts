import { describe, expect, test } from "bun:test";
import { ManualClock } from "../../support/manual-clock.ts";
import { CHANNEL, gateOf, GROUP, message, onSurface, person, SURFACES } from "./world.ts";

type Expected = "admitted" | "refused";
interface Row {
  readonly name: string;
  readonly settings: Record<string, unknown> | undefined;
  readonly defaults?: Record<string, unknown>;
  readonly topicId?: string;
  /** Somebody in allowFrom (777), in groupAllowFrom (666), paired (888), anybody (999); each with a mention. */
  readonly expected: readonly [Expected, Expected, Expected, Expected];
}

const yes = "admitted";
const no = "refused";
const HERE = GROUP.id;

const ROWS: readonly Row[] = [
  { name: "a missing block fails closed", settings: undefined, expected: [no, no, no, no] },
  {
    name: "a missing block fails closed even when the defaults are open",
    settings: undefined,
    defaults: { groupPolicy: "open" },
    expected: [no, no, no, no],
  },
  { name: "without groups nobody is heard", settings: { allowFrom: [777] }, expected: [no, no, no, no] },
  {
    name: "the list of the account holds in a group that is listed",
    settings: { allowFrom: [777], groups: { [HERE]: {} } },
    expected: [yes, no, no, no],
  },
  {
    name: "groupAllowFrom goes before allowFrom",
    settings: { allowFrom: [777], groupAllowFrom: [666], groups: { "*": {} } },
    expected: [no, yes, no, no],
  },
  {
    name: "a listed group without any list of senders is heard as a whole",
    settings: { groups: { [HERE]: {} } },
    expected: [yes, yes, yes, yes],
  },
  {
    name: "any group without any list of senders is not",
    settings: { groups: { "*": {} } },
    expected: [no, no, no, no],
  },
  {
    name: "a list that names nobody is a list",
    settings: { groupAllowFrom: ["@alice"], groups: { [HERE]: {} } },
    expected: [no, no, no, no],
  },
  {
    name: "another group is not this one",
    settings: { allowFrom: [777], groups: { "-100999": {} } },
    expected: [no, no, no, no],
  },
  {
    name: "open hears everybody anywhere",
    settings: { groupPolicy: "open" },
    expected: [yes, yes, yes, yes],
  },
  {
    name: "open with groups hears everybody in those",
    settings: { groupPolicy: "open", groups: { "-100999": {} } },
    expected: [no, no, no, no],
  },
  {
    name: "the defaults of channels are open",
    settings: {},
    defaults: { groupPolicy: "open" },
    expected: [yes, yes, yes, yes],
  },
  {
    name: "disabled hears nobody",
    settings: { groupPolicy: "disabled", allowFrom: ["*"], groups: { "*": {} } },
    expected: [no, no, no, no],
  },
  {
    name: "a group may be open on its own",
    settings: { allowFrom: [777], groups: { [HERE]: { groupPolicy: "open" } } },
    expected: [yes, yes, yes, yes],
  },
  {
    name: "a group may be disabled on its own",
    settings: { groupPolicy: "open", groups: { [HERE]: { groupPolicy: "disabled" } } },
    expected: [no, no, no, no],
  },
  {
    name: "a group may be switched off",
    settings: { groupPolicy: "open", groups: { [HERE]: { enabled: false } } },
    expected: [no, no, no, no],
  },
  {
    name: "a group's own list holds, also where groups are open",
    settings: { groupPolicy: "open", groups: { [HERE]: { allowFrom: [666] } } },
    expected: [no, yes, no, no],
  },
  {
    name: "an empty list of a group lets nobody in",
    settings: { allowFrom: [777], groups: { [HERE]: { allowFrom: [] } } },
    expected: [no, no, no, no],
  },
  {
    name: "what the entry of all groups says does not hold in a listed one",
    settings: { allowFrom: [777], groups: { "*": { enabled: false }, [HERE]: {} } },
    expected: [yes, no, no, no],
  },
  {
    name: "a topic's list goes before the group's",
    settings: { groups: { [HERE]: { allowFrom: [777], topics: { "7": { allowFrom: [666] } } } } },
    topicId: "7",
    expected: [no, yes, no, no],
  },
  {
    name: "a topic inherits from its group",
    settings: { groups: { [HERE]: { allowFrom: [777], topics: { "7": {} } } } },
    topicId: "7",
    expected: [yes, no, no, no],
  },
  {
    name: "topics.* holds in every topic, key by key",
    settings: {
      groups: { [HERE]: { topics: { "*": { allowFrom: [666], enabled: false }, "7": { enabled: true } } } },
    },
    topicId: "7",
    expected: [no, yes, no, no],
  },
  {
    name: "a topic may be switched off",
    settings: { groupPolicy: "open", groups: { [HERE]: { topics: { "7": { enabled: false } } } } },
    topicId: "7",
    expected: [no, no, no, no],
  },
  {
    name: "a topic may be open on its own",
    settings: { allowFrom: [777], groups: { [HERE]: { topics: { "7": { groupPolicy: "open" } } } } },
    topicId: "7",
    expected: [yes, yes, yes, yes],
  },
];

describe("groups", () => {
  for (const { name, settings, defaults, topicId, expected } of ROWS) {
    test(name, async () => {
      const channels = {
        ...(settings && { telegram: settings }),
        ...(defaults && { defaults }),
      };
      const { admit, asked } = gateOf({ channels }, { paired: ["888"] });
      const chat = topicId === undefined ? GROUP : { ...GROUP, topicId };
      for (const [index, id] of ["777", "666", "888", "999"].entries()) {
        for (const surface of SURFACES.filter((one) => one !== "message")) {
          const { state } = await admit(onSurface(surface, chat, person(id)));
          expect({ id, surface, state }).toEqual({ id, surface, state: expected[index] ?? no });
        }
      }
      expect(asked).toEqual([]);
    });
  }

  test("a group id from outside never reaches what every object has", async () => {
    const { admit } = gateOf({ channels: { telegram: { allowFrom: ["*"], groups: { "-1": {} } } } });
    for (const id of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      expect((await admit(message({ ...GROUP, id }, person("1"), { isMention: true }))).state).toBe(
        "refused",
      );
    }
  });
});

describe("being meant", () => {
  const base = { channels: { telegram: { groupPolicy: "open" } } };

  test("without a mention a message is overheard, and with one it is answered", async () => {
    const { admit } = gateOf(base);
    expect(await admit(message(GROUP, person("1")))).toEqual({ state: "overheard" });
    for (const surface of ["mention", "edit", "reply", "command", "press"] as const) {
      expect(await admit(onSurface(surface, GROUP, person("1")))).toMatchObject({ wasMentioned: true });
    }
    const reply = message(GROUP, person("1"), { replyTo: { messageId: "0", isOwn: false } });
    expect(await admit(reply)).toEqual({ state: "overheard" });
  });

  const plain = message(GROUP, person("1"));
  const inTopic = message({ ...GROUP, topicId: "7" }, person("1"));
  const needs = (groups: Record<string, unknown>) =>
    gateOf({ channels: { telegram: { groupPolicy: "open", groups } } });

  test("a group needs no mention when it says so, else when the entry of all groups does", async () => {
    expect((await needs({ "*": { requireMention: false } }).admit(plain)).state).toBe("admitted");
    expect((await needs({ "*": { requireMention: false }, [HERE]: {} }).admit(plain)).state).toBe("admitted");
    expect(
      (await needs({ "*": { requireMention: false }, [HERE]: { requireMention: true } }).admit(plain)).state,
    ).toBe("overheard");
  });

  test("/activation goes before the group, and a topic's own word before both", async () => {
    const { admit } = needs({ [HERE]: { topics: { "7": { requireMention: true } } } });
    expect((await admit(plain, "always")).state).toBe("admitted");
    expect((await admit(inTopic, "always")).state).toBe("overheard");
    const loud = needs({ [HERE]: { requireMention: false, topics: { "7": { requireMention: false } } } });
    expect((await loud.admit(plain, "mention")).state).toBe("overheard");
    expect((await loud.admit(inTopic, "mention")).state).toBe("admitted");
  });

  test("who only reads along answers nobody", async () => {
    const { admit, gate, account } = needs({ [HERE]: { ingest: true, requireMention: false } });
    expect((await admit(plain)).state).toBe("overheard");
    expect((await admit(message(GROUP, person("1"), { isMention: true }))).state).toBe("overheard");
    expect(gate.rules(account, GROUP).ingestOnly).toBe(true);
  });

  test("posts of a channel come through the same gate", async () => {
    const post = message(CHANNEL, person(CHANNEL.id, { isChat: true }), { isMention: true });
    const listed = gateOf({ channels: { telegram: { groups: { [CHANNEL.id]: {} } } } });
    expect(await listed.admit(post)).toMatchObject({
      state: "admitted",
      isAuthorized: false,
      isOwner: false,
    });
    const unlisted = gateOf({ channels: { telegram: { groups: { [HERE]: {} } } } });
    expect((await unlisted.admit(post)).state).toBe("refused");
  });
});

describe("contextVisibility", () => {
  const world = (contextVisibility: string) =>
    gateOf({
      channels: { telegram: { groupPolicy: "open", groupAllowFrom: [777], contextVisibility } },
    });
  const quoting = (author: string) =>
    message(GROUP, person("777"), {
      isMention: true,
      replyTo: { messageId: "0", isOwn: false, text: "q", sender: person(author) },
    });

  test("all keeps what anybody said", async () => {
    const { admit } = world("all");
    expect((await admit(message(GROUP, person("1")))).state).toBe("overheard");
    expect(await admit(quoting("1"))).not.toHaveProperty("hidesQuote");
  });

  test("allowlist keeps what allowed senders said, also in quotes", async () => {
    const { admit } = world("allowlist");
    expect((await admit(message(GROUP, person("1")))).state).toBe("refused");
    expect((await admit(message(GROUP, person("777")))).state).toBe("overheard");
    expect(await admit(quoting("1"))).toMatchObject({ state: "admitted", hidesQuote: true });
    expect(await admit(quoting("777"))).not.toHaveProperty("hidesQuote");
    const ownQuote = message(GROUP, person("777"), { replyTo: { messageId: "0", isOwn: true } });
    expect(await admit(ownQuote)).not.toHaveProperty("hidesQuote");
  });

  test("allowlist_quote keeps the quote", async () => {
    const { admit } = world("allowlist_quote");
    expect((await admit(message(GROUP, person("1")))).state).toBe("refused");
    expect(await admit(quoting("1"))).not.toHaveProperty("hidesQuote");
  });
});

describe("bots", () => {
  const bot = person("5", { isBot: true });
  const said = message(GROUP, bot, { isMention: true });

  test("a bot that says too much in a chat is not heard for a minute", async () => {
    const clock = new ManualClock();
    const { admit } = gateOf({ channels: { telegram: { groupPolicy: "open" } } }, { clock });
    for (let times = 0; times < 20; times++) expect((await admit(said)).state).toBe("admitted");
    expect((await admit(said)).state).toBe("refused");
    expect((await admit(message({ ...GROUP, id: "-2" }, bot, { isMention: true }))).state).toBe("admitted");
    expect((await admit(message(GROUP, person("1"), { isMention: true }))).state).toBe("admitted");
    clock.advance(59_000);
    expect((await admit(said)).state).toBe("refused");
    clock.advance(1_000);
    expect((await admit(said)).state).toBe("admitted");
  });

  test("a bot that takes its time is heard for ever", async () => {
    const clock = new ManualClock();
    const { admit } = gateOf({ channels: { telegram: { groupPolicy: "open" } } }, { clock });
    for (let times = 0; times < 100; times++) {
      expect((await admit(said)).state).toBe("admitted");
      clock.advance(3_001);
    }
  });

  test("the guard is set by channels.defaults.botLoopProtection", async () => {
    const clock = new ManualClock();
    const world = (botLoopProtection: Record<string, unknown>) =>
      gateOf({ channels: { defaults: { botLoopProtection }, telegram: { groupPolicy: "open" } } }, { clock });
    const strict = world({ maxEventsPerWindow: 1, cooldownSeconds: 5 });
    expect((await strict.admit(said)).state).toBe("admitted");
    expect((await strict.admit(said)).state).toBe("refused");
    clock.advance(5_000);
    expect((await strict.admit(said)).state).toBe("admitted");
    const off = world({ enabled: false });
    for (let times = 0; times < 50; times++) expect((await off.admit(said)).state).toBe("admitted");
  });
});

describe("rules of a chat", () => {
  test("are the account's with those of the group and the topic on top", () => {
    const { gate, account } = gateOf({
      channels: {
        telegram: {
          errorPolicy: "silent",
          historyLimit: 9,
          groups: {
            "*": { tools: { deny: ["exec"] }, systemPrompt: "all" },
            [HERE]: {
              systemPrompt: "group",
              skills: ["a"],
              errorPolicy: "once",
              topics: {
                "*": { agentId: "common" },
                "7": { systemPrompt: "topic", skills: [], agentId: "zu" },
              },
            },
          },
        },
      },
    });
    expect(gate.rules(account, { ...GROUP, topicId: "7" })).toEqual({
      ingestOnly: false,
      errorPolicy: "once",
      historyLimit: 9,
      systemPrompt: "group\n\ntopic",
      skills: [],
      toolRules: [{ tools: { deny: ["exec"] } }],
      agentId: "zu",
    });
    expect(gate.rules(account, { ...GROUP, topicId: "8" })).toMatchObject({
      agentId: "common",
      systemPrompt: "group",
    });
    expect(gate.rules(account, { ...GROUP, id: "-2" })).toMatchObject({
      systemPrompt: "all",
      errorPolicy: "silent",
    });
  });

  test("tool rules of a group go before those of all groups; a direct chat's stand alone", () => {
    const all = { tools: { deny: ["exec"] }, toolsBySender: { "id:1": { allow: ["read"] } } };
    const { gate, account } = gateOf({
      channels: {
        telegram: {
          groups: { "*": all, [HERE]: { tools: { deny: ["write"] } } },
          direct: { "*": all, "777": { tools: {} } },
        },
      },
    });
    expect(gate.rules(account, GROUP).toolRules).toEqual([{ tools: { deny: ["write"] } }, all]);
    expect(gate.rules(account, { ...GROUP, id: "-2" }).toolRules).toEqual([all]);
    expect(gate.rules(account, { id: "777", kind: "direct" }).toolRules).toEqual([{ tools: {} }]);
    expect(gate.rules(account, { id: "778", kind: "direct" }).toolRules).toEqual([all]);
  });

  test("history is the account's, else that of channels, of messages, or 50; direct chats have their own", () => {
    const limits = (config: Record<string, unknown>) => {
      const { gate, account } = gateOf(config);
      return gate.rules(account, GROUP).historyLimit;
    };
    expect(limits({ channels: { telegram: {} } })).toBe(50);
    expect(limits({ channels: { telegram: {} }, messages: { groupChat: { historyLimit: 3 } } })).toBe(3);
    expect(
      limits({
        channels: { telegram: {}, defaults: { historyLimit: 0 } },
        messages: { groupChat: { historyLimit: 3 } },
      }),
    ).toBe(0);
    const { gate, account } = gateOf({
      channels: { telegram: { dmHistoryLimit: 5, dms: { "777": { historyLimit: 8 } } } },
    });
    expect(gate.rules(account, { id: "777", kind: "direct" })).toMatchObject({ directHistoryLimit: 8 });
    expect(gate.rules(account, { id: "778", kind: "direct" })).toMatchObject({
      directHistoryLimit: 5,
      historyLimit: 0,
    });
  });
});
