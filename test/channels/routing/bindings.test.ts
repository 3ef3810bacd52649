import { describe, expect, test } from "bun:test";
import type { Chat, Person } from "../../../src/channels/inbound-event.ts";
import { BindingRouter, readBindings } from "../../../src/channels/routing/index.ts";
import type { Conversations } from "../../../src/channels/conversations.ts";
import type { LogFields, Logger } from "../../../src/lib/logger.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { accountOf, configOf } from "../access/world.ts";

type Peer = Parameters<Conversations["sessionKey"]>[0];

const AGENTS = ["main", "a", "b", "c", "d", "e", "f"];
const ALICE: Person = { id: "777", isBot: false };
const DM: Chat = { id: "777", kind: "direct" };
const GROUP: Chat = { id: "-100", kind: "group" };
const TOPIC: Chat = { ...GROUP, topicId: "7" };

function routerOf(bindings: readonly unknown[]) {
  const warnings: LogFields[] = [];
  const log: Logger = { ...silentLogger, warn: (_message, fields = {}) => void warnings.push(fields) };
  const asked: Peer[] = [];
  let config = configOf({ bindings });
  const router = new BindingRouter({
    config: () => config,
    conversations: {
      defaultAgentId: "main",
      hasAgent: (id) => AGENTS.includes(id),
      sessionKey: (peer) => {
        asked.push(peer);
        return `agent:${peer.agentId}:x` as SessionKey;
      },
    },
    defaultAccountId: () => "default",
    log,
  });
  const agentFor = (chat: Chat, accountId = "default", topicAgentId?: string) =>
    router.route(accountOf(configOf({}), accountId), chat, ALICE, topicAgentId).agentId;
  return {
    router,
    agentFor,
    asked,
    warnings,
    change: (next: readonly unknown[]) => (config = configOf({ bindings: next })),
  };
}

const bind = (agentId: string, match: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  agentId,
  match: { channel: "telegram", ...match },
  ...more,
});

describe("bindings", () => {
  const LADDER = [
    bind("f", { accountId: "*" }),
    bind("e", { accountId: "default" }),
    bind("c", { accountId: "*", peer: { kind: "group", id: "*" } }),
    bind("b", { accountId: "*", peer: { kind: "group", id: "-100" } }),
    bind("a", { accountId: "*", peer: { kind: "group", id: "-100:topic:7" } }),
  ];

  test("the most particular rule decides, wherever it stands", () => {
    const wanted = ["a", "b", "c", "e", "f", "main"];
    for (let kept = LADDER.length; kept >= 0; kept--) {
      const rules = LADDER.slice(0, kept);
      for (const order of [rules, rules.toReversed()]) {
        expect(routerOf(order).agentFor(TOPIC)).toBe(wanted[LADDER.length - kept] ?? "");
      }
    }
  });

  test("a topic belongs to its group, a group to no topic", () => {
    const { agentFor } = routerOf(LADDER);
    expect(agentFor(TOPIC)).toBe("a");
    expect(agentFor({ ...GROUP, topicId: "8" })).toBe("b");
    expect(agentFor(GROUP)).toBe("b");
    expect(agentFor({ ...GROUP, id: "-200" })).toBe("c");
    expect(agentFor(DM)).toBe("e");
    expect(agentFor(DM, "work")).toBe("f");
  });

  test("of equals the first decides", () => {
    const { agentFor } = routerOf([bind("a", { accountId: "*" }), bind("b", { accountId: "*" })]);
    expect(agentFor(DM)).toBe("a");
  });

  test("all that a rule gives must fit", () => {
    const peer = { kind: "direct", id: "777" };
    expect(routerOf([bind("a", { accountId: "work", peer })]).agentFor(DM)).toBe("main");
    expect(routerOf([bind("a", { accountId: "work", peer })]).agentFor(DM, "work")).toBe("a");
    expect(routerOf([bind("a", { peer: { kind: "group", id: "777" } })]).agentFor(DM)).toBe("main");
    expect(routerOf([bind("a", { peer: { kind: "channel", id: "-100" } })]).agentFor(GROUP)).toBe("main");
    expect(routerOf([bind("a", { channel: "whatsapp", peer })]).agentFor(DM)).toBe("main");
    expect(routerOf([bind("a", { accountId: "*", peer, guildId: "1" })]).agentFor(DM)).toBe("main");
    expect(routerOf([bind("a", { accountId: "*", teamId: "1" })]).agentFor(DM)).toBe("main");
    expect(routerOf([bind("a", { accountId: "*", roles: ["r"] })]).agentFor(DM)).toBe("main");
  });

  test("a rule without an account is for the default account alone", () => {
    const { agentFor } = routerOf([bind("a", {})]);
    expect(agentFor(DM)).toBe("a");
    expect(agentFor(DM, "work")).toBe("main");
  });

  test("a direct chat is bound by the person, and dm is an older word for it", () => {
    expect(routerOf([bind("a", { peer: { kind: "dm", id: "777" } })]).agentFor(DM)).toBe("a");
    expect(routerOf([bind("a", { peer: { kind: "direct", id: "*" } })]).agentFor(DM)).toBe("a");
  });

  test("the session of the rule that decides is handed on, no other's", () => {
    const session = { dmScope: "per-peer", groupScope: "main" };
    const { router, asked } = routerOf([
      bind("b", { accountId: "*" }, { session: { dmScope: "main" } }),
      bind("a", { peer: { kind: "group", id: "-100" } }, { session }),
    ]);
    const account = accountOf(configOf({}));
    router.route(account, TOPIC, ALICE);
    expect(asked[0]).toEqual({
      agentId: "a",
      channel: "telegram",
      accountId: "default",
      kind: "group",
      id: "-100",
      topicId: "7",
      binding: { dmScope: "per-peer", groupScope: "main" },
    });
    router.route(account, DM, ALICE, "c");
    expect(asked[1]).toEqual({
      agentId: "c",
      channel: "telegram",
      accountId: "default",
      kind: "direct",
      id: "777",
    });
  });

  test("an agent named by the topic goes first; one that does not exist is said and passed over", () => {
    const { agentFor, warnings } = routerOf(LADDER);
    expect(agentFor(TOPIC, "default", "d")).toBe("d");
    expect(warnings).toEqual([]);
    expect(agentFor(TOPIC, "default", "ghost")).toBe("a");
    expect(warnings).toMatchObject([{ agent: "ghost", topic: "7" }]);
  });

  test("a rule that cannot be followed is said once and skipped, so that the next one decides", () => {
    const { agentFor, warnings, change } = routerOf([
      bind("ghost", { peer: { kind: "direct", id: "777" } }),
      bind("b", { peer: { kind: "direct", id: "777" } }, { type: "acp" }),
      bind("a", {}),
    ]);
    expect([agentFor(DM), agentFor(DM)]).toEqual(["a", "a"]);
    expect(warnings.map(({ path }) => path)).toEqual(["bindings[0]", "bindings[1]"]);
    change([bind("c", {})]);
    expect(agentFor(DM)).toBe("c");
  });

  test("what cannot be followed is told with what mends it", () => {
    const { findings, bindings } = readBindings(
      configOf({ bindings: [bind("ghost", {}), bind("a", {})] }),
      (id) => AGENTS.includes(id),
    );
    expect(bindings).toHaveLength(1);
    expect(findings).toMatchObject([
      { path: "bindings[0]", fix: expect.stringContaining("openclaw agents add ghost") },
    ]);
  });
});
