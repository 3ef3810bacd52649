import { expect, test } from "bun:test";
import { fits, ClientIdentity } from "../../src/protocol/index.ts";
import { until } from "../support/index.ts";
import { asNode, NodeEnd, Rig } from "./rig.ts";
import { join } from "node:path";
import { Recording } from "./recording.ts";

interface Line {
  readonly dir: "send" | "recv";
  readonly conn: "node" | "op";
  readonly frame: Record<string, unknown>;
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
