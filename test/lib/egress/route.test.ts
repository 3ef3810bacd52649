import { expect, test } from "bun:test";
import { connect, createServer } from "node:net";
import { DEFAULT_CONNECTION_CONFIG } from "@whiskeysockets/baileys";
import { WebSocketClient } from "@whiskeysockets/baileys/lib/Socket/Client/websocket.js";
import { EgressError } from "../../../src/lib/egress/index.ts";
import { within } from "../../support/index.ts";
import { egress, failure } from "./support.ts";

const inside = { resolve: () => Promise.resolve(["127.0.0.1"]) };

test("a WebSocket is held to the same addresses as a request, but for those the owner named", async () => {
  const out = egress(inside);
  for (const url of [
    "ws://127.0.0.1:1/",
    "wss://looks-public.example/",
    "ws://localhost/",
    "ws://u:p@example.org/",
  ]) {
    const error = await failure(out.route(new URL(url), { reach: "public" }));
    expect([url, error instanceof EgressError && error.kind]).toEqual([url, "refused"]);
  }
  const trusted = { reach: "public", trusted: ["http://127.0.0.1:1"] } as const;
  expect(await out.route(new URL("ws://127.0.0.1:1/"), trusted)).toBeUndefined();
  expect(
    await egress({ resolve: async () => ["93.184.215.14"] }).route(new URL("wss://example.org/"), {
      reach: "public",
    }),
  ).toBeUndefined();
});

test("a WebSocket goes through the proxy that requests go through", async () => {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, bun) => (bun.upgrade(request) ? undefined : new Response("no")),
    websocket: { open: (socket) => void socket.send("hello"), message() {} },
  });
  const asked: string[] = [];
  const proxy = createServer((client) => {
    client.once("data", (head) => {
      asked.push(String(head).split("\r\n")[0] ?? "");
      const up = connect(server.port ?? 0, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        up.pipe(client).pipe(up);
      });
    });
    client.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const address = proxy.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const out = egress({ proxy: { http: `http://127.0.0.1:${port}`, noProxy: [] } });
  const agent = await out.route(new URL("ws://chat.example/ws"), { reach: "public" });
  if (agent === undefined) throw new Error("there is a way through the proxy");
  // What WhatsApp's library connects with, on the WebSocket that the runtime has in place of its own.
  const socket = new WebSocketClient(new URL("ws://chat.example/ws"), {
    ...DEFAULT_CONNECTION_CONFIG,
    agent,
  });
  socket.connect();
  const said = Promise.withResolvers<string>();
  socket.on("message", (data: Buffer) => said.resolve(data.toString()));
  socket.on("error", (error: Error) => said.reject(error));
  expect(await within("a word", said.promise)).toBe("hello");
  expect(asked).toEqual(["CONNECT chat.example:80 HTTP/1.1"]);
  await socket.close();
  proxy.close();
  await server.stop(true);
});
