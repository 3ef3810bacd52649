import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { commandEntries, usageFooter } from "../../../src/agent/index.ts";
import { fits, status } from "../../../src/protocol/index.ts";
import { AL, CommandRig, KEY, OPERATOR } from "./rig.ts";

describe("sessions", () => {
  test("/new begins a new window and asks no model", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.say("/new")).toEqual({ kind: "text", text: "✅ New session started." });
    expect(rig.calls).toEqual(["abort new all", "reset new"]);
  });

  test("/new opens a session that is not there yet", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/new")).toBe("✅ New session started.");
    expect(rig.calls).toContain("enter command");
  });

  test("/new with text makes the text the first message", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.say("/new write\n  a poem")).toEqual({
      kind: "continue",
      message: "write\n  a poem",
      notice: "✅ New session started.",
    });
  });

  test("/new with a model pins the session to it; a word that is no model is text", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.text("/new mock/mock-2")).toContain("mock/mock-2");
    expect(rig.entry).toMatchObject({
      providerOverride: "mock",
      modelOverride: "mock-2",
      modelOverrideSource: "user",
    });
    expect(await rig.say("/new mini hello")).toMatchObject({ kind: "continue", message: "hello" });
    expect(rig.entry.modelOverride).toBe("mock-1");
    expect(await rig.say("/new either/or, what now?")).toMatchObject({ message: "either/or, what now?" });
  });

  test("/reset is told as recorded, soft forgets nothing", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.text("/reset")).toBe("✅ Session reset.");
    expect(await rig.say("/reset soft go on")).toMatchObject({ kind: "continue", message: "go on" });
    expect(rig.calls.filter((call) => call.startsWith("reset"))).toEqual(["reset reset"]);
  });

  test("words of one's own begin a session anew, whatever their case", async () => {
    const rig = new CommandRig({ session: { resetTriggers: ["neu"] } }, {});
    expect(await rig.text("NEU")).toBe("✅ New session started.");
    expect(await rig.say("neu erzähl was")).toMatchObject({ kind: "continue", message: "erzähl was" });
    expect(await rig.say("neulich")).toBeUndefined();
    expect(await rig.text("/new")).toBe("✅ New session started.");
  });

  test("/stop ends what runs, however it is written, and names it", async () => {
    const rig = new CommandRig({}, {});
    rig.running = ["r1"];
    expect(await rig.say("/STOP now!")).toEqual({
      kind: "text",
      text: "⚙️ Agent was aborted.",
      stoppedRuns: ["r1"],
    });
    expect(await rig.say("/stop")).toEqual({ kind: "text", text: "⚙️ Agent was aborted.", stoppedRuns: [] });
    expect(rig.calls).toEqual(["abort stop all", "abort stop all"]);
  });

  test("/compact passes on what to keep, and why it did not", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.text("/compact: keep the names")).toContain("12k tokens");
    expect(await rig.text(`/compact ${"x".repeat(2_000)}`)).toContain("12k tokens");
    expect(rig.calls[0]).toBe("compact keep the names");
    expect(rig.calls[1]).toHaveLength("compact ".length + 800);
    rig.session = undefined;
    expect(await rig.text("/compact")).toContain("Nothing to compact");
  });

  test("/name names the session and tells its name", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/name")).toContain("no name");
    expect(await rig.text("/name  My\n trip ")).toBe("✅ Session named: My trip");
    expect(rig.entry.label).toBe("My trip");
    expect(await rig.text("/name")).toBe("Session: My trip");
  });

  test("/steer reaches the running turn, or is a message when none runs", async () => {
    const rig = new CommandRig({}, {});
    rig.running = ["r1"];
    expect(await rig.text("/tell be brief")).toContain("Passed on");
    rig.running = [];
    expect(await rig.say("/steer be brief")).toEqual({ kind: "continue", message: "be brief" });
    expect(await rig.text("/steer")).toContain("/steer <message>");
  });
});

