import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { METHODS } from "../../../src/protocol/index.ts";
import {
  encodeFrame,
  type GatewayProcess,
  OPCODE,
  operatorConnect,
  RawSocket,
  spawnGateway,
  until,
  type WireClient,
  within,
} from "../../support/index.ts";

const MB = 1024 * 1024;
/** Runs of each property; more with OPENCLAW_TEST_FUZZ_RUNS. */
const RUNS = Number(process.env["OPENCLAW_TEST_FUZZ_RUNS"] ?? 150);
/** Methods that end connections or wait for others. */
const DISTURBING = new Set([
  "gateway.restart.request",
  "gateway.stop",
  "device.scopes.waitUpgrade",
  "secrets.reload",
]);

let gateway: GatewayProcess;
let healthy: WireClient;
let rssBefore: number;

async function rss(): Promise<number> {
  const status = (await healthy.call("status")) as { processMemory: { rssBytes: number } };
  return status.processMemory.rssBytes;
}

beforeAll(async () => {
  gateway = await spawnGateway({ env: { OPENCLAW_MAX_PREAUTH_CONNECTIONS_PER_IP: "1000" } });
  healthy = await gateway.operator();
  rssBefore = await rss();
});

afterEach(async () => {
  expect((await healthy.request("health")).ok).toBe(true);
});

afterAll(async () => {
  await healthy.close();
  await gateway.stop();
});

function connectFrame(): string {
  const params = { ...operatorConnect(), auth: { token: gateway.token } };
  return JSON.stringify({ type: "req", id: "c1", method: "connect", params });
}

/** A socket past hello. */
async function ready(): Promise<RawSocket> {
  const raw = await RawSocket.open(gateway.port);
  raw.write(encodeFrame(connectFrame()));
  await until("hello-ok", () => raw.text().includes('"hello-ok"'));
  return raw;
}

/** Waits until the gateway has answered a ping sent last, or has closed the connection. */
async function settled(raw: RawSocket): Promise<"open" | number | "cut"> {
  raw.write(encodeFrame("done", { opcode: OPCODE.ping }));
  let closed = false;
  void raw.closed.then(() => (closed = true));
  return until("the ping's answer or the end", () => {
    const code = raw.closeFrame()?.code;
    if (code !== undefined) return code;
    if (closed) return "cut" as const;
    return (
      raw.frames().some(({ opcode, payload }) => opcode === OPCODE.pong && payload.length === 4) &&
      ("open" as const)
    );
  });
}

async function check<T>(arbitrary: fc.Arbitrary<T>, predicate: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, predicate), { numRuns: RUNS, endOnFailure: true });
}

