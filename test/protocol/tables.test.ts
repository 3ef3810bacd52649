import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import {
  EVENT_BY_NAME,
  EVENTS,
  holdsScope,
  mayHear,
  METHOD_BY_NAME,
  METHODS,
  nodes,
  OPERATOR_SCOPES,
} from "../../src/protocol/index.ts";

/** Rows of the reference list, `method  scope  flags`. */
const rows = (await Bun.file(join(import.meta.dir, "fixtures", "methods.tsv")).text())
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"))
  .map(([name = "", scope = "", flags = ""]) => ({ name, scope, flags }));

/** Methods that need less than the reference list says; both were seen to be answered without any scope. */
const LOOSER: Readonly<Record<string, string>> = {
  health: "none",
  "device.scopes.requestUpgrade": "authenticated",
  "device.scopes.waitUpgrade": "authenticated",
};

/** What callers of a method with scopes of its own need at least, where it is not to write. */
const LEAST: Readonly<Record<string, string>> = { "channels.pairing.approve": "operator.pairing" };

/** Methods of protocol 3 that the reference list has dropped. */
const LEGACY = ["node.pair.request", "node.pair.verify"];

/** Methods of this gateway alone. */
const OWN = [
  "agents.prompt",
  "browser.request",
  "channels.directory",
  "gateway.stop",
  "message.queue.drop",
  "message.queue.list",
  "message.queue.retry",
  "message.queue.show",
  "secrets.profiles.change",
  "secrets.profiles.list",
  "web.login.cancel",
];

describe("methods", () => {
  test("every method has a name of its own and is found by it", () => {
    expect(new Set(METHODS.map((method) => method.name)).size).toBe(METHODS.length);
    for (const method of METHODS) expect(METHOD_BY_NAME.get(method.name)).toBe(method);
  });

  test("every method has a summary that is a sentence, a known scope and a protocol version", () => {
    for (const method of METHODS) {
      expect(method.summary).toMatch(/^[A-Z].*\.$/);
      expect([...OPERATOR_SCOPES, "none", "authenticated", "node"]).toContain(method.scope);
      expect([3, 4]).toContain(method.since);
    }
  });

  test("the methods are those of the reference list, the two that older nodes need, and our own", () => {
    const expected = [...rows.map((row) => row.name), ...LEGACY, ...OWN].sort();
    expect(METHODS.map((method) => method.name).sort()).toEqual(expected);
  });

  test.each(rows)("$name has the scope and flags of the reference list", ({ name, scope, flags }) => {
    const method = METHOD_BY_NAME.get(name);
    const least = LEAST[name] ?? "operator.write";
    const listed = scope === "node" ? "node" : scope === "dynamic" ? least : `operator.${scope}`;
    expect(method?.scope as string).toBe(LOOSER[name] ?? listed);
    expect(method?.scopesFor !== undefined).toBe(scope === "dynamic");
    expect(method?.write ?? false).toBe(flags.includes("W"));
    expect(method?.hidden ?? false).toBe(flags.includes("H"));
  });

  test("node.invoke takes admin for commands that reach into files, browser or terminal", () => {
    const scopesFor = (command: string) =>
      nodes.invoke.scopesFor?.({ nodeId: "n", command, idempotencyKey: "k" }) ?? [];
    for (const command of ["browser.proxy", "browser.proxy.fetch", "fs.listDir", "terminal.upload"]) {
      expect(scopesFor(command)).toEqual(["operator.admin"]);
    }
    for (const command of ["system.which", "camera.snap", "fs.listDirectory"])
      expect(scopesFor(command)).toEqual([]);
  });
});

describe("events", () => {
  test("every event has a name of its own and is found by it", () => {
    expect(new Set(EVENTS.map((event) => event.name)).size).toBe(EVENTS.length);
    for (const event of EVENTS) expect(EVENT_BY_NAME.get(event.name)).toBe(event);
  });

  test("every event has a summary that is a sentence and a known scope", () => {
    for (const event of EVENTS) {
      expect(event.summary).toMatch(/^[A-Z].*\.$/);
      expect([...OPERATOR_SCOPES, "none", "node"]).toContain(event.scope);
    }
  });

  test("an event of scope none reaches everybody, nodes too", () => {
    for (const role of ["operator", "node"] as const) {
      expect(mayHear({ scope: "none" }, { role, scopes: [] })).toBe(true);
    }
  });

  test("an event of scope node is never broadcast, not even to an admin", () => {
    expect(mayHear({ scope: "node" }, { role: "operator", scopes: ["operator.admin"] })).toBe(false);
    expect(mayHear({ scope: "node" }, { role: "node", scopes: [] })).toBe(false);
  });

  test("a scoped event reaches operators that hold the scope, and no node", () => {
    for (const scope of OPERATOR_SCOPES) {
      expect(mayHear({ scope }, { role: "operator", scopes: [scope] })).toBe(true);
      expect(mayHear({ scope }, { role: "operator", scopes: ["operator.admin"] })).toBe(true);
      expect(mayHear({ scope }, { role: "operator", scopes: [] })).toBe(false);
      expect(mayHear({ scope }, { role: "node", scopes: [scope] })).toBe(false);
    }
  });
});

describe("scopes", () => {
  test("write includes read and talk, and nothing else", () => {
    const held = OPERATOR_SCOPES.filter((scope) => holdsScope(["operator.write"], scope));
    expect(held).toEqual(["operator.read", "operator.write", "operator.talk"]);
  });

  test("admin includes every scope", () => {
    expect(OPERATOR_SCOPES.every((scope) => holdsScope(["operator.admin"], scope))).toBe(true);
  });
});
