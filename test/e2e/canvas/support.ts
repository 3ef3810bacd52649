import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { isRecord } from "../../../src/lib/records.ts";
import { type GatewayProcess, WireClient } from "../../support/index.ts";

/** Sends one GET with the gateway's token, the path exactly as given. */
function request(gateway: GatewayProcess, path: string): Socket {
  const socket = connect(gateway.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${gateway.token}\r\nConnection: close\r\n\r\n`,
  );
  return socket;
}

/** All that is answered to a path exactly as given; `fetch` would tidy it. */
export function rawGet(gateway: GatewayProcess, path: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = request(gateway, path);
  let said = "";
  socket.on("data", (bytes) => (said += bytes.toString("latin1")));
  socket.on("close", () => resolve(said));
  return promise;
}

/** Asks, takes the first bytes, and reads no more until it is destroyed. */
export async function stalledGet(gateway: GatewayProcess, path: string): Promise<Socket> {
  const socket = request(gateway, path);
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("data", () => {
    socket.pause();
    resolve();
  });
  await promise;
  return socket;
}

/** Resident memory of the gateway's process, in bytes. */
export function residentBytes({ pid }: GatewayProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) * 1_024;
}

/** What an operator is told in `hello-ok`. */
export async function helloOf(gateway: GatewayProcess): Promise<Readonly<Record<string, unknown>>> {
  await using client = await WireClient.open(gateway.wsUrl);
  const { payload } = await client.connect({ auth: { token: gateway.token } });
  if (!isRecord(payload)) throw new Error("the hello has no payload");
  return payload;
}

/** The address of the canvas in an answer with surfaces. */
export function canvasUrl(answer: unknown): string {
  const urls = isRecord(answer) ? answer["pluginSurfaceUrls"] : undefined;
  const url = isRecord(urls) ? urls["canvas"] : undefined;
  if (typeof url !== "string") throw new Error(`no address of the canvas in ${JSON.stringify(answer)}`);
  return url;
}
