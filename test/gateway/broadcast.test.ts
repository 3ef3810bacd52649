import { expect, test } from "bun:test";
import { Broadcaster, type EventSink } from "../../src/gateway/wire/broadcast.ts";
import type { Client } from "../../src/gateway/method.ts";
import { Metrics } from "../../src/gateway/state/metrics.ts";
import { deviceEvents, gatewayEvents, nodeEvents } from "../../src/protocol/index.ts";
import { aClient } from "./clients.ts";

class Recorder implements EventSink {
  readonly frames: { event: string; seq?: number }[] = [];
  private seq = 0;

  constructor(
    readonly client: Client,
    private readonly slow = false,
  ) {}

  sendEvent(frame: string, droppable: boolean): boolean {
    if (this.slow && droppable) return false;
    this.frames.push(JSON.parse(frame));
    return true;
  }

  nextSeq(): number {
    return ++this.seq;
  }
}

function broadcasterFor(...sinks: Recorder[]): Broadcaster {
  const broadcaster = new Broadcaster(new Metrics());
  for (const sink of sinks) broadcaster.add(sink);
  return broadcaster;
}

test("each client counts only the events addressed to it, from 1", () => {
  const reader = new Recorder(aClient("reader"));
  const pairer = new Recorder(aClient("pairer", { scopes: ["operator.pairing"] }));
  const broadcaster = broadcasterFor(reader, pairer);
  broadcaster.publish(gatewayEvents.tick, { ts: 1 });
  broadcaster.publish(deviceEvents.devicePairChanged, {});
  broadcaster.publish(gatewayEvents.configChanged, { path: "/c", ts: 1 });
  expect(reader.frames.map((frame) => [frame.event, frame.seq])).toEqual([
    ["tick", 1],
    ["config.changed", 2],
  ]);
  expect(pairer.frames.map((frame) => [frame.event, frame.seq])).toEqual([
    ["tick", 1],
    ["device.pair.changed", 2],
  ]);
});

test("an event dropped for a slow client leaves a gap in its sequence", () => {
  const slow = new Recorder(aClient("slow"), true);
  const broadcaster = broadcasterFor(slow);
  broadcaster.publish(gatewayEvents.tick, { ts: 1 });
  broadcaster.publish(gatewayEvents.configChanged, { path: "/c", ts: 1 });
  expect(slow.frames).toEqual([expect.objectContaining({ event: "config.changed", seq: 2 })]);
});

test("events for nodes are sent to one node, never broadcast, and carry no sequence number", () => {
  const operator = new Recorder(aClient("op", { scopes: ["operator.admin"] }));
  const node = new Recorder(aClient("node", { role: "node", scopes: [] }));
  const broadcaster = broadcasterFor(operator, node);
  broadcaster.publish(nodeEvents.nodeInvokeRequest, { id: "1" });
  expect(node.frames).toEqual([]);
  broadcaster.push(node, nodeEvents.nodeInvokeRequest, { id: "1" });
  expect(operator.frames).toEqual([]);
  expect(node.frames).toHaveLength(1);
  expect(node.frames[0]).not.toHaveProperty("seq");
});

test("an event that nodes are pushed has its number where it is broadcast", () => {
  const pairer = new Recorder(aClient("pairer", { scopes: ["operator.pairing"] }));
  const broadcaster = broadcasterFor(pairer);
  broadcaster.publish(nodeEvents.nodePairResolved, { requestId: "1" });
  broadcaster.publish(gatewayEvents.tick, { ts: 1 });
  expect(pairer.frames.map((frame) => frame.seq)).toEqual([1, 2]);
});

test("operator scopes do not help a node to hear operator events", () => {
  const node = new Recorder(aClient("node", { role: "node", scopes: ["operator.admin"] }));
  broadcasterFor(node).publish(gatewayEvents.configChanged, { path: "/c", ts: 1 });
  expect(node.frames).toEqual([]);
});