describe("choices", () => {
  test("/think alone stays, beside text it is for one turn", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.say("/t high solve this")).toEqual({
      kind: "continue",
      message: "solve this",
      thinking: "high",
    });
    expect(rig.entry.thinkingLevel).toBeUndefined();
    expect(await rig.text("/think: high")).toBe("Thinking level set to high.");
    expect(rig.entry.thinkingLevel).toBe("high");
    expect(await rig.text("/think")).toBe("Current thinking level: high.\nOptions: off, low, high, default.");
    expect(await rig.text("/think default")).toBe("Thinking level reset to default (low).");
    expect(rig.entry.thinkingLevel).toBeUndefined();
  });

  test("a level the model does not have is answered with those it has", async () => {
    const rig = new CommandRig({}, {});
    const fault = 'Unrecognized thinking level "ultra" for mock/mock-1. Valid levels: off, low, high.';
    expect(await rig.text("/think ultra")).toBe(fault);
    expect(await rig.text("/think superhard")).toContain('"superhard"');
    expect(await rig.say("/think ultra solve this")).toEqual({
      kind: "continue",
      message: "solve this",
      notice: fault,
    });
    expect(rig.entry.thinkingLevel).toBeUndefined();
  });

  test("a sentence that only begins like a choice is a sentence", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.say("/think about life")).toBeUndefined();
    expect(await rig.say("what does /think do?")).toBeUndefined();
    expect(await rig.say("what is /model good for")).toBeUndefined();
    expect(await rig.say("/queue up some music")).toBeUndefined();
  });

  test("/model chooses for the session, also beside text", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.text("/model mock/mock-2")).toBe("🧠 Model of this session: mock/mock-2");
    expect(await rig.say("/model mini write a poem")).toEqual({
      kind: "continue",
      message: "write a poem",
      notice: "🧠 Model of this session: mock/mock-1",
    });
    expect(rig.entry).toMatchObject({ modelOverride: "mock-1", modelOverrideSource: "user" });
    expect(await rig.text("/model")).toContain("Chosen for this session");
    expect(await rig.text("/model mini@mock:work")).toContain("(mock:work)");
    expect(rig.entry).toMatchObject({ authProfileOverride: "mock:work", authProfileOverrideSource: "user" });
    expect(await rig.text("/model default")).toContain("mock/mock-1 (configured)");
    expect(rig.entry).toEqual({});
    expect(await rig.text("/model status")).toContain("The configured one.");
  });

  test("a model nobody knows is told of, at the beginning of a message also with text behind it", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.text("/model nope")).toContain('Unknown model "nope".');
    expect(await rig.text("/model no/pe write a poem")).toContain('Unknown model "no/pe".');
    expect(await rig.say("write /model no/pe a poem")).toBeUndefined();
    expect(rig.entry).toEqual({});
  });

  test("/model -a and -g also change the configuration, for owners and administrators", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.text("/model mini -g")).toContain("Only the owner");
    expect(rig.entry).toEqual({});
    await rig.say("/model mini -a", { sender: { ...AL, isOwner: true } });
    await rig.say("/model -g mock/mock-2", { sender: OPERATOR });
    expect(rig.calls).toEqual(["agent main mock/mock-1", "default mock/mock-2"]);
    expect(await rig.text("/model mini -g", { sender: { ...OPERATOR, isAdmin: false } })).toContain(
      "Only the owner",
    );
  });

  test("/models lists what can be chosen, with what is in use and what lacks a credential", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.text("/models")).toBe(
      [
        "Models (3)",
        "- mock/mock-1 (mini, 128k context, in use)",
        "- mock/mock-2 (128k context)",
        "- other/big (128k context, no credential)",
        "Choose one: /model <provider/model>",
      ].join("\n"),
    );
    expect(await rig.text("/models other")).toContain("Models of other (1)");
    expect(await rig.text("/models nope")).toBe('No models of "nope". Providers: mock, other');
    expect(await rig.text("/model list")).toContain("Models (3)");
  });

  test("/queue shows and sets, and beside text is for one turn", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/queue")).toBe(
      "Current queue settings: mode=steer, debounce=500ms, cap=20, drop=summarize.\n" +
        "Options: modes steer, followup, collect, interrupt; debounce:<ms|s|m>, cap:, drop:old|new|summarize.",
    );
    expect(await rig.text("/queue collect debounce:2s")).toBe(
      "⚙️ Queue mode set to collect. Queue debounce set to 2000ms.",
    );
    expect(rig.entry).toMatchObject({ queueMode: "collect", queueDebounceMs: 2_000 });
    expect(await rig.say("and this /queue interrupt")).toEqual({
      kind: "continue",
      message: "and this",
      queueMode: "interrupt",
    });
    expect(await rig.text("/queue faster")).toContain('Unrecognized queue option "faster"');
    expect(await rig.text("/queue default")).toBe("⚙️ Queue settings reset to default.");
    expect(rig.entry).toEqual({});
  });

  test("several choices in one message all hold", async () => {
    const rig = new CommandRig({}, {});
    expect(await rig.say("/think high /queue collect do /model mini it")).toEqual({
      kind: "continue",
      message: "do it",
      thinking: "high",
      queueMode: "collect",
      notice: "🧠 Model of this session: mock/mock-1",
    });
    expect(await rig.text("/think high /queue collect")).toBe(
      "Thinking level set to high.\n\n⚙️ Queue mode set to collect.",
    );
    expect(rig.entry).toMatchObject({ thinkingLevel: "high", queueMode: "collect" });
  });
});

