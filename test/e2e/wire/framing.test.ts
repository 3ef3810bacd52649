import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  encodeFrame,
  type GatewayProcess,
  OPCODE,
  RawSocket,
  spawnGateway,
  until,
  within,
} from "../../support/index.ts";
import {
  challenged,
  expectAnswers,
  type FramingCase,
  framingCases,
  play,
  recordedConnect,
} from "./support/framing.ts";
import { holdGateway } from "./support/in-process.ts";

const CASES = await framingCases();
const BIG = 26_214_400;

let gateway: GatewayProcess;
/** Refuses unknown params, as conformance runs do. */
let strict: GatewayProcess;

beforeAll(async () => {
  gateway = await spawnGateway();
  strict = await spawnGateway({ env: { OPENCLAW_STRICT_PARAMS: "1" } });
});

afterAll(async () => {
  await gateway.stop();
  await strict.stop();
});

function named(name: string): FramingCase {
  const found = CASES.find((entry) => entry.case === name);
  if (!found) throw new Error(`no recorded case ${name}`);
  return found;
}

/** Answered otherwise on purpose: every role may speak protocol 3. */
const DIFFERENT = new Set(["pre/protocol-3-3-operator"]);

/** Where unknown params are refused; by default they are ignored, because shipped clients send some. */
const STRICT = new Set(["post/unknown-extra-param", "post/several-param-errors-joined"]);

/** The headers the recordings were made with. */
const HEADERS: Readonly<Record<string, Record<string, string>>> = {
  "origin/foreign-any-client": { origin: "https://evil.example" },
  "origin/foreign-control-ui": { origin: "https://evil.example" },
  "origin/null": { origin: "null" },
  "origin/loopback-other-port-ok": { origin: "http://localhost:5173" },
};

function connectFrame(extra: object = {}): string {
  const params = recordedConnect(gateway.token);
  return JSON.stringify({ type: "req", id: "c1", method: "connect", params: { ...params, ...extra } });
}

/** A `connect` frame of exactly that many bytes. */
function connectOf(bytes: number): string {
  const bare = connectFrame({ userAgent: "" });
  return connectFrame({ userAgent: "u".repeat(bytes - bare.length) });
}

/** A `last-heartbeat` request of exactly that many bytes. */
function requestOf(bytes: number): string {
  const frame = (fill: string) =>
    JSON.stringify({ type: "req", id: "o", method: "last-heartbeat", params: { fill } });
  return frame("x".repeat(bytes - frame("").length));
}

async function operator(scopes?: readonly string[]) {
  return gateway.operator(scopes === undefined ? {} : { scopes });
}

