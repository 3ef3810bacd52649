import { expect, test } from "bun:test";
import { join } from "node:path";
import { Recording } from "../../nodes/recording.ts";
import { spawnGateway, type WireClient, within } from "../../support/index.ts";
import { connected, DeviceKey, nodeConnect } from "./support/devices.ts";
import { holdGateway } from "./support/in-process.ts";

const RECORDED = join(import.meta.dir, "..", "..", "nodes", "fixtures", "node-lifecycle.jsonl");

/** The time-out of the one invocation that is recorded as cancelled. */
const CANCELLED_AFTER_MS = 700;

interface Line {
  readonly dir: "send" | "recv";
  readonly conn: "node" | "op";
  readonly frame: Readonly<Record<string, unknown>>;
}

async function lines(): Promise<Line[]> {
  const text = (await Bun.file(RECORDED).text()).trim();
  return text.split("\n").map((line) => JSON.parse(line) as Line);
}

/** The next frame of the recorded kind: an event of that name, the answer to that id, or the close. */
function heard(client: WireClient, frame: Line["frame"]): Promise<unknown> {
  if (frame["type"] === "event") return client.event(String(frame["event"]));
  if (frame["type"] === "res") return client.response(String(frame["id"]));
  return within(
    "the close",
    client.closed.then((close) => ({ $close: close })),
  );
}

test("the recorded life of a node, from connect to removal, over sockets", async () => {
  await using gateway = await holdGateway();
  await using operator = await gateway.operator();
  const key = new DeviceKey();
  const recording = new Recording();
  recording.bind("<hex64-1>", key.id);
  let node: WireClient | undefined;
  for (const { dir, conn, frame } of await lines()) {
    if (dir === "send" && frame["method"] === "connect") {
      const { client, caps, commands, permissions } = frame["params"] as Record<string, unknown>;
      node = await connected(
        gateway,
        nodeConnect(gateway.token, [], { client, caps, commands, permissions }),
        { key },
      );
      continue;
    }
    const client = conn === "op" ? operator : node;
    if (!client) throw new Error("the node is not connected");
    if (dir === "send") client.send({ ...frame, params: recording.fill(frame["params"]) });
    else {
      if (frame["event"] === "node.invoke.cancel") gateway.clock.advance(CANCELLED_AFTER_MS);
      recording.check(frame, await heard(client, frame), JSON.stringify(frame).slice(0, 200));
    }
  }
}, 20_000);

test("an invocation that is open when its node goes is answered at once", async () => {
  await using gateway = await spawnGateway();
  await using operator = await gateway.operator();
  const key = new DeviceKey();
  const node = await connected(gateway, nodeConnect(gateway.token, ["system.notify"]), { key });
  const asked = (await operator.event("node.pair.requested"))["payload"] as { requestId: string };
  await operator.call("node.pair.approve", { requestId: asked.requestId });
  const answer = operator.request("node.invoke", {
    nodeId: key.id,
    command: "system.notify",
    params: {},
    timeoutMs: 30_000,
    idempotencyKey: "k",
  });
  await node.event("node.invoke.request");
  await node.close();
  expect((await answer).error?.code).toBe("UNAVAILABLE");
});
