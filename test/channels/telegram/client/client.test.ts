import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { CallError, telegramClient, type HeardCall } from "../../../../src/channels/telegram/client/index.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { Egress } from "../../../../src/lib/egress/index.ts";
import { ManualClock, tempHome, until, within } from "../../../support/index.ts";
import { refusal, silence, tinyBotApi, TOKEN } from "../bot-api.ts";

function client(
  apiRoot: string,
  more: { clock?: ManualClock; localRoots?: string[]; heard?: (call: HeardCall) => void } = {},
) {
  return telegramClient({
    token: TOKEN,
    apiRoot,
    egress: new Egress({ clock: systemClock }),
    policy: { reach: "public", trusted: [new URL(apiRoot).origin] },
    clock: systemClock,
    ...more,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<CallError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CallError) return error;
  throw new Error(`no CallError: ${Bun.inspect(error)}`);
}

const HELLO = { chat_id: "777", text: "hello" };

test("a call reaches the method of the bot as JSON and answers what Telegram answers", async () => {
  await using api = tinyBotApi(({ method }) =>
    method === "sendMessage" ? { result: { message_id: 5 } } : undefined,
  );
  const telegram = await client(api.root);
  const sent = await telegram.call("sendMessage", HELLO);
  expect(sent.message_id).toBe(5);
  expect((await telegram.call("getMe", {})).username).toBe("mock_bot");
  expect(api.calls.map(({ method, payload }) => [method, payload])).toEqual([
    ["sendMessage", HELLO],
    ["getMe", {}],
  ]);
});

test("a file is uploaded as one, from memory or from disk, under a name that breaks no header", async () => {
  await using home = await tempHome();
  await using api = tinyBotApi(() => ({ result: { message_id: 6 } }));
  const telegram = await client(api.root);
  const onDisk = Bun.file(await home.write("report.txt", "from disk"));
  const inMemory = new TextEncoder().encode("from memory");
  await telegram.call("sendDocument", { chat_id: 777, document: telegram.upload(onDisk, 'a;"b"\r\nc.txt') });
  await telegram.call("sendDocument", { chat_id: 777, document: telegram.upload(inMemory, "note.txt") });
  expect(api.calls.map(({ files }) => Object.values(files))).toEqual([
    [{ name: "a_b_c.txt", text: "from disk" }],
    [{ name: "note.txt", text: "from memory" }],
  ]);
  expect(api.calls[0]?.payload["chat_id"]).toBe("777");
});

test("a file that cannot be read refuses the call", async () => {
  await using api = tinyBotApi(() => undefined);
  const telegram = await client(api.root);
  const gone = telegram.upload(Bun.file("/nonexistent/of/this/test"), "gone");
  const error = await failureOf(telegram.call("sendDocument", { chat_id: 777, document: gone }));
  expect([error.failure, error.trouble]).toEqual(["refused", "refused"]);
});

test("a flood answers when to come back, a migration answers where to go", async () => {
  await using api = tinyBotApi(({ payload }) =>
    payload["text"] === "flood"
      ? refusal(429, "Too Many Requests: retry after 7", { retry_after: 7 })
      : refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", {
          migrate_to_chat_id: -100777,
        }),
  );
  const telegram = await client(api.root);
  const flood = await failureOf(telegram.call("sendMessage", { chat_id: 1, text: "flood" }));
  expect([flood.failure, flood.details.retryAfterMs]).toEqual(["busy", 7000]);
  const moved = await failureOf(telegram.call("sendMessage", { chat_id: 1, text: "moved" }));
  expect([moved.failure, moved.details.movedTo]).toEqual(["refused", "-100777"]);
});

test("what certainly was not sent may be sent again, what may have been sent is uncertain", async () => {
  // Nobody gets that port by chance.
  const refused = await failureOf((await client("http://127.0.0.1:1")).call("sendMessage", HELLO));
  expect([refused.failure, refused.trouble]).toEqual(["busy", "unreached"]);

  const rude = createServer((socket) => socket.once("data", () => socket.destroy())).listen(0, "127.0.0.1");
  await new Promise((done) => rude.once("listening", done));
  const at = rude.address();
  const cut = await failureOf(
    (await client(`http://127.0.0.1:${typeof at === "object" ? at?.port : 0}`)).call("sendMessage", HELLO),
  );
  expect([cut.failure, cut.trouble]).toEqual(["uncertain", "broken"]);
  await new Promise((done) => rude.close(done));
});

