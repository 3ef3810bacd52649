import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { answer, callTools, Gate, hold, say, type Step, text } from "../../fakes/model-provider/index.ts";
import { until, within, type WireClient } from "../../support/index.ts";
import { type TurnWorld, turnWorld } from "../turns/support/index.ts";
import { complete, post, residentMiB, turn, TURN_MS } from "./rig.ts";

const MIB = 1024 * 1024;

/** A few such turns, or a thousand small ones. */
setDefaultTimeout(3 * TURN_MS);

let world: TurnWorld;
let owner: WireClient;

beforeAll(async () => {
  world = await turnWorld({ fake: { paceMs: 0 } });
  owner = await world.operator();
  // What a first turn loads for good is not counted against those that follow.
  await turn(owner, "ECHO warm");
  await complete(world.gateway, "ECHO warm");
}, 30_000);

afterAll(async () => {
  await owner.close();
  await world[Symbol.asyncDispose]();
}, 30_000);

/** Others are answered; what would keep them waiting for ever is what the gateway is attacked with here. */
async function isWell({ gateway } = world): Promise<void> {
  const response = await within("the gateway to answer others", fetch(`${gateway.httpUrl}/readyz`));
  expect(response.status).toBe(200);
}

/** What was attacked with is not kept: memory is below this once the garbage of the moment was collected. */
async function staysBelow(limitMiB: number): Promise<void> {
  const isBelow = async () => (await residentMiB(world.gateway.pid)) < limitMiB;
  await until(`memory to be below ${Math.round(limitMiB)} MiB`, isBelow, TURN_MS);
}

test("a model that calls tools for ever is stopped, in words that say so, and others are answered meanwhile", async () => {
  let rounds = 0;
  const off = world.fake.on((request) => {
    if (!request.turns.some(({ text: said }) => said.includes("go in circles"))) return undefined;
    rounds += 1;
    return callTools({ name: "ls", args: {} });
  });
  try {
    const circling = complete(world.gateway, "go in circles");
    await until("the model to be in the middle of it", () => rounds >= 50, TURN_MS);
    await isWell();
    expect(rounds).toBeLessThan(500);
    const response = await circling;
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("asked 500 times");
  } finally {
    off();
  }
});

test("an answer of 300 MB ends as a failure, and memory stays bounded", async () => {
  const chunk = text("0123456789".repeat(6_554));
  const off = world.fake.on((request) =>
    request.userText.includes("say very much")
      ? answer(Array.from({ length: 4_800 }, (): Step => chunk))
      : undefined,
  );
  const before = await residentMiB(world.gateway.pid);
  try {
    const response = await complete(world.gateway, "say very much");
    const said = await response.text();
    expect([response.status, said.slice(0, 200)]).toEqual([
      400,
      expect.stringContaining("more than 2000000 characters"),
    ]);
  } finally {
    off();
  }
  await staysBelow(before + 200);
});

test("the output of a command that never stops talking is cut, for the model and for clients", async () => {
  const RUN = "talk-on";
  const workspace = (name: string) => world.home.at(".openclaw/workspace", name);
  const command =
    "head -c 200000000 /dev/zero | tr '\\0' 'x'; yes | head -c 50000000; touch talked; until [ -e enough ]; do yes | head -c 1000000; done";
  const off = world.fake.on((request) => {
    if (!request.userText.includes("talk on")) return undefined;
    if (request.toolResults.length > 0) return say("done");
    return callTools({ name: "exec", args: { command, yieldMs: TURN_MS } });
  });
  const before = await residentMiB(world.gateway.pid);
  try {
    const talking = turn(owner, "talk on", { idempotencyKey: RUN });
    await until("the command to have said very much", () => existsSync(workspace("talked")), TURN_MS);
    // It talks until it is told that it is enough.
    await isWell();
    await Bun.write(workspace("enough"), "");
    await talking;
  } finally {
    off();
  }
  const result = world.fake.requests.findLast(({ userText }) => userText.includes("talk on"))?.toolResults[0];
  expect(result?.text).toContain("y\ny\n");
  expect(result?.text.length).toBeLessThan(40_000);
  // Frames of turns before may still be on their way.
  const frames = owner.frames.filter(({ payload }) => Reflect.get(Object(payload), "runId") === RUN);
  expect(frames.filter(({ event }) => event === "agent").length).toBeGreaterThan(2);
  expect(Math.max(...frames.map((frame) => JSON.stringify(frame).length))).toBeLessThan(MIB);
  await staysBelow(before + 200);
});