describe("before hello, as recorded", () => {
  for (const recorded of CASES) {
    const name = recorded.case;
    if (!/^(pre|origin)\//.test(name) || recorded.send === undefined || DIFFERENT.has(name)) continue;
    test(name, async () => {
      await using client = await challenged(gateway, HEADERS[name] ?? {});
      await play(client, recorded, gateway.token);
    });
  }

  test("pre/protocol-3-3-operator: taken from every role, and answered with protocol 4", async () => {
    await using client = await challenged(gateway);
    client.send(connectFrame({ minProtocol: 3, maxProtocol: 3 }));
    await expectAnswers(client, named("pre/protocol-3-5-operator-ok"));
  });

  test("pre/binary-frame-connect-accepted", async () => {
    await using client = await challenged(gateway);
    client.send(new TextEncoder().encode(connectFrame()));
    await expectAnswers(client, named("pre/binary-frame-connect-accepted"));
  });

  test("pre/frame-65536-bytes-ok", async () => {
    await using client = await challenged(gateway);
    client.send(connectOf(65_536));
    await expectAnswers(client, named("pre/frame-65536-bytes-ok"));
  });

  test("pre/frame-65537-bytes", async () => {
    await using client = await challenged(gateway);
    client.send(connectOf(65_537));
    await expectAnswers(client, named("pre/frame-65537-bytes"));
  });

  test("a frame that is over the limit in bytes and not in characters is too big all the same", async () => {
    await using client = await challenged(gateway);
    client.send(connectFrame({ userAgent: "ü".repeat(40_000) }));
    expect(await client.closed).toEqual({ code: 1009, reason: "" });
  });

  test("pre/pong-before-connect changes nothing", async () => {
    await using raw = await RawSocket.open(gateway.port);
    raw.write(encodeFrame("", { opcode: OPCODE.pong }));
    raw.write(encodeFrame(connectFrame()));
    await until("hello-ok", () => raw.text().includes('"type":"hello-ok"'));
  });

  // A right secret is decided before the next frame is read; a wrong one takes a while, here until it is told to pass.
  test("pre/16-frames-before-hello, while a decision takes its time", async () => {
    await using held = await holdGateway();
    await using client = await challenged(held);
    client.send(connectFrame({ auth: { token: "wrong" } }));
    for (let n = 0; n < 16; n += 1) client.send({ type: "req", id: `x${n}`, method: "status" });
    await expectAnswers(client, named("pre/16-frames-before-hello"));
  });

  test("pre/15-frames-before-hello-ok", async () => {
    await using client = await challenged(gateway);
    client.send(connectFrame());
    for (let n = 0; n < 15; n += 1) client.send({ type: "req", id: `x${n}`, method: "status" });
    await expectAnswers(client, named("pre/15-frames-before-hello-ok"));
  });
});

describe("bytes that break the WebSocket protocol; the reason text is the runtime's", () => {
  const broken: readonly (readonly [string, number, Uint8Array])[] = [
    ["pre/unmasked-client-frame", 1002, encodeFrame(`{"a":1}`, { masked: false })],
    ["pre/reserved-bit-set", 1002, encodeFrame(`{"a":1}`, { reserved: 0x40 })],
    ["pre/invalid-utf8-text", 1007, encodeFrame(Uint8Array.of(0xff, 0xfe, 0x41))],
    ["an unknown opcode", 1002, encodeFrame("x", { opcode: 3 })],
    ["a ping of more than 125 bytes", 1002, encodeFrame("x".repeat(126), { opcode: OPCODE.ping })],
    ["a fragment that continues nothing", 1002, encodeFrame("x", { opcode: OPCODE.continuation })],
    ["a close frame with half a code", 1002, encodeFrame("x", { opcode: OPCODE.close })],
  ];
  for (const [name, code, bytes] of broken) {
    test(`${name} closes ${code}`, async () => {
      await using raw = await RawSocket.open(gateway.port);
      raw.write(bytes);
      await within("the end of the connection", raw.closed);
      expect(raw.closeFrame()?.code).toBe(code);
    });
  }

  test("a ping is answered with its payload", async () => {
    await using raw = await RawSocket.open(gateway.port);
    raw.write(encodeFrame("are you there", { opcode: OPCODE.ping }));
    const pong = await until("the pong", () => raw.frames().find(({ opcode }) => opcode === OPCODE.pong));
    expect(new TextDecoder().decode(pong.payload)).toBe("are you there");
  });

  test("binary bytes that are no UTF-8 close 1007", async () => {
    await using client = await challenged(gateway);
    client.send(Uint8Array.of(0xff, 0xfe));
    expect(await client.closed).toEqual({ code: 1007, reason: "" });
  });
});

describe("upgrade, as recorded", () => {
  for (const path of ["/", "/ws", "/anything/at/all"]) {
    test(`upgrade/path:${path}`, async () => {
      await using raw = await RawSocket.open(gateway.port, {}, path);
      expect(raw.text()).toStartWith("HTTP/1.1 101");
    });
  }

  test("upgrade/no-compression-negotiated", async () => {
    await using raw = await RawSocket.open(gateway.port, {
      "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    });
    expect(raw.text().toLowerCase()).not.toContain("sec-websocket-extensions");
  });

  const untrusted: Readonly<Record<string, Record<string, string>>> = {
    "upgrade/forwarded-header-untrusted": { "x-forwarded-for": "203.0.113.7" },
    "upgrade/x-real-ip-untrusted": { "x-real-ip": "203.0.113.7" },
    "upgrade/forwarded-rfc7239-untrusted": { forwarded: "for=203.0.113.7" },
  };
  for (const [name, headers] of Object.entries(untrusted)) {
    test(name, async () => {
      const response = await fetch(gateway.httpUrl, {
        headers: { upgrade: "websocket", connection: "Upgrade", ...headers },
      });
      const body = await response.text();
      expect<unknown>([{ $upgrade: { status: response.status, body } }]).toEqual([...named(name).recv]);
    });
  }
});

describe("after hello, as recorded", () => {
  for (const recorded of CASES) {
    const name = recorded.case;
    if (!name.startsWith("post/") || recorded.send === undefined || STRICT.has(name)) continue;
    test(name, async () => {
      await using client = await operator(recorded.scopes);
      await play(client, recorded, gateway.token);
    });
  }

  for (const name of STRICT) {
    test(`${name}: in strict mode`, async () => {
      await using client = await strict.operator();
      await play(client, named(name));
    });
  }

  test("post/binary-frame", async () => {
    await using client = await operator();
    client.send(new TextEncoder().encode(`{"type":"req","id":"b","method":"last-heartbeat"}`));
    await expectAnswers(client, named("post/binary-frame"));
  });

  test("post/fragmented-frame", async () => {
    await using raw = await RawSocket.open(gateway.port);
    raw.write(encodeFrame(connectFrame({ client: { id: "cli", version: "1", platform: "x", mode: "cli" } })));
    await until("hello-ok", () => raw.text().includes('"type":"hello-ok"'));
    const text = `{"type":"req","id":"f","method":"last-heartbeat"}`;
    raw.write(encodeFrame(text.slice(0, 10), { fin: false }));
    raw.write(encodeFrame("in between", { opcode: OPCODE.ping }));
    raw.write(encodeFrame(text.slice(10), { opcode: OPCODE.continuation }));
    await until("the answer", () => raw.text().includes(`{"type":"res","id":"f","ok":true`));
  });

  test("post/frame-26214400-ok", async () => {
    await using client = await operator();
    client.send(requestOf(BIG));
    await expectAnswers(client, named("post/frame-26214400-ok"));
  });

  test("post/frame-26214401 closes 1009; the reason text is the runtime's", async () => {
    await using client = await operator();
    client.send(requestOf(BIG + 1));
    expect((await within("the close", client.closed)).code).toBe(1009);
  });
});

test("every recorded case of framing is played here", async () => {
  const source = await Bun.file(import.meta.path).text();
  const byHand = CASES.filter(({ send }) => send === undefined).map((recorded) => recorded.case);
  const missing = byHand.filter((name) => {
    const path = /^upgrade\/path:(.*)$/.exec(name)?.[1];
    return !source.includes(path === undefined ? name : `"${path}"`);
  });
  expect(missing).toEqual([]);
  expect(CASES).toHaveLength(76);
});
