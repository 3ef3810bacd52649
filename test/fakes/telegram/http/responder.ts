import type { ServerResponse } from "node:http";
import type { Fault } from "../faults.ts";
import type { Json } from "../shapes.ts";

/** An answer before it is put on the wire. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
}

const BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n";

/** Sends an answer; returns whether the caller could read it. */
export async function send(
  response: ServerResponse,
  { status, body }: Answer,
  fault?: Fault,
): Promise<boolean> {
  const text = JSON.stringify(body);
  const retryAfter = (body.parameters as Json | undefined)?.retry_after;
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(text)),
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  };
  switch (fault?.kind) {
    case "html":
      response.writeHead(fault.status, { "content-type": "text/html" });
      response.end(BAD_GATEWAY);
      return false;
    case "hang":
      return false;
    case "reset":
      response.socket?.destroy();
      return false;
    case "truncated": {
      const half = text.slice(0, Math.floor(text.length / 2));
      response.writeHead(status, { "content-type": "application/json" });
      response.end(half);
      return false;
    }
    case "broken-off":
      response.writeHead(status, headers);
      response.write(text.slice(0, Math.floor(text.length / 2)), () => response.socket?.destroy());
      return false;
    case "slow":
      response.writeHead(status, headers);
      for (const character of text) {
        response.write(character);
        await Bun.sleep(fault.pauseMs);
      }
      response.end();
      return true;
    case "delay":
    case "refuse":
    case undefined:
      response.writeHead(status, headers);
      response.end(text);
      return true;
  }
}
