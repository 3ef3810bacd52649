import { expect, test } from "bun:test";
import { encodeFrame, OPCODE, RawSocket } from "./raw-socket.ts";
import { until } from "./wait.ts";

function echoServer() {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request, server) {
      if (request.headers.has("x-refuse")) return new Response("no", { status: 403 });
      return server.upgrade(request) ? undefined : new Response("no", { status: 400 });
    },
    websocket: {
      message(socket, message) {
        const text = String(message);
        socket.send(`${text.length}:${text.slice(0, 9)}`);
      },
    },
  });
}

function portOf(server: { port?: number | undefined }): number {
  return server.port ?? 0;
}

test("frames of every length class arrive, whole, split at every byte, or in fragments", async () => {
  using server = echoServer();
  await using raw = await RawSocket.open(portOf(server));
  for (const length of [5, 126, 300, 70_000]) {
    raw.write(encodeFrame("x".repeat(length)));
    await until(`the echo of ${length}`, () => raw.text().includes(`${length}:xxxxx`));
  }
  await raw.writeSplit(encodeFrame("by single bytes"), 1);
  await until("the echo of the split frame", () => raw.text().includes("15:by single"));
  raw.write(encodeFrame("frag", { fin: false }));
  raw.write(encodeFrame("ments", { opcode: OPCODE.continuation }));
  await until("the echo of the fragments", () => raw.text().includes("9:fragments"));
});

test("a refused upgrade is an error with the answer", async () => {
  using server = echoServer();
  await expect(RawSocket.open(portOf(server), { "X-Refuse": "1" })).rejects.toThrow(
    "upgrade refused: HTTP/1.1 403",
  );
});

test("a rule the peer enforces ends the connection", async () => {
  using server = echoServer();
  await using raw = await RawSocket.open(portOf(server));
  raw.write(encodeFrame("not masked", { masked: false }));
  await raw.closed;
});
