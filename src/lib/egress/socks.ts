import { once } from "node:events";
import { type AddressInfo, connect, createServer, isIPv4, type Server, type Socket } from "node:net";
import { addressBytes } from "./addresses.ts";
import { MAX_CONNECT_HEAD_BYTES, SOCKS_TIMEOUT_MS } from "./limits.ts";

/** A door for HTTPS to a SOCKS 5 proxy, since the runtime's own client only knows proxies that speak HTTP. */
export interface SocksDoor extends AsyncDisposable {
  /** Proxy address for `ProxySettings`; holds a credential, so that nobody else on this machine can use the door. */
  readonly url: string;
}

/** What the door lets through is decided by who asks it; it listens on loopback alone. Only `https:` targets pass. */
export async function openSocksDoor(socksUrl: string, password: string): Promise<SocksDoor> {
  const target = new URL(socksUrl);
  const expected = Buffer.from(`Basic ${Buffer.from(`door:${password}`).toString("base64")}`);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.once("close", () => open.delete(client));
    client.on("error", () => client.destroy());
    void serve(client, target, expected).catch(() => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://door:${encodeURIComponent(password)}@127.0.0.1:${portOf(server)}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function serve(client: Socket, socks: URL, expected: Buffer): Promise<void> {
  client.setTimeout(SOCKS_TIMEOUT_MS, () => client.destroy());
  const incoming = new Reader(client);
  const head = await incoming.until("\r\n\r\n", MAX_CONNECT_HEAD_BYTES);
  const [, host = "", port = ""] = /^CONNECT \[?([^\s\]]+?)\]?:(\d{1,5}) HTTP\/1\.1\r\n/.exec(head) ?? [];
  const given = Buffer.from(/^proxy-authorization: *(.*?) *$/im.exec(head)?.[1] ?? "");
  const isKnown = given.length === expected.length && crypto.timingSafeEqual(given, expected);
  if (host === "" || !isKnown) {
    client.end(`HTTP/1.1 ${isKnown ? "405 Only CONNECT" : "407 Proxy Authentication Required"}\r\n\r\n`);
    return;
  }
  const upstream = connect({
    host: socks.hostname.replace(/^\[|\]$/g, ""),
    port: Number(socks.port || "1080"),
  });
  client.once("close", () => upstream.destroy());
  upstream.on("error", () => upstream.destroy());
  try {
    await through(upstream, socks, host, Number(port));
  } catch {
    client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    upstream.destroy();
    return;
  }
  upstream.once("close", () => client.destroy());
  client.setTimeout(0);
  client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  client.pipe(upstream);
  upstream.pipe(client);
}

/** The greeting, the login and the request of RFC 1928 and 1929; names are looked up by the proxy. */
async function through(socket: Socket, socks: URL, host: string, port: number): Promise<void> {
  await once(socket, "connect");
  const incoming = new Reader(socket);
  const user = Buffer.from(decodeURIComponent(socks.username));
  const pass = Buffer.from(decodeURIComponent(socks.password));
  const hasLogin = user.length > 0;
  socket.write(Buffer.from(hasLogin ? [5, 2, 0, 2] : [5, 1, 0]));
  const [, method] = await incoming.bytes(2);
  if (method === 2 && hasLogin) {
    socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([pass.length]), pass]));
    const [, verdict] = await incoming.bytes(2);
    if (verdict !== 0) throw new Error("the proxy refuses the login");
  } else if (method !== 0) {
    throw new Error("the proxy wants another way to log in");
  }
  const to = Buffer.alloc(2);
  to.writeUInt16BE(port);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), addressField(host), to]));
  const [, answer, , kind] = await incoming.bytes(4);
  if (answer !== 0) throw new Error(`the proxy does not connect (${answer})`);
  const rest = kind === 1 ? 4 : kind === 4 ? 16 : (await incoming.bytes(1))[0];
  await incoming.bytes((rest ?? 0) + 2);
}

function addressField(host: string): Buffer {
  const bytes = addressBytes(host);
  if (bytes !== undefined) return Buffer.concat([Buffer.from([isIPv4(host) ? 1 : 4]), bytes]);
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function portOf(server: Server): number {
  const address = server.address();
  return isTcp(address) ? address.port : 0;
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

/** Reads a socket piece by piece; what is left over goes back to it. */
class Reader {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  async bytes(count: number): Promise<Buffer> {
    while (true) {
      const found: unknown = this.#socket.read(count);
      if (found instanceof Buffer && found.length === count) return found;
      if (this.#socket.readableEnded || this.#socket.destroyed) throw new Error("the connection ended");
      await this.#more();
    }
  }

  async until(end: string, maxBytes: number): Promise<string> {
    let text = "";
    while (!text.endsWith(end)) {
      if (text.length >= maxBytes) throw new Error("the head is too long");
      text += (await this.bytes(1)).toString("latin1");
    }
    return text;
  }

  async #more(): Promise<void> {
    const socket = this.#socket;
    await new Promise<void>((resolve) => {
      const on = () => {
        for (const event of ["readable", "end", "close", "error"]) socket.off(event, on);
        resolve();
      };
      for (const event of ["readable", "end", "close", "error"]) socket.once(event, on);
    });
  }
}
