import { expect, test } from "bun:test";
import { connectGateway, type EventGap, type GatewayClient } from "../../src/client/index.ts";
import { PATIENCE_MS } from "../support/index.ts";
import { fakeGateway, type FakeGateway, type Line } from "./fake-gateway.ts";

function connect(gateway: FakeGateway): Promise<GatewayClient> {
  return connectGateway({
    url: gateway.url,
    client: { id: "cli", mode: "cli", version: "1.0.0", platform: "linux" },
    scopes: ["operator.read"],
    timeoutMs: PATIENCE_MS,
  });
}

test("answers find their requests whatever order they come in", async () => {
  const held: (() => void)[] = [];
  await using gateway = fakeGateway({
    answer(request, line) {
      if (request.method === "connect") return false;
      held.unshift(() => line.send({ type: "res", id: request.id, ok: true, payload: request.method }));
      if (held.length === 3) for (const send of held) send();
      return true;
    },
  });
  const client = await connect(gateway);
  expect(await Promise.all(["a", "b", "c"].map((method) => client.call(method, {})))).toEqual([
    "a",
    "b",
    "c",
  ]);
  await client.close();
});

test("a failed request keeps the payload that came with the error", async () => {
  await using gateway = fakeGateway({
    answer(request, line) {
      if (request.method === "connect") return false;
      line.send({
        type: "res",
        id: request.id,
        ok: false,
        payload: { runId: "r" },
        error: { code: "UNAVAILABLE", message: "model gone", retryable: true, retryAfterMs: 500 },
      });
      return true;
    },
  });
  const client = await connect(gateway);
  await expect(client.call("agent", {})).rejects.toMatchObject({
    method: "agent",
    code: "UNAVAILABLE",
    message: "model gone",
    retryable: true,
    retryAfterMs: 500,
    payload: { runId: "r" },
  });
  await client.close();
});

function twoStage(request: { id: string; method: string }, line: Line): boolean {
  if (request.method === "connect") return false;
  line.send({ type: "res", id: request.id, ok: true, payload: { status: "accepted" } });
  line.send({ type: "res", id: request.id, ok: true, payload: { status: "ok" } });
  return true;
}

test("expectFinal skips the accepted answer, and without it that is the answer", async () => {
  await using gateway = fakeGateway({ answer: twoStage });
  const client = await connect(gateway);
  expect(await client.call("agent", {}, { expectFinal: true })).toEqual({ status: "ok" });
  expect(await client.call("agent", {})).toEqual({ status: "accepted" });
  await client.close();
});

test("a request without an answer ends after its time", async () => {
  await using gateway = fakeGateway({ answer: ({ method }) => method !== "connect" });
  const client = await connect(gateway);
  await expect(client.call("slow", {}, { timeoutMs: 30 })).rejects.toMatchObject({ kind: "timeout" });
  await client.close();
});

test("a lost connection rejects what waits and what comes after", async () => {
  await using gateway = fakeGateway({
    answer(request, line) {
      if (request.method === "connect") return false;
      line.close(1012, "service restart");
      return true;
    },
  });
  const client = await connect(gateway);
  const closed = { kind: "closed", closeCode: 1012, reason: "service restart" };
  expect(await client.call("x", {}).catch((error: unknown) => error)).toMatchObject(closed);
  expect(await client.call("y", {}).catch((error: unknown) => error)).toMatchObject(closed);
});

test("events reach their listeners, and a jump in seq is told as a gap", async () => {
  await using gateway = fakeGateway({
    answer(request, line) {
      if (request.method === "connect") return false;
      for (const seq of [1, 2, 5]) line.send({ type: "event", event: "presence", payload: { seq }, seq });
      line.send({ type: "event", event: "node.invoke.request", payload: {} });
      line.send({ type: "res", id: request.id, ok: true, payload: {} });
      return true;
    },
  });
  const client = await connect(gateway);
  const seen: unknown[] = [];
  const all: string[] = [];
  const gaps: EventGap[] = [];
  client.onEvent("presence", (frame) => seen.push(frame.payload));
  client.onEvent("*", (frame) => all.push(frame.event));
  client.on("gap", (gap) => gaps.push(gap));
  await client.call("go", {});
  expect(seen).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 5 }]);
  expect(all).toHaveLength(4);
  expect(gaps).toEqual([{ expected: 3, received: 5 }]);
  await client.close();
});

test("a gateway that sends no tick for two intervals is given up", async () => {
  await using gateway = fakeGateway({ tickIntervalMs: 20 });
  const client = await connect(gateway);
  const ended = new Promise((resolve) => client.on("disconnect", resolve));
  expect(await ended).toMatchObject({ code: 4000, reason: "tick timeout" });
});
