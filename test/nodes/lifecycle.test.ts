import { expect, test } from "bun:test";
import { fits, ClientIdentity } from "../../src/protocol/index.ts";
import { until } from "../support/index.ts";
import { asNode, NodeEnd, Rig } from "./rig.ts";
import { join } from "node:path";

interface Line {
  readonly dir: "send" | "recv";
  readonly conn: "node" | "op";
  readonly frame: Record<string, unknown>;
}

/** Matches what was recorded: `<name>` stands for one unknown value, the same wherever the name is repeated. */
class Recording {
  readonly #bound = new Map<string, unknown>();

  fill(value: unknown): unknown {
    if (typeof value === "string") return this.#bound.get(value) ?? value;
    if (Array.isArray(value)) return value.map((item) => this.fill(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fill(item)]));
  }

  bind(placeholder: string, value: unknown): void {
    this.#bound.set(placeholder, value);
  }

  /** Every key recorded must be there; keys may be added. */
  check(expected: unknown, actual: unknown, path = "$"): void {
    if (typeof expected === "string" && /^<.+>$/.test(expected)) {
      if (expected === "<ts>") return expect(actual, path).toBeNumber();
      if (!this.#bound.has(expected)) this.#bound.set(expected, actual);
      return expect(actual, path).toEqual(this.#bound.get(expected));
    }
    if (Array.isArray(expected)) {
      expect(actual, path).toBeArrayOfSize(expected.length);
      expected.forEach((item, index) => this.check(item, (actual as unknown[])[index], `${path}[${index}]`));
      return;
    }
    if (typeof expected !== "object" || expected === null) return expect(actual, path).toEqual(expected);
    expect(actual, path).toBeObject();
    for (const [key, item] of Object.entries(expected)) {
      const found = (actual as Record<string, unknown>)[key];
      // What was left of the time-out depended on the day.
      if (key === "timeoutMs") expect(found, path).toBeGreaterThanOrEqual(Number(item));
      else this.check(item, found, `${path}.${key}`);
    }
  }
}

test("the recorded life of a node, from connect to removal, is lived the same way here", async () => {
  const file = Bun.file(join(import.meta.dir, "fixtures", "node-lifecycle.jsonl"));
  const lines = (await file.text())
    .trim()
    .split("\n")
    .map((line): Line => JSON.parse(line));
  await using rig = await Rig.open();
  const recording = new Recording();
  const inbox: Record<Line["conn"], unknown[]> = { node: [], op: [] };
  let node: NodeEnd | undefined;
  let seen = { node: 0, op: 0, closes: 0 };

  const collect = () => {
    for (const { event, payload } of rig.published.slice(seen.op)) {
      inbox.op.push({ type: "event", event, payload: JSON.parse(JSON.stringify(payload)) });
    }
    for (const { event, payload } of node?.received.slice(seen.node) ?? []) {
      inbox.node.push({ type: "event", event, payload });
    }
    for (const close of node?.closes.slice(seen.closes) ?? []) inbox.node.push({ $close: close });
    const closes = node?.closes.length ?? 0;
    seen = { op: rig.published.length, node: node?.received.length ?? 0, closes };
  };

  for (const { dir, conn, frame } of lines) {
    if (dir === "recv") {
      if (frame["event"] === "node.invoke.cancel") rig.clock.advance(700);
      const got = await until(`the frame ${JSON.stringify(frame)}`, () => {
        collect();
        return inbox[conn].shift();
      });
      recording.check(frame, got);
    } else if (frame["method"] === "connect") {
      const { client, caps, commands, permissions } = frame["params"] as NodeEnd;
      if (!fits(ClientIdentity, client)) throw new Error("the recorded client does not fit");
      const deviceId = "a".repeat(64);
      recording.bind("<hex64-1>", deviceId);
      rig.devices.push({ deviceId, identity: {}, approvedAtMs: rig.clock.now() });
      const given = {
        client,
        caps,
        commands,
        ...(permissions && { permissions }),
        admission: "silent",
      } as const;
      node = new NodeEnd(deviceId, "conn-node", rig.clock.now(), given);
      await rig.nodes.registry.connected(node);
    } else {
      const client = conn === "node" && node !== undefined ? asNode(node) : {};
      const answer = rig.call(String(frame["method"]), recording.fill(frame["params"]), client);
      void answer.then((result) => {
        collect();
        inbox[conn].push({ type: "res", id: frame["id"], ...result });
      });
    }
  }
  collect();
  expect(inbox).toEqual({ node: [], op: [] });
  expect(rig.clock.pending).toBe(0);
});