describe("information", () => {
  test("/whoami is answered as recorded", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/whoami")).toBe(
      "🧭 Identity\nChannel: telegram\nUser id: 777\nUsername: @al\nAllowFrom: 777",
    );
    expect(await rig.text("/id", { sender: OPERATOR })).toBe(
      "🧭 Identity\nChannel: webchat\nUser id: gateway-owner",
    );
  });

  test("/status tells program, time, model, use, context, session and modes", async () => {
    const rig = new CommandRig(
      { agents: { defaults: { userTimezone: "UTC" } } },
      { inputTokens: 12_000, outputTokens: 340, totalTokens: 6_400, costTotal: 0.015, compactionCount: 1 },
    );
    expect(await rig.text("/status")).toBe(
      [
        "🦞 OpenClaw 2026.11.1 (abc1234)",
        "Current time: Saturday, November 21st, 2026 - 12:11 AM (UTC)",
        "Reference UTC: 2026-11-21 00:11 UTC",
        "⏱️ Uptime: gateway 29s · system 19m 46s",
        "",
        "🧠 Model: mock/mock-1",
        "🔑 Auth: available",
        "🧮 Tokens: 12k in / 340 out",
        "💵 Cost: $0.01",
        "",
        "📚 Context: 6.4k/128k (5%) · 🧹 Compactions: 1",
        "",
        "🧵 Session: main • updated just now",
        "",
        "🎛️ Modes: think low",
        "🪢 Queue: steer",
      ].join("\n"),
    );
  });

  test("the status of a session can be had without a message", async () => {
    const rig = new CommandRig({}, { totalTokens: 6_400 });
    expect(await rig.table.status("main", KEY)).toBe((await rig.text("/status")) ?? "");
  });

  test("/status works before the first message", async () => {
    expect(await new CommandRig().text("/status")).toContain("📚 Context: ?/128k\n\n🧵 Session: main • new");
  });

  test("shortcuts inside a message are answered, and the rest goes to the model", async () => {
    const rig = new CommandRig({}, {});
    const reply = await rig.say("hello /whoami there");
    expect(reply).toMatchObject({ kind: "continue", message: "hello there" });
    expect(reply?.kind === "continue" && reply.notice).toContain("🧭 Identity");
  });

  test("/help and /commands show the table; owner commands are marked", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/help")).toContain("/stop: ");
    const all = (await rig.text("/commands")) ?? "";
    for (const { name } of rig.table.all) expect(all).toContain(`/${name}`);
    expect(all).toMatch(/\/send .*\(owner\)/);
  });

  test("/tools shows what the sender may have used", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/tools")).toBe("Tools: read");
    expect(await rig.text("/tools", { sender: OPERATOR })).toBe("Tools: read, exec");
    expect(await rig.text("/tools verbose")).toContain("- read: Does read.");
  });

  test("/context tells sizes, with files and tools on request, or as JSON", async () => {
    const rig = new CommandRig({}, { totalTokens: 900 });
    expect(await rig.text("/context")).toContain("System prompt: 400 characters (about 100 tokens)");
    expect(await rig.text("/context detail")).toContain("- AGENTS.md: 800 characters");
    const json = (await rig.text("/context json")) ?? "";
    expect(JSON.parse(json.replaceAll(/^```(json)?$/gm, ""))).toMatchObject({ totalChars: 500 });
    expect(await rig.text("/context map")).toBe("Usage: /context list|detail|json");
  });

  test("/usage tells what was used, what it cost, and sets the footer", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/usage")).toContain("Tokens: 12k in / 340 out");
    expect(await rig.text("/usage cost")).toContain("Last 30 days: $0.01");
    expect(await rig.text("/usage full")).toBe("⚙️ Usage footer: full.");
    expect(rig.entry.responseUsage).toBe("full");
    await rig.say("/usage inherit");
    expect(rig.entry.responseUsage).toBeUndefined();
    expect(await rig.text("/usage maybe")).toContain("/usage off|tokens|full");
  });

  test("the footer says what its mode allows, and nothing when nothing was used", () => {
    const usage = { input: 1_000, output: 20, cacheRead: 200, cacheWrite: 0, total: 1_220, cost: 0.002 };
    const outcome = { usage, provider: "mock", model: "mock-1" };
    expect(usageFooter(outcome, "tokens")).toBe("Usage: 1.2k in / 20 out");
    expect(usageFooter(outcome, "full")).toBe("Usage: 1.2k in / 20 out · $0.0020 · mock/mock-1");
    expect(usageFooter(outcome, "off")).toBeUndefined();
    expect(usageFooter({ ...outcome, usage: { ...usage, total: 0 } }, "full")).toBeUndefined();
  });

  test("/activation says when a group is answered, and is for groups alone", async () => {
    const rig = new CommandRig();
    const group = { sender: OPERATOR, isGroup: true };
    expect(await rig.text("/activation always", { sender: OPERATOR })).toBe(
      "⚙️ Group activation only applies to group chats.",
    );
    expect(rig.entry.groupActivation).toBeUndefined();
    expect(await rig.text("/activation always", group)).toBe("⚙️ Group activation set to always.");
    expect(rig.entry.groupActivation).toBe("always");
    expect(await rig.text("/activation sometimes", group)).toContain("Usage");
    expect(await rig.text("/activation", group)).toContain("activation: always");
  });

  test("/send is the owner's", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/send off", { sender: OPERATOR })).toBe("⚙️ Send policy set to off.");
    expect(rig.entry.sendPolicy).toBe("deny");
    expect(await rig.text("/send", { sender: OPERATOR })).toContain("off for this session");
    await rig.say("/send inherit", { sender: OPERATOR });
    expect(rig.entry.sendPolicy).toBeUndefined();
  });
});

describe("who may", () => {
  const stranger = { ...AL, isAuthorized: false };

  test("a stranger's command is passed over in silence on channels, and told to people on the gateway", async () => {
    const rig = new CommandRig();
    expect(await rig.say("/status", { sender: stranger })).toEqual({ kind: "text", text: "" });
    const visitor = { ...OPERATOR, isAuthorized: false, isOwner: false, isAdmin: false };
    expect(await rig.text("/status", { sender: visitor })).toBe(
      "You are not authorized to use commands here.",
    );
    expect(rig.calls).toEqual([]);
  });

  test("a stranger's choices inside a message are text", async () => {
    const rig = new CommandRig();
    expect(await rig.say("/think high solve this /status", { sender: stranger })).toBeUndefined();
  });

  test("commands.allowFrom decides alone where it has a list", async () => {
    const rig = new CommandRig({ commands: { allowFrom: { telegram: [778], "*": ["gateway-owner"] } } });
    expect(await rig.text("/whoami")).toBe("");
    expect(await rig.text("/whoami", { sender: { ...stranger, id: "778" } })).toContain("User id: 778");
    expect(await rig.text("/whoami", { sender: { ...AL, channel: "whatsapp" } })).toBe("");
    expect(await rig.text("/whoami", { sender: { ...OPERATOR, isAdmin: false } })).toContain("gateway-owner");
  });

  test("a list for one channel says nothing about another, and locks no administrator out", async () => {
    const rig = new CommandRig({ commands: { allowFrom: { telegram: [] } } });
    expect(await rig.text("/whoami", { sender: { ...AL, channel: "whatsapp" } })).toContain("Identity");
    const locked = new CommandRig({ commands: { allowFrom: { "*": [] } } });
    expect(await locked.text("/whoami", { sender: OPERATOR })).toContain("Identity");
    expect(await locked.text("/whoami", { sender: { ...OPERATOR, isAdmin: false } })).toContain(
      "not authorized",
    );
  });

  test("an owner command tells the sender how the owner lets them in", async () => {
    const rig = new CommandRig();
    expect(await rig.text("/send off")).toContain(
      `openclaw config set commands.ownerAllowFrom '["telegram:777"]' --merge`,
    );
    expect(rig.entry.sendPolicy).toBeUndefined();
  });

  test.each([
    ["telegram:777", true],
    ["telegram:user:777", true],
    ["777", true],
    [777, true],
    ["+777", true],
    ["whatsapp:777", false],
    ["telegram:7777", false],
    ["@al", false],
    ["Al", false],
    ["*", false],
  ])("ownerAllowFrom %j makes Al an owner: %p", async (entry, owner) => {
    const rig = new CommandRig({ commands: { ownerAllowFrom: [entry] } });
    expect(await rig.text("/send off")).toContain(owner ? "set to off" : "is for the owner");
  });

  test("what access control of a channel found stands: the id of a chat in a list makes no owner", async () => {
    const lists = { ownerAllowFrom: ["telegram:-100", "777"], allowFrom: { telegram: ["-100", "777"] } };
    const rig = new CommandRig({ commands: lists });
    const chat = { ...AL, id: "-100", accountId: "default" };
    expect(await rig.text("/send off", { sender: chat })).toContain("is for the owner");
    const outsider = { ...chat, isAuthorized: false };
    expect(await rig.text("/send off", { sender: outsider })).toBe("");
    expect(await rig.text("/send off", { sender: { ...chat, isOwner: true } })).toContain("set to off");
  });

  test("on a gateway connection a new session needs operator.admin", async () => {
    const rig = new CommandRig({}, {});
    const sender = { ...OPERATOR, isAdmin: false };
    expect(await rig.text("/new", { sender })).toContain("operator.admin");
    expect(await rig.text("/reset hello", { sender })).toContain("operator.admin");
    expect(await rig.text("/stop", { sender })).toContain("aborted");
    expect(rig.calls).toEqual(["abort stop all"]);
  });

  test("typed commands can be switched off where the channel has a menu, and only there", async () => {
    const rig = new CommandRig({ commands: { text: false } });
    expect(await rig.say("/whoami")).toBeUndefined();
    expect(await rig.text("/whoami", { native: true })).toContain("Identity");
    expect(await rig.text("/whoami", { sender: { ...AL, channel: "whatsapp" } })).toContain("Identity");
    expect(await rig.text("/whoami", { sender: OPERATOR })).toContain("Identity");
  });
});

describe("the table", () => {
  test("an unknown command goes to the model", async () => {
    const rig = new CommandRig();
    for (const message of ["/unknown thing", "/usr/bin/env", "hello", "", "/"]) {
      expect(await rig.say(message)).toBeUndefined();
    }
  });

  test("names and aliases are unique, and every row is complete", () => {
    const { all } = new CommandRig().table;
    const names = all.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, summary } of all) {
      expect(name).toMatch(/^[a-z]{1,32}$/);
      expect(summary).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("its entries are what commands.list may answer", () => {
    const commands = commandEntries(new CommandRig().table.all);
    expect(fits(status.commandsList.result, { commands })).toBe(true);
    expect(commands[0]).toEqual({
      name: "help",
      nativeName: "help",
      textAliases: ["/help"],
      description: "Show the commands used most.",
      category: "status",
      source: "native",
      scope: "both",
      acceptsArgs: false,
    });
    expect(commands.some(({ args }) => args !== undefined)).toBe(true);
    const bare = commandEntries(new CommandRig().table.all, { includeArgs: false });
    expect(bare.some(({ args }) => args !== undefined)).toBe(false);
  });

  test("no text makes it fail, and text without a slash or a reset word is never its business", async () => {
    const words = [
      "/think",
      "/model",
      "/new",
      "/queue",
      "/status",
      "/stop",
      "high",
      "mini",
      "a/b",
      ":",
      "\n",
      "```",
      "x",
      " ",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...words), { maxLength: 8 }),
        fc.boolean(),
        async (parts, own) => {
          const message = parts.join(" ");
          const reply = await new CommandRig({}, {}).say(message, { sender: own ? OPERATOR : AL });
          if (!message.includes("/")) expect(reply).toBeUndefined();
          if (reply?.kind === "continue") expect(reply.message.trim()).not.toBe("");
        },
      ),
      { numRuns: 200 },
    );
  });
});