test.each([
  [200, "<html>log in to this network</html>", "uncertain"],
  [302, "", "busy"],
  [403, "<html>forbidden</html>", "busy"],
  [413, "<html>too large</html>", "refused"],
  [429, "slow down", "busy"],
  [502, "<html>bad gateway</html>", "uncertain"],
  [503, "<html>unavailable</html>", "uncertain"],
  [503, '{"error":"unavailable"}', "uncertain"],
  [504, "", "uncertain"],
])("an answer with status %p that is not the Bot API's makes a call %p %s", async (status, body, failure) => {
  await using api = tinyBotApi(() => new Response(body, { status, headers: { location: "/elsewhere" } }));
  const error = await failureOf((await client(api.root)).call("sendMessage", HELLO));
  expect<string>(error.failure).toBe(failure);
  expect(api.calls).toHaveLength(1);
});

test("a call that is not answered ends at its deadline, one that waits by itself ten seconds after its time", async () => {
  await using api = tinyBotApi(() => silence());
  const clock = new ManualClock();
  const telegram = await client(api.root, { clock });
  const send = failureOf(telegram.call("sendMessage", HELLO));
  const poll = failureOf(telegram.call("getUpdates", { timeout: 50 }));
  await until("both calls arrive", () => api.calls.length === 2);
  clock.advance(30_000);
  expect((await within("the send to end", send)).message).toBe(
    "Telegram did not answer sendMessage within 30 s",
  );
  expect((await send).failure).toBe("uncertain");
  clock.advance(29_999);
  expect(Bun.peek.status(poll)).toBe("pending");
  clock.advance(1);
  expect((await within("the poll to end", poll)).trouble).toBe("timeout");
});

test("who gives up during a call leaves it uncertain, who gave up before has sent nothing", async () => {
  await using api = tinyBotApi(() => silence());
  const telegram = await client(api.root);
  const stop = new AbortController();
  const call = failureOf(telegram.call("sendMessage", HELLO, stop.signal));
  await until("the call arrives", () => api.calls.length === 1);
  stop.abort();
  expect([(await call).failure, (await call).trouble]).toEqual(["uncertain", "aborted"]);
  const late = await failureOf(telegram.call("sendMessage", HELLO, stop.signal));
  expect([late.failure, api.calls.length]).toEqual(["busy", 1]);
});

test("the token is in no error, whatever went wrong", async () => {
  await using api = tinyBotApi(({ method }) =>
    method === "getMe" ? new Response("nonsense") : refusal(400, `no such thing as /bot${TOKEN}/sendMessage`),
  );
  const telegram = await client(api.root);
  const unreached = await client("http://127.0.0.1:1");
  const errors = [
    await failureOf(telegram.call("getMe", {})),
    await failureOf(telegram.call("sendMessage", HELLO)),
    await failureOf(unreached.call("sendMessage", HELLO)),
    await failureOf(unreached.download("a/b", 10, new AbortController().signal)),
  ];
  for (const error of errors) {
    expect(Bun.inspect(error, { depth: 10 })).not.toContain("tinytoken");
    expect(String(error.stack)).not.toContain("tinytoken");
  }
});

test("the listener hears of every call", async () => {
  await using api = tinyBotApi(({ method }) =>
    method === "getMe" ? undefined : refusal(401, "Unauthorized"),
  );
  const heard: string[] = [];
  const telegram = await client(api.root, {
    heard: ({ method, error }) => heard.push(`${method} ${error?.trouble ?? "ok"}`),
  });
  await telegram.call("getMe", {});
  const error = await failureOf(telegram.call("sendMessage", HELLO));
  expect(error.failure).toBe("not-ready");
  expect(heard).toEqual(["getMe ok", "sendMessage unauthorized"]);
});

test("a file is fetched by its path, up to a size; one on this disk only from a trusted folder", async () => {
  await using home = await tempHome();
  await using api = tinyBotApi(({ method }) =>
    method.endsWith("/photos/a%20b.jpg") ? new Response("picture") : new Response("", { status: 404 }),
  );
  const own = await home.write("bot-files/voice.ogg", "voice");
  const foreign = await home.write("secret.txt", "secret");
  const telegram = await client(api.root, { localRoots: [home.at("bot-files")] });
  const { signal } = new AbortController();
  const text = async (path: string, maxBytes = 100) =>
    new TextDecoder().decode(await telegram.download(path, maxBytes, signal));
  expect(await text("photos/a b.jpg")).toBe("picture");
  expect(await text(own)).toBe("voice");
  for (const [path, maxBytes] of [
    ["photos/a b.jpg", 3],
    ["gone", 100],
    [own, 3],
    [foreign, 100],
  ] as const) {
    expect((await failureOf(text(path, maxBytes))).failure).toBe("refused");
  }
});
