import { expect, test } from "bun:test";
import fc from "fast-check";
import { Type } from "@sinclair/typebox";
import type { Sender, Tool } from "../../../../src/agent/index.ts";
import { SHELF, toolGroups, toolPolicy } from "../../../../src/agent/tools/policy/index.ts";
import { validateConfig } from "../../../../src/config/index.ts";
import type { SessionKey } from "../../../../src/protocol/index.ts";

const OWNER_ONLY = new Set(["exec", "process", "gateway"]);

const TOOLS: readonly Tool[] = Object.keys(SHELF).map((name) => ({
  name,
  label: name,
  description: name,
  parameters: Type.Object({}),
  scope: OWNER_ONLY.has(name) ? "owner" : "anyone",
  execute: () => Promise.resolve({ content: [] }),
}));

const owner: Sender = {
  id: "gateway-owner",
  isOwner: true,
  isAuthorized: true,
  isAdmin: true,
  channel: "webchat",
};
const guest: Sender = { ...owner, id: "42", isOwner: false, isAdmin: false, channel: "telegram" };

function effective(config: object, sender = owner, model = "openai/gpt-5", agentId = "main"): string[] {
  const checked = validateConfig(config);
  expect(checked.issues).toEqual([]);
  const selection = { agentId, sessionKey: "agent:main:main" as SessionKey, sender, model };
  const passes = toolPolicy(checked.config, selection);
  return TOOLS.filter(passes).map((tool) => tool.name);
}

const ALL = TOOLS.map((tool) => tool.name);
const without = (...names: string[]) => ALL.filter((name) => !names.includes(name));

test("without a word in the configuration the owner has every tool, others all but the owner's", () => {
  expect(effective({})).toEqual(ALL);
  expect(effective({}, guest)).toEqual(without(...OWNER_ONLY));
});

test("a profile is what it says, and alsoAllow adds to it", () => {
  expect(effective({ tools: { profile: "minimal" } })).toEqual(["session_status"]);
  expect(effective({ tools: { profile: "minimal", alsoAllow: ["group:web", "GATEWAY"] } })).toEqual([
    "web_fetch",
    "session_status",
    "gateway",
  ]);
  expect(effective({ tools: { profile: "messaging" } })).toContain("message");
  expect(effective({ tools: { profile: "messaging" } })).not.toContain("exec");
  expect(effective({ tools: { profile: "full" } })).toEqual(ALL);
});

test("an agent's own profile takes the place of the common one, its lists only narrow", () => {
  const config = {
    tools: { profile: "minimal", deny: ["exec"] },
    agents: { entries: { main: { tools: { profile: "full", deny: ["message"] } }, other: {} } },
  };
  expect(effective(config)).toEqual(without("exec", "message"));
  expect(effective(config, owner, "openai/gpt-5", "other")).toEqual(["session_status"]);
});

test("rules for a model or its provider narrow further; the full name wins over the provider", () => {
  const config = {
    tools: {
      byProvider: {
        anthropic: { profile: "minimal" },
        "OpenAI/gpt-5": { allow: ["group:fs"] },
        openai: { deny: ["*"] },
      },
    },
  };
  expect(effective(config, owner, "anthropic/claude")).toEqual(["session_status"]);
  expect(effective(config, owner, "openai/gpt-5")).toEqual(
    ["ls", "read", "write", "edit", "apply_patch"].sort((a, b) => ALL.indexOf(a) - ALL.indexOf(b)),
  );
  expect(effective(config, owner, "openai/other")).toEqual([]);
});

test("who may write may patch; who may not write may still patch", () => {
  expect(effective({ tools: { allow: ["write"] } })).toEqual(["write", "apply_patch"]);
  expect(effective({ tools: { deny: ["write"] } })).toContain("apply_patch");
  expect(effective({ tools: { deny: ["group:fs"] } })).not.toContain("apply_patch");
});

test("names are read in any case, by older names, and with stars", () => {
  expect(effective({ tools: { deny: ["BASH", "Sessions_*"] } })).toEqual(
    without("exec", "sessions_list", "sessions_history", "sessions_send"),
  );
  expect(effective({ tools: { allow: ["*_fetch"] } })).toEqual(["web_fetch"]);
});

test("an allow list that names nothing there is allows nothing; an empty one says nothing", () => {
  expect(effective({ tools: { allow: ["group:memory"] } })).toEqual([]);
  expect(effective({ tools: { allow: ["nonsense"] } })).toEqual([]);
  expect(effective({ tools: { allow: [] } })).toEqual(ALL);
});

test("a sender's entry is found by id before the star, and an agent's before the common one", () => {
  const rules = {
    "channel:telegram:42": { allow: ["read"] },
    "id:43": { alsoAllow: ["group:fs"] },
    "44": { allow: ["ls"] },
    "*": { deny: ["*"] },
  };
  const common = { tools: { toolsBySender: rules } };
  expect(effective(common, guest)).toEqual(["read"]);
  expect(effective(common, { ...guest, id: "43" })).toEqual(without(...OWNER_ONLY));
  expect(effective(common, { ...guest, id: "44" })).toEqual(["ls"]);
  expect(effective(common, { ...guest, id: "45" })).toEqual([]);
  const own = { ...common, agents: { entries: { main: { tools: { toolsBySender: { "id:42": {} } } } } } };
  expect(effective(own, guest)).toEqual(without(...OWNER_ONLY));
});