test("streams that nobody reads are given up, their turns end, and memory stays bounded", async () => {
  // Six bytes each on the wire, and never an end: more than the system's own buffers and ours take together.
  const chunk = text("\u0001".repeat(16 * 1024));
  const round = Array.from({ length: 40 }, (): Step[] => [chunk, { type: "pause", ms: 10 }]).flat();
  // A gateway that nobody watches over WebSocket: what is measured is what the streams leave behind.
  await using alone = await turnWorld({ fake: { paceMs: 0 } });
  await complete(alone.gateway, "ECHO warm");
  const off = alone.fake.on((request) =>
    request.turns.some(({ text: said }) => said.includes("stream on"))
      ? answer([...round, { type: "toolCall", name: "ls", arguments: "{}" }])
      : undefined,
  );
  const body = JSON.stringify({ stream: true, messages: [{ role: "user", content: "stream on" }] });
  const request =
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${alone.gateway.port}\r\ncontent-type: application/json\r\n` +
    `authorization: Bearer ${alone.gateway.token}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const before = await residentMiB(alone.gateway.pid);
  const sockets: Socket[] = [];
  const mute = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(alone.gateway.port, "127.0.0.1", () => {
        socket.pause();
        socket.write(request);
        resolve();
      });
      socket.on("error", () => reject(new Error("no connection")));
      sockets.push(socket);
    });
  let highest = before;
  const asked = () => alone.fake.requests.length;
  const start = asked();
  try {
    for (let count = 0; count < 4; count += 1) await mute();
    await until("the turns to begin", () => asked() >= start + 4, TURN_MS);
    await isWell(alone);
    let seen = { count: asked(), at: performance.now() };
    await until(
      "the model to be asked no more",
      async () => {
        highest = Math.max(highest, await residentMiB(alone.gateway.pid));
        if (asked() !== seen.count) seen = { count: asked(), at: performance.now() };
        return performance.now() - seen.at > 4_000;
      },
      TURN_MS,
    );
    // What was made for one reader: what our queue and the system's buffers hold, and not the 500 rounds of a whole turn.
    const rounds = (asked() - start) / 4;
    expect((rounds * 40 * 16 * 1024 * 6) / MIB).toBeLessThan(64);
    // Each call sends the whole talk again, so that most of this is garbage of the moment.
    expect(highest - before).toBeLessThan(1_000);
  } finally {
    off();
    for (const socket of sockets) socket.destroy();
  }
  await isWell(alone);
});

/** What is answered to a request that announces a body of so many bytes, before any of it is sent. */
async function answerToDeclared(bytes: number): Promise<string> {
  const { port, token } = world.gateway;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, "127.0.0.1");
  socket.once("data", (answered: Buffer) => resolve(answered.toString("latin1")));
  socket.once("error", reject);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
      `authorization: Bearer ${token}\r\ncontent-length: ${bytes}\r\n\r\n`,
  );
  try {
    return await within("the answer", promise);
  } finally {
    socket.destroy();
  }
}

