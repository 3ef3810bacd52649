import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** A gateway on this machine to ask. */
export interface LoopbackRequest {
  /** `127.0.0.1` or `::1`. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly tls: boolean;
  readonly timeoutMs: number;
}

export interface LoopbackAnswer {
  readonly status: number;
  readonly body: string;
}

/** More than any probe answers; the rest is not read. */
const MAX_ANSWER_BYTES = 262_144;

/**
 * One GET to this machine itself, past any proxy the environment names. Any certificate will do: nothing secret is sent, and the
 * answer is only shown. Rejects when nobody answers in time, or not in HTTP.
 */
export async function askLoopback(request: LoopbackRequest): Promise<LoopbackAnswer> {
  const { host, port, path, tls, timeoutMs } = request;
  if (host !== "127.0.0.1" && host !== "::1") throw new Error(`${host} is not this machine`);
  const text = await exchange(
    tls ? connectTls({ host, port, rejectUnauthorized: false }) : connectPlain({ host, port }),
    `GET ${path} HTTP/1.0\r\nHost: ${host.includes(":") ? `[${host}]` : host}:${port}\r\nConnection: close\r\n\r\n`,
    timeoutMs,
  );
  const end = text.indexOf("\r\n\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]);
  if (end < 0 || !Number.isInteger(status)) throw new Error("the answer is not HTTP");
  return { status, body: text.slice(end + 4) };
}

function exchange(socket: Socket, question: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // A timer of its own: a TLS socket that waits for a handshake has no idle time-out yet, and says nothing when it is ended.
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    socket.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) socket.destroy(new Error("the answer is too long"));
      else chunks.push(chunk);
    });
    socket.on("error", reject);
    socket.on("close", () => {
      clearTimeout(late);
      resolve(Buffer.concat(chunks).toString("utf8"));
    });
    socket.write(question);
  });
}