test("a name anybody can take lifts no rule, and can add one", () => {
  const rules = { "name:alice": { allow: ["read", "ls"] }, "username:alice": {}, "*": { deny: ["ls"] } };
  const alice = { ...guest, name: "Alice", username: "@alice" };
  expect(effective({ tools: { toolsBySender: rules } }, alice)).toEqual(["read"]);
  expect(effective({ tools: { toolsBySender: rules } }, guest)).toEqual(without("ls", ...OWNER_ONLY));
});

const name = fc.constantFrom(
  ...ALL,
  "bash",
  "*",
  "s*",
  "group:fs",
  "group:runtime",
  "group:openclaw",
  "*e*",
  "nonsense",
);
const list = fc.array(name, { maxLength: 4 });
const profile = fc.option(fc.constantFrom("minimal", "coding", "messaging", "full"), { nil: undefined });
const lists = fc
  .record({ profile, allow: fc.option(list, { nil: undefined }), also: list, deny: list })
  .map(({ profile: chosen, allow, also, deny }) => ({
    ...(chosen !== undefined && { profile: chosen }),
    ...(allow === undefined ? { alsoAllow: also } : { allow }),
    deny,
  }));
const senderRules = fc.dictionary(
  fc.constantFrom("*", "id:42", "channel:telegram:42", "name:bob", "username:bob", "id:gateway-owner"),
  lists.map(({ profile: _profile, ...rest }) => rest),
);
const rules = fc
  .record({
    own: lists,
    byProvider: fc.dictionary(fc.constantFrom("openai", "openai/gpt-5"), lists),
    toolsBySender: senderRules,
  })
  .map(({ own, byProvider, toolsBySender }) => ({ ...own, byProvider, toolsBySender }));
const sender = fc.constantFrom(owner, guest, { ...guest, name: "Bob", username: "bob" });

test("a denied tool is never had, whatever else is said", () => {
  const place = fc.constantFrom("common", "agent");
  fc.assert(
    fc.property(rules, rules, sender, fc.constantFrom(...ALL), place, (common, own, who, denied, where) => {
      const deny = (one: typeof common) => ({ ...one, deny: [...one.deny, denied.toUpperCase()] });
      const config = {
        tools: where === "common" ? deny(common) : common,
        agents: { entries: { main: { tools: where === "agent" ? deny(own) : own } } },
      };
      expect(effective(config, who)).not.toContain(denied);
    }),
  );
});

test("the owner's tools are never had by others, whatever is said", () => {
  fc.assert(
    fc.property(rules, rules, (common, own) => {
      const had = effective({ tools: common, agents: { entries: { main: { tools: own } } } }, guest);
      expect(had.filter((tool) => OWNER_ONLY.has(tool))).toEqual([]);
    }),
  );
});

test("every further list leaves fewer tools, never more", () => {
  fc.assert(
    fc.property(rules, sender, name, (common, who, one) => {
      const before = effective({ tools: common }, who);
      const narrowed = { ...common, deny: [...common.deny, one] };
      for (const tool of effective({ tools: narrowed }, who)) expect(before).toContain(tool);
    }),
  );
});

test("hostile patterns are read as what they say: trying every way through them would take for ever", () => {
  expect(effective({ tools: { deny: ["*a".repeat(2_000), "(a+)+$"] } })).toEqual(ALL);
  expect(effective({ tools: { deny: ["*".repeat(5_000)] } })).toEqual([]);
});

test("every group names tools there are", () => {
  for (const tools of Object.values(toolGroups())) for (const tool of tools) expect(ALL).toContain(tool);
});

test("the chat somebody speaks in takes tools away; what it says of them goes before what it says of all", () => {
  const from = (...toolRules: NonNullable<Sender["toolRules"]>): string[] =>
    effective({}, { ...guest, toolRules });
  const guests = effective({}, guest);
  const less = (...names: string[]) => guests.filter((name) => !names.includes(name));
  expect(from()).toEqual(guests);
  expect(from({ tools: { deny: ["read"] } })).toEqual(less("read"));
  expect(from({ tools: { deny: ["read"] }, toolsBySender: { "id:42": { deny: ["write"] } } })).toEqual(
    less("write"),
  );
  expect(from({ toolsBySender: { "id:7": { deny: ["write"] } } }, { tools: { deny: ["read"] } })).toEqual(
    less("read"),
  );
  expect(from({ tools: {} }, { tools: { deny: ["read"] } })).toEqual(guests);
  expect(from({ tools: { allow: ["exec", "read"] } })).toEqual(["read"]);
});

test("a chat cannot give back what the configuration takes away", () => {
  const toolRules = [{ tools: { allow: ["read"], alsoAllow: ["exec"] } }];
  expect(effective({ tools: { deny: ["read"] } }, { ...guest, toolRules })).toEqual([]);
});
