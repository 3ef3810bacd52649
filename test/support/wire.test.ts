import { expect, test } from "bun:test";
import { WireClient } from "./wire.ts";

function echoServer() {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no", { status: 400 })),
    websocket: {
      open(socket) {
        socket.send(JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce: "n" } }));
      },
      message(socket, text) {
        const { id, method, params } = JSON.parse(String(text)) as Record<string, unknown>;
        if (method === "close") socket.close(4001, "as asked");
        else socket.send(JSON.stringify({ type: "res", id, ok: true, payload: params }));
      },
    },
  });
}

test("a request gets the response with its own id, whatever arrived before it", async () => {
  using server = echoServer();
  await using client = await WireClient.open(`ws://127.0.0.1:${server.port}`);
  const [first, second] = await Promise.all([client.call("echo", 1), client.call("echo", 2)]);
  expect([first, second]).toEqual([1, 2]);
  expect((await client.event("connect.challenge")).payload).toEqual({ nonce: "n" });
});

test("a wait fails at once, with the code, when the socket closes under it", async () => {
  using server = echoServer();
  await using client = await WireClient.open(`ws://127.0.0.1:${server.port}`);
  await expect(client.request("close")).rejects.toThrow("socket closed: 4001 as asked");
  expect(await client.closed).toEqual({ code: 4001, reason: "as asked" });
});

test("a wait for something that never comes names it", async () => {
  using server = echoServer();
  await using client = await WireClient.open(`ws://127.0.0.1:${server.port}`);
  await expect(client.event("never", 50)).rejects.toThrow("waited 50 ms for the event never");
});

test("a wait that was given up takes no frame from the next one", async () => {
  using server = echoServer();
  await using client = await WireClient.open(`ws://127.0.0.1:${server.port}`);
  await expect(client.response("late", 50)).rejects.toThrow("waited 50 ms");
  client.send({ type: "req", id: "late", method: "echo", params: 1 });
  expect((await client.response("late")).payload).toBe(1);
});
