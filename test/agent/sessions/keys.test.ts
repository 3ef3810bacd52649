import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  canonicalKey,
  factsOf,
  httpSessionKey,
  type InboundFacts,
  InvalidSessionKeyError,
  isRefusedOverHttp,
  isSynthetic,
  type KeyRules,
  sessionKeyFor,
} from "../../../src/agent/sessions/index.ts";

const key = (text: string) => canonicalKey(text, "main");

test("main and bare keys belong to the agent, ids are small letters, a doubled prefix counts once", () => {
  const cases: [sent: string, agent: string, canonical: string][] = [
    ["main", "main", "agent:main:main"],
    ["", "ops", "agent:ops:main"],
    [" MyApp:1 ", "main", "agent:main:myapp:1"],
    ["agent:Ops:Telegram:Group:-100ABC", "main", "agent:ops:telegram:group:-100abc"],
    ["agent:main:agent:main:x", "ops", "agent:main:x"],
    ["agent:main:MAIN", "ops", "agent:main:main"],
    ["global", "main", "agent:main:global"],
  ];
  for (const [sent, agent, canonical] of cases) expect(canonicalKey(sent, agent) as string).toBe(canonical);
  expect(canonicalKey("main", "main", "global") as string).toBe("agent:main:global");
});

test("what cannot be a key is refused with a reason", () => {
  const cases: [sent: string, reason: string][] = [
    ["agent:", "is no session key"],
    ["agent:main", "is no session key"],
    ["agent:main:", "is no session key"],
    ["agent::x", "is no session key"],
    ["agent:a b:x", "is no agent id"],
    ["agent:main:agent:ops:x", "names two agents"],
    ["a\nb", "control characters"],
    ["x".repeat(600), "at most 512 characters"],
  ];
  for (const [sent, reason] of cases) {
    expect(() => key(sent)).toThrow(InvalidSessionKeyError);
    expect(() => key(sent)).toThrow(reason);
  }
});

test("canonicalising again changes nothing, whatever was sent", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.constantFrom("main", "ops-2"), (sent, agent) => {
      let once: string;
      try {
        once = canonicalKey(sent, agent);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidSessionKeyError);
        return;
      }
      expect(canonicalKey(once, "other") as string).toBe(once);
      expect(factsOf(canonicalKey(once, "other")).agentId).toBe(once.split(":")[1] ?? "");
    }),
  );
});

test("every form of key is read for what it is", () => {
  const cases: [rest: string, facts: object][] = [
    ["main", { kind: "main" }],
    ["global", { kind: "global" }],
    ["main:thread:9", { kind: "main", threadId: "9" }],
    ["direct:alice", { kind: "direct", peerId: "alice" }],
    ["telegram:direct:7", { kind: "direct", channel: "telegram", peerId: "7" }],
    ["telegram:work:direct:7", { kind: "direct", channel: "telegram", accountId: "work", peerId: "7" }],
    ["telegram:group:-100", { kind: "group", channel: "telegram", peerId: "-100" }],
    ["telegram:group:-100:topic:1", { kind: "group", channel: "telegram", peerId: "-100", topicId: "1" }],
    [
      "whatsapp:group:1@g.us:thread:whatsapp-account-work",
      { kind: "group", channel: "whatsapp", peerId: "1@g.us", threadId: "whatsapp-account-work" },
    ],
    ["slack:channel:c1:thread:17.5", { kind: "channel", channel: "slack", peerId: "c1", threadId: "17.5" }],
    ["matrix:room:!a:b.c", { kind: "channel", channel: "matrix", peerId: "!a:b.c" }],
    ["cron:job", { kind: "cron" }],
    ["cron:job:run:s", { kind: "cron" }],
    ["hook:u", { kind: "hook" }],
    ["subagent:u", { kind: "subagent" }],
    ["acp:x", { kind: "acp" }],
    ["openai:u", { kind: "http" }],
    ["openresponses-user:bob", { kind: "http" }],
    ["dashboard:u", { kind: "dashboard" }],
    ["explicit:model-run-u", { kind: "model-run" }],
    ["boot:x", { kind: "internal" }],
    ["myapp:1", { kind: "named" }],
  ];
  for (const [rest, facts] of cases) {
    expect<object>(factsOf(key(rest))).toEqual({ agentId: "main", rest, ...facts });
  }
  expect(["cron:j", "hook:u", "subagent:u", "acp:x"].every((rest) => isSynthetic(factsOf(key(rest))))).toBe(
    true,
  );
  expect(["main", "myapp:1", "dashboard:u"].some((rest) => isSynthetic(factsOf(key(rest))))).toBe(false);
});

