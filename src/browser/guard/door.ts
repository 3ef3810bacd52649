import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { Logger } from "../../lib/logger.ts";
import { DOOR_CONNECT_TIMEOUT_MS, MAX_DOOR_CONNECTIONS } from "../limits.ts";
import type { AddressPolicy } from "./address-policy.ts";

/** The only way out of a browser that was started here. */
export interface Door extends AsyncDisposable {
  /** Where it is, for `--proxy-server`. */
  readonly url: string;
}

/** Answers of RFC 1928. */
const GRANTED = 0;
const NOT_ALLOWED = 2;
const UNREACHABLE = 4;

/** Longest request: a name of 255 bytes and what stands around it. */
const MAX_REQUEST_BYTES = 262;

/**
 * Opens a SOCKS 5 proxy on loopback that looks names up itself and connects to the very address it has judged. Everything a
 * browser sends passes through it: pages, pictures, scripts, workers, sockets, redirects; so a name that leads
 * elsewhere the second time it is looked up leads nowhere.
 */
export async function openDoor(policy: () => AddressPolicy, log: Logger): Promise<Door> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.once("close", () => open.delete(client));
    client.on("error", () => client.destroy());
    client.setTimeout(DOOR_CONNECT_TIMEOUT_MS, () => client.destroy());
    serve(client, policy).catch((error: unknown) => {
      log.debug("a connection of a browser was not made", { error });
      client.destroy();
    });
  });
  server.maxConnections = MAX_DOOR_CONNECTIONS;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the door of the browser has no port");
  return {
    url: `socks5://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function serve(client: Socket, policy: () => AddressPolicy): Promise<void> {
  const greeting = await read(client, 2);
  await read(client, greeting[1] ?? 0);
  if (greeting[0] !== 5) throw new Error("not SOCKS 5");
  client.write(Buffer.from([5, 0]));
  const { host, port, command } = await request(client);
  if (command !== 1) return refuse(client, 7);
  const addresses = await policy()
    .addresses(host)
    .catch(() => undefined);
  if (addresses === undefined) return refuse(client, NOT_ALLOWED);
  const upstream = await reach(addresses, port);
  if (upstream === undefined) return refuse(client, UNREACHABLE);
  client.setTimeout(0);
  upstream.on("error", () => upstream.destroy());
  upstream.once("close", () => client.destroy());
  client.once("close", () => upstream.destroy());
  if (client.destroyed) upstream.destroy();
  client.write(answer(GRANTED));
  client.pipe(upstream);
  upstream.pipe(client);
}

interface Request {
  readonly command: number;
  readonly host: string;
  readonly port: number;
}

async function request(client: Socket): Promise<Request> {
  const [version, command = 0, , kind] = await read(client, 4);
  if (version !== 5) throw new Error("not SOCKS 5");
  let host: string;
  if (kind === 1) host = (await read(client, 4)).join(".");
  else if (kind === 4) host = groups(await read(client, 16));
  else if (kind === 3) host = (await read(client, (await read(client, 1))[0] ?? 0)).toString("latin1");
  else throw new Error("an address of no known kind");
  return { command, host, port: (await read(client, 2)).readUInt16BE() };
}

/** A connection to the first of the addresses that takes one. */
async function reach(addresses: readonly string[], port: number): Promise<Socket | undefined> {
  for (const host of addresses) {
    const socket = connect({ host, port, timeout: DOOR_CONNECT_TIMEOUT_MS });
    socket.once("timeout", () => socket.destroy(new Error("no answer in time")));
    try {
      await once(socket, "connect");
      socket.setTimeout(0);
      return socket;
    } catch {
      socket.destroy();
    }
  }
  return undefined;
}

function refuse(client: Socket, code: number): void {
  client.end(answer(code));
}

function answer(code: number): Buffer {
  return Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
}

function groups(bytes: Buffer): string {
  return Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(":");
}

async function read(socket: Socket, count: number): Promise<Buffer> {
  if (count === 0) return Buffer.alloc(0);
  if (count > MAX_REQUEST_BYTES) throw new Error("the request is too long");
  while (true) {
    const found: unknown = socket.read(count);
    if (found instanceof Buffer && found.length === count) return found;
    if (socket.readableEnded || socket.destroyed) throw new Error("the connection ended");
    await new Promise<void>((resolve) => {
      const events = ["readable", "end", "close", "error"];
      const on = () => {
        for (const event of events) socket.off(event, on);
        resolve();
      };
      for (const event of events) socket.once(event, on);
    });
  }
}