test("bodies are bounded before they are kept: declared, in chunks, compressed, and nested without end", async () => {
  const before = await residentMiB(world.gateway.pid);
  expect(await answerToDeclared(21 * MIB)).toStartWith("HTTP/1.1 413 ");
  const endless = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(MIB).fill(0x20));
    },
  });
  const chunked = await fetch(`${world.gateway.httpUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${world.gateway.token}`, "content-type": "application/json" },
    body: endless,
  }).then(
    ({ status }) => status,
    () => "closed",
  );
  expect([413, "closed"]).toContain(chunked);
  const bomb = gzipSync(Buffer.alloc(200 * MIB, 0x20));
  const zipped = await post(world.gateway, "/v1/chat/completions", bomb, { "content-encoding": "gzip" });
  expect([400, 415]).toContain(zipped.status);
  for (const nested of [
    "[".repeat(1_000_000),
    `{"messages":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
    `{"messages":[{"role":"user","content":"x"}],"metadata":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`,
    `{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"t","parameters":${'{"not":'.repeat(50_000)}{}${"}".repeat(50_000)}}}]}`,
  ]) {
    const response = await post(world.gateway, "/v1/chat/completions", nested);
    expect([nested.slice(0, 100), response.status]).toEqual([nested.slice(0, 100), 400]);
    await response.text();
  }
  const args = `{"tool":"read","args":{"path":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}}`;
  expect((await post(world.gateway, "/tools/invoke", args)).status).toBe(400);
  await isWell();
  await staysBelow(before + 200);
});

test("a caller's tool with a pattern that never ends does not stop the gateway", async () => {
  const off = world.fake.on((request) =>
    request.userText.includes("match this")
      ? callTools({ name: "theirs", args: { x: `${"a".repeat(60)}!` } })
      : undefined,
  );
  try {
    const parameters = {
      type: "object",
      properties: { x: { type: "string", pattern: "^(a+)+$" } },
      required: ["x"],
    };
    // To try the pattern out takes years.
    const response = await within(
      "the answer",
      post(world.gateway, "/v1/chat/completions", {
        messages: [{ role: "user", content: "match this" }],
        tools: [{ type: "function", function: { name: "theirs", parameters } }],
      }),
      TURN_MS,
    );
    expect(response.status).toBe(200);
    const body = (await response.json()) as { choices: { message: { tool_calls: unknown[] } }[] };
    expect(body.choices[0]?.message.tool_calls).toHaveLength(1);
  } finally {
    off();
  }
});

test("arguments without end, of a model that writes no JSON, end that turn only", async () => {
  const nested = "nest deeper than 64 levels";
  for (const [args, ending] of [
    ["[".repeat(100_000), nested],
    ['{"path":'.repeat(20_000), nested],
    [`{"path":"${"[{".repeat(500)}"}`, undefined],
    [`{"path":"${"a".repeat(5_000)}"}`, undefined],
    ["null", undefined],
    ["[]", undefined],
    ['"x"', undefined],
    ["{", undefined],
  ] as const) {
    const off = world.fake.on((request) => {
      if (!request.userText.includes("bad arguments")) return undefined;
      return request.toolResults.length > 0 ? say("done") : callTools({ name: "ls", args });
    });
    try {
      const response = await complete(world.gateway, "bad arguments");
      const said = await response.text();
      expect(said).toContain(ending ?? '"content":"done"');
    } finally {
      off();
    }
  }
});

test("runs that wait are bounded in all: what is too much is refused, and there is room again afterwards", async () => {
  const gate = new Gate();
  const off = world.fake.on((request) =>
    request.userText.includes("one of many") ? answer([hold(gate), text("done")]) : undefined,
  );
  const sender = await world.operator({ caps: [] });
  try {
    const refused: unknown[] = [];
    for (let batch = 0; batch < 11; batch += 1) {
      const answers = Array.from({ length: 100 }, (_, index) => {
        const id = `many-${batch}-${index}`;
        return sender.request(
          "chat.send",
          { sessionKey: id, message: "one of many", idempotencyKey: id },
          TURN_MS,
        );
      });
      for (const { ok, error } of await Promise.all(answers)) if (!ok) refused.push(error);
    }
    await isWell();
    expect(refused.length).toBeGreaterThanOrEqual(90);
    expect(refused[0]).toMatchObject({ code: "UNAVAILABLE", message: "Too many messages wait already." });
    expect((await complete(world.gateway, "one of many")).status).toBe(429);
  } finally {
    gate.open();
    off();
  }
  await until("room", async () => (await complete(world.gateway, "ECHO room")).status === 200, TURN_MS);
  await sender.close();
});
