import { expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { openSocksDoor } from "../../../src/lib/egress/index.ts";
import { until, within } from "../../support/index.ts";

async function listening(serve: (socket: Socket) => void): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    serve(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address: AddressInfo | string | null = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A SOCKS 5 proxy of a few lines that remembers what it was asked; every name leads to `port` of this machine. */
function socksProxy(port: number, login?: string, refuses = 0) {
  const asked: string[] = [];
  const server = listening((client) => {
    let stage = 0;
    client.on("data", (data: Buffer) => {
      if (stage === 0) {
        stage = login === undefined ? 2 : 1;
        client.write(Buffer.from([5, login === undefined ? 0 : 2]));
      } else if (stage === 1) {
        const user = data.subarray(2, 2 + (data[1] ?? 0)).toString();
        const pass = data.subarray(3 + (data[1] ?? 0)).toString();
        stage = 2;
        client.write(Buffer.from([1, `${user}:${pass}` === login ? 0 : 1]));
      } else if (stage === 2) {
        stage = 3;
        asked.push(data[3] === 3 ? data.subarray(5, -2).toString() : data.subarray(4, -2).join("."));
        client.write(Buffer.from([5, refuses, 0, 1, 0, 0, 0, 0, 0, 0]));
        if (refuses !== 0) return;
        const upstream = connect(port, "127.0.0.1");
        upstream.on("error", () => client.destroy());
        client.pipe(upstream).pipe(client);
      }
    });
  });
  return { server, asked };
}

/** What comes back for a request through a door: its head, then what the other end says to `said`. */
async function throughDoor(url: string, target: string, said: string, credential?: string): Promise<string> {
  const { hostname, port, username, password } = new URL(url);
  const socket = connect(Number(port), hostname);
  let heard = "";
  socket.on("data", (data: Buffer) => (heard += data.toString()));
  socket.on("error", () => socket.destroy());
  const auth = Buffer.from(credential ?? `${username}:${password}`).toString("base64");
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: Basic ${auth}\r\n\r\n`);
  await until("the door answers", () => heard.includes("\r\n\r\n"));
  if (!heard.startsWith("HTTP/1.1 200")) return heard;
  socket.write(said);
  await until("an echo", () => heard.endsWith(said));
  socket.destroy();
  return heard;
}

const echo = () => listening((socket) => void socket.pipe(socket));

test("a request goes through the proxy by name or address, with a login when there is one", async () => {
  await using far = await echo();
  for (const login of [undefined, "me:p@ss"]) {
    const { server, asked } = socksProxy(far.port, login);
    await using proxy = await server;
    const at = login === undefined ? "" : "me:p%40ss@";
    await using door = await openSocksDoor(`socks5://${at}127.0.0.1:${proxy.port}`, "secret");
    expect(await throughDoor(door.url, "api.example:443", "hello")).toEndWith("hello");
    expect(await throughDoor(door.url, "192.0.2.7:443", "again")).toEndWith("again");
    expect(asked).toEqual(["api.example", "192.0.2.7"]);
  }
});

test("a proxy that refuses, or is not there, is a bad gateway", async () => {
  const { server } = socksProxy(1, undefined, 5);
  await using proxy = await server;
  await using door = await openSocksDoor(`socks5://127.0.0.1:${proxy.port}`, "secret");
  expect(await throughDoor(door.url, "api.example:443", "x")).toStartWith("HTTP/1.1 502 ");
  await using nowhere = await openSocksDoor("socks5://127.0.0.1:1", "secret");
  expect(await throughDoor(nowhere.url, "api.example:443", "x")).toStartWith("HTTP/1.1 502 ");
});

test("nobody else on this machine can use the door, and it serves tunnels only", async () => {
  const { server, asked } = socksProxy(1);
  await using proxy = await server;
  await using door = await openSocksDoor(`socks5://127.0.0.1:${proxy.port}`, "secret");
  expect(await throughDoor(door.url, "api.example:443", "x", "door:wrong")).toStartWith("HTTP/1.1 407 ");
  expect(asked).toEqual([]);
  const fetched = await fetch("http://api.example/", { proxy: door.url });
  expect(fetched.status).toBe(405);
});

test("the runtime's own client takes the door as its proxy, and closing it ends what goes through", async () => {
  await using far = await listening((socket) => socket.resume());
  const { server, asked } = socksProxy(far.port);
  await using proxy = await server;
  const door = await openSocksDoor(`socks5://127.0.0.1:${proxy.port}`, "secret");
  const request = fetch("https://api.example/", { proxy: door.url }).then(
    () => "answered",
    () => "ended",
  );
  await until("the proxy is asked", () => asked.length === 1);
  await within("the door to close", Promise.resolve(door[Symbol.asyncDispose]()));
  expect(await within("the request to end", request)).toBe("ended");
  expect(asked).toEqual(["api.example"]);
});