/** JSON that looks like a request here and there. */
const almostRequest = fc.oneof(
  fc.json(),
  fc
    .record(
      {
        type: fc.constantFrom("req", "res", "event", 1),
        id: fc.jsonValue(),
        method: fc.jsonValue(),
        params: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc
    .record({ method: fc.constantFrom("connect", "health", "status", "__proto__"), params: fc.jsonValue() })
    .map((rest) => JSON.stringify({ type: "req", id: "f", ...rest })),
);

describe("C18: whatever is sent, the gateway lives and gives the documented answer", () => {
  test("any bytes in place of an upgrade end in an HTTP answer or a closed connection", async () => {
    await check(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
      let closed = false;
      const socket = await Bun.connect({
        hostname: "127.0.0.1",
        port: gateway.port,
        socket: { data() {}, close: () => void (closed = true), error() {} },
      });
      socket.write(bytes);
      socket.write("\r\n\r\n");
      socket.end();
      await until("the end", () => closed);
    });
  }, 60_000);

  test("any bytes past the upgrade close with a documented code or leave the socket as it was", async () => {
    await check(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      await using raw = await RawSocket.open(gateway.port);
      raw.write(bytes);
      raw.write(encodeFrame(""));
      // Bytes may announce a frame that never ends: then nothing is owed but patience.
      const end = await Promise.race([
        settled(raw),
        within("an answer", raw.closed, 50).then(
          () => "cut" as const,
          () => "open" as const,
        ),
      ]);
      if (!isEcho(end)) expect(["open", "cut", 1000, 1002, 1005, 1007, 1008, 1009]).toContain(end);
    });
  }, 60_000);

  test("any text as first frame is refused: 1000 when it is no JSON, 1008 when it is no connect", async () => {
    await check(fc.oneof(fc.string({ maxLength: 200 }), almostRequest), async (text) => {
      await using raw = await RawSocket.open(gateway.port);
      raw.write(encodeFrame(text));
      await until("the close", () => raw.closeFrame() !== undefined);
      expect(raw.closeFrame()?.code).toBe(isJson(text) ? 1008 : 1000);
    });
  }, 60_000);

  test("any text after hello is answered or ignored, and the connection stays", async () => {
    await using raw = await ready();
    await check(fc.oneof(fc.string({ maxLength: 200 }), almostRequest), async (text) => {
      const before = responses(raw);
      raw.write(encodeFrame(text));
      raw.write(encodeFrame(`{"type":"req","id":"after","method":"health"}`));
      const owed = isJson(text) ? 2 : 1;
      await until("the answers", () => responses(raw) === before + owed);
      expect(raw.closeFrame()).toBeUndefined();
    });
  }, 60_000);

  test("any params of any method are answered once", async () => {
    await using client = await gateway.operator();
    const methods = METHODS.map(({ name }) => name).filter((name) => !DISTURBING.has(name));
    await check(
      fc.tuple(fc.constantFrom(...methods), fc.oneof(fc.jsonValue(), fc.object())),
      async ([method, params]) => {
        const answer = await client.request(method, params);
        expect(typeof answer.ok).toBe("boolean");
        if (!answer.ok) {
          expect(answer.error?.message).not.toContain("internal error");
          expect(["INVALID_REQUEST", "UNAVAILABLE", "FORBIDDEN", "NOT_PAIRED"]).toContain(
            answer.error?.code ?? "none",
          );
        }
        // Wrong-role calls in a row would close the connection.
        await client.call("health");
      },
    );
  }, 60_000);

  test("any split into fragments, and of these into writes, is the same request", async () => {
    await using raw = await ready();
    const frame = Buffer.from(
      `{"type":"req","id":"split-ü","method":"last-heartbeat","params":{"a":"äöü€😀"}}`,
    );
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: frame.length - 1 }), { maxLength: 8 });
    await check(fc.tuple(cuts, fc.integer({ min: 1, max: 40 }), fc.boolean()), async ([at, size, pings]) => {
      const before = responses(raw);
      const ends = [...at.sort((a, b) => a - b), frame.length];
      const parts = ends.flatMap((end, index) => {
        const piece = frame.subarray(ends[index - 1] ?? 0, end);
        const part = encodeFrame(piece, {
          fin: end === frame.length,
          opcode: index === 0 ? OPCODE.text : OPCODE.continuation,
        });
        return pings && index > 0 ? [encodeFrame("p", { opcode: OPCODE.ping }), part] : [part];
      });
      await raw.writeSplit(Buffer.concat(parts), size);
      await until("the answer", () => responses(raw) === before + 1);
      expect(raw.closeFrame()).toBeUndefined();
    });
  }, 60_000);

  test("memory is back within 50 MB of where it was, and nothing was left open", async () => {
    await until("the fuzzed connections to be gone", async () => {
      const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
      return (
        text.includes("openclaw_connections 1\n") && text.includes("openclaw_connections_unauthenticated 0\n")
      );
    });
    expect((await rss()) - rssBefore).toBeLessThan(50 * MB);
    expect(gateway.output()).not.toContain("internal error");
    expect(gateway.output()).not.toMatch(/handshake failed|Error: /);
  });
});

/** Bytes that happen to be a close frame are answered with its own code, any that a client may send (RFC 6455, section 7.4). */
function isEcho(end: "open" | "cut" | number): boolean {
  if (typeof end === "string") return false;
  return [1001, 1003, 1010, 1011, 1012, 1013, 1014].includes(end) || (end >= 3_000 && end < 5_000);
}

test("a close frame is answered with its own code", async () => {
  for (const code of [1000, 1001, 1003, 1011, 1012, 3000, 4999]) {
    await using raw = await RawSocket.open(gateway.port);
    raw.write(encodeFrame(Uint8Array.of(code >> 8, code & 0xff), { opcode: OPCODE.close }));
    await within("the end of the connection", raw.closed);
    expect(raw.closeFrame()?.code).toBe(code);
  }
});

function responses(raw: RawSocket): number {
  const isResponse = (payload: Uint8Array) =>
    new TextDecoder().decode(payload.subarray(0, RESPONSE_HEAD.length)) === RESPONSE_HEAD;
  return raw.frames().filter(({ opcode, payload }) => opcode === OPCODE.text && isResponse(payload)).length;
}

const RESPONSE_HEAD = `{"type":"res"`;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
