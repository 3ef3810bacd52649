// The least a program on this runtime can do for the same clients: one Bun.serve that answers with constants.
// `floor --version` prints and ends; `floor PORT` serves until it is stopped.

const [argument = "0"] = process.argv.slice(2);

const CHALLENGE = JSON.stringify({
  type: "event",
  event: "connect.challenge",
  payload: { nonce: "0", ts: 0 },
});
const HELLO = JSON.stringify({ type: "res", id: "c", ok: true, payload: { type: "hello-ok" } });
const HEALTH = JSON.stringify({ type: "res", id: "h", ok: true, payload: { ok: true, ts: 0 } });
const TAKEN = JSON.stringify({ type: "res", id: "e", ok: true, payload: { ok: true } });
const EVENT = JSON.stringify({
  type: "event",
  event: "node.hostStats",
  payload: {
    nodeId: "0".repeat(64),
    hostStats: {
      cpuCount: 8,
      loadAverage: [0.5, 0.4, 0.3],
      memoryTotalBytes: 16_000_000_000,
      memoryFreeBytes: 8_000_000_000,
      updatedAtMs: 1_700_000_000_000,
    },
  },
  seq: 1,
});

if (argument === "--version") {
  console.log("floor");
} else {
  const sockets = new Set<Bun.ServerWebSocket>();
  Bun.serve({
    hostname: "127.0.0.1",
    port: Number(argument),
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("ok")),
    websocket: {
      open(socket) {
        socket.send(CHALLENGE);
      },
      message(socket, text) {
        if (text.includes('"connect"')) {
          // Nodes make events and do not hear them.
          if (!text.includes('"role":"node"')) sockets.add(socket);
          socket.send(HELLO);
        } else if (text.includes('"node.event"')) {
          for (const each of sockets) each.send(EVENT);
          socket.send(TAKEN);
        } else socket.send(HEALTH);
      },
      close(socket) {
        sockets.delete(socket);
      },
    },
  });
}