test("an inbound message goes to the session its scope says", () => {
  const direct: InboundFacts = {
    agentId: "main",
    channel: "telegram",
    accountId: "Work",
    peer: { kind: "direct", id: "777" },
  };
  const group: InboundFacts = { agentId: "main", channel: "telegram", peer: { kind: "group", id: "-100" } };
  const links = { Alice: ["telegram:777", "discord:2"] };
  const cases: [facts: InboundFacts, rules: KeyRules, rest: string][] = [
    [direct, { session: undefined }, "main"],
    [direct, { session: { dmScope: "per-peer" } }, "direct:777"],
    [direct, { session: { dmScope: "per-channel-peer" } }, "telegram:direct:777"],
    [direct, { session: { dmScope: "per-account-channel-peer" } }, "telegram:work:direct:777"],
    [direct, { session: { dmScope: "per-peer", identityLinks: links } }, "direct:alice"],
    [direct, { session: { dmScope: "main", identityLinks: links } }, "main"],
    [
      { ...direct, channel: "discord", peer: { kind: "direct", id: "2" } },
      { session: { dmScope: "per-channel-peer", identityLinks: links } },
      "discord:direct:alice",
    ],
    [
      { ...direct, channel: "discord", peer: { kind: "direct", id: "777" } },
      { session: { dmScope: "per-peer", identityLinks: links } },
      "direct:777",
    ],
    [direct, { session: { dmScope: "main" }, binding: { dmScope: "per-peer" } }, "direct:777"],
    [{ ...direct, threadId: "5" }, { session: { dmScope: "per-peer" } }, "direct:777:thread:5"],
    [{ ...direct, peer: { kind: "direct", id: " " } }, { session: { dmScope: "per-peer" } }, "main"],
    [direct, { session: { scope: "global" } }, "global"],
    [group, { session: undefined }, "telegram:group:-100"],
    [group, { session: { groupScope: "main" } }, "main"],
    [group, { session: { groupScope: "main" }, binding: { groupScope: "per-group" } }, "telegram:group:-100"],
    [{ ...group, topicId: "1" }, { session: undefined }, "telegram:group:-100:topic:1"],
    [{ ...group, channel: "slack", threadId: "1.2" }, { session: undefined }, "slack:group:-100:thread:1.2"],
    [
      { agentId: "main", channel: "whatsapp", accountId: "work", peer: { kind: "group", id: "1@g.us" } },
      { session: undefined },
      "whatsapp:group:1@g.us:thread:whatsapp-account-work",
    ],
    [
      { agentId: "main", channel: "whatsapp", accountId: "default", peer: { kind: "group", id: "1@g.us" } },
      { session: undefined },
      "whatsapp:group:1@g.us",
    ],
  ];
  for (const [facts, rules, rest] of cases) {
    expect(sessionKeyFor(facts, rules) as string).toBe(`agent:main:${rest}`);
  }
});

test("an HTTP request has a session of its own, its user's, or the one it names, never one of the gateway", () => {
  const request = { agentId: "main", api: "openai", requestId: "u1" } as const;
  expect(httpSessionKey(request) as string).toBe("agent:main:openai:u1");
  expect(httpSessionKey({ ...request, user: " Bob " }) as string).toBe("agent:main:openai-user:bob");
  expect(httpSessionKey({ ...request, api: "openresponses", user: "b" }) as string).toBe(
    "agent:main:openresponses-user:b",
  );
  expect(httpSessionKey({ ...request, key: "myapp:1", user: "b" }) as string).toBe("agent:main:myapp:1");
  for (const refused of ["cron:x", "subagent:x", "acp:x", "agent:main:cron:x", "AGENT:other:Subagent:x"]) {
    expect(() => httpSessionKey({ ...request, key: refused })).toThrow("is reserved");
  }
  expect(isRefusedOverHttp(key("cron:x"))).toBe(true);
  expect(isRefusedOverHttp(key("cronjob"))).toBe(false);
});
