import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { freePort, until, within } from "../../support/index.ts";
import { LISTED, messageOf, OWNER_ID, type World, world } from "./rig.ts";

setDefaultTimeout(60_000);

const SECRET = "hook-secret-canary-7d1e";
const SECRET_HEADER = "x-telegram-bot-api-secret-token";
const PATH = "/telegram-webhook";

/** Telegram's address for its calls, which a proxy would lead here. */
function hook(port: number, more: object = {}) {
  return { webhookUrl: `http://127.0.0.1:${port}${PATH}`, webhookSecret: SECRET, webhookPort: port, ...more };
}

describe("the listener for Telegram", () => {
  let it: World;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    it = await world({ telegram: { ...LISTED, ...hook(port) } });
    await it.telegram.journal.call("setWebhook");
  });
  afterAll(() => it[Symbol.asyncDispose]());

  let updateId = 900_000;
  const update = (text: string) => {
    updateId += 1;
    const person = { id: OWNER_ID, is_bot: false, first_name: "Olga" };
    const chat = { id: OWNER_ID, type: "private", first_name: "Olga" };
    return { update_id: updateId, message: messageOf(person, chat, { text }) };
  };
  const post = (body: unknown, headers: Record<string, string> = {}, path = PATH) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", [SECRET_HEADER]: SECRET, ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  test("takes what Telegram calls, and the same body only once", async () => {
    it.owner.says("by webhook");
    await it.model.request("the message", ({ userText }) => userText.includes("by webhook"));
    const again = update("replayed");
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(again)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await post({ ...again, update_id: again.update_id + 1_000 })).status).toBe(200);
    await it.model.request("the message", ({ userText }) => userText.includes("replayed"));
    await it.settled();
    expect(it.asked("replayed")).toHaveLength(1);
  });

  test("has nobody in who does not know the secret, whatever they try", async () => {
    const from = { "x-forwarded-for": "203.0.113.1" };
    const rows: readonly (readonly [number, () => Promise<Response>])[] = [
      [401, () => post(update("forged"), { ...from, [SECRET_HEADER]: "" })],
      [401, () => post(update("forged"), { ...from, [SECRET_HEADER]: "wrong" })],
      [401, () => post(update("forged"), { ...from, [SECRET_HEADER]: SECRET.toUpperCase() })],
      [401, () => post(update("forged"), { ...from, [SECRET_HEADER]: `${SECRET}x` })],
      [401, () => post(update("forged"), { ...from, [SECRET_HEADER]: `${SECRET}, ${SECRET}` })],
      [
        401,
        () => post(update("forged"), { ...from, [SECRET_HEADER]: "", authorization: `Bearer ${SECRET}` }),
      ],
      [
        401,
        () => post(`${JSON.stringify(update("forged"))}&secret=${SECRET}`, { ...from, [SECRET_HEADER]: "" }),
      ],
      [401, () => post("x".repeat(900_000), { ...from, [SECRET_HEADER]: "wrong" })],
      [404, () => post(update("forged"), from, "/telegram-webhook/../x")],
      [404, () => post(update("forged"), from, "/%2e%2e/openclaw.json")],
      [404, () => post(update("forged"), from, "/telegram-webhook/")],
      [404, () => post(update("forged"), from, "/TELEGRAM-WEBHOOK")],
      [404, () => post(update("forged"), from, "/bot/getMe")],
      [415, () => post(update("forged"), { ...from, "content-type": "text/plain" })],
      [415, () => post(update("forged"), { ...from, "content-type": "application/x-www-form-urlencoded" })],
      [400, () => post("null", from)],
      [400, () => post('"text"', from)],
      [400, () => post('{"update_id":', from)],
      [413, () => post(`{"x":"${"y".repeat(1_100_000)}"}`, from)],
    ];
    for (const [index, [status, call]] of rows.entries()) {
      const answer = await call();
      expect([index, answer.status, await answer.text()]).toEqual([index, status, ""]);
      expect(answer.headers.get("x-openclaw-delivery-accepted")).toBeNull();
    }
    await it.settled();
    expect(it.asked("forged")).toHaveLength(0);
  });

  test("deep and odd JSON is no trouble", async () => {
    const deep = `${'{"message":'.repeat(20_000)}1${"}".repeat(20_000)}`;
    for (const body of [
      deep,
      `{"update_id":1,"message":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      "{}",
      '{"__proto__":{"x":1}}',
    ]) {
      expect([200, 400]).toContain((await post(body)).status);
    }
    const still = update("still there");
    expect((await post(still)).status).toBe(200);
    await it.model.request("the message", ({ userText }) => userText.includes("still there"));
  });

  test("counts wrong secrets of each caller before it looks at one, and Telegram gets through meanwhile", async () => {
    const guess = (address: string, secret: string) =>
      post(update("guessed"), { [SECRET_HEADER]: secret, "x-forwarded-for": address });
    const statuses: number[] = [];
    for (let count = 0; count < 30; count += 1) {
      statuses.push((await guess(`2001:db8::${count.toString(16)}`, `guess-${count}`)).status);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.slice(20)).toEqual(Array.from({ length: 10 }, () => 429));
    expect((await guess("2001:db8::ffff", SECRET)).status).toBe(429);
    it.owner.says("not shut out");
    await it.model.request("the message", ({ userText }) => userText.includes("not shut out"));
  });

  test("listens to this machine alone, and says nothing but that it lives", async () => {
    const health = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect([health.status, await health.text()]).toEqual([200, "ok"]);
    expect([...health.headers.keys()].filter((name) => name.startsWith("x-") || name === "server")).toEqual(
      [],
    );
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4");
    if (outside) await expect(fetch(`http://${outside.address}:${port}/healthz`)).rejects.toThrow();
  });

  test("a caller that drips its request is cut off, and holds nobody up", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    const closed = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\n`);
    const drip = setInterval(() => socket.write("X-Drip: 1\r\n"), 500);
    try {
      const quick = await post(update("beside the drip"));
      expect([quick.status, socket.closed]).toEqual([200, false]);
      await within("the slow caller to be cut off", closed, 20_000);
    } finally {
      clearInterval(drip);
      socket.destroy();
    }
  });
});

test.each([undefined, "", "   ", "with blanks in it"])(
  "an account whose secret is %p does not start, and says why",
  async (webhookSecret) => {
    const port = await freePort();
    const { webhookSecret: _, ...rest } = hook(port);
    await using it = await world({
      telegram: { ...LISTED, ...rest, ...(webhookSecret !== undefined && { webhookSecret }) },
    });
    await until("the status to say so", async () => {
      const { stdout } = await it.run("channels", "status");
      return stdout.includes("webhookSecret");
    });
    expect(it.telegram.journal.of("setWebhook")).toHaveLength(0);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  },
);
