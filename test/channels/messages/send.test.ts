import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { SendError } from "../../../src/channels/outbound-message.ts";
import type { ProtocolError } from "../../../src/protocol/index.ts";
import { tempDir } from "../../store/temp.ts";
import { settled } from "../accounts/rig.ts";
import { desk, MAIN } from "./rig.ts";

/** The failure of a promise as it goes to a client. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "it did not fail",
    (error: ProtocolError) => error.toShape(),
  );
}

const HELLO = { to: "telegram:777", message: "Hello", idempotencyKey: "k" };

describe("send", () => {
  test("puts the message in the outbox of the only channel's default account and answers what arrived", async () => {
    await using at = await desk();
    expect(await at.messages.send({ ...HELLO, to: "777" })).toEqual({
      runId: "k",
      messageId: "1",
      channel: "telegram",
      chatId: "777",
    });
    expect(at.deliveries.delivered).toMatchObject([
      {
        channel: "telegram",
        accountId: "default",
        target: { chatId: "777" },
        content: { kind: "message", message: { text: "Hello" } },
        origin: "send",
        idempotency: { scope: "send", key: "k" },
      },
    ]);
  });

  test("takes the account, the topic and how it is to be shown as asked", async () => {
    await using at = await desk();
    const asked = {
      accountId: "work",
      threadId: "9",
      replyToId: "3",
      silent: true,
      asVoice: true,
      forceDocument: true,
    };
    await at.messages.send({ ...HELLO, to: "-100200", ...asked, gifPlayback: true });
    expect(at.deliveries.delivered).toMatchObject([
      {
        accountId: "work",
        target: { chatId: "-100200", topicId: "9" },
        content: {
          message: { replyToId: "3", silent: true, asVoice: true, forceDocument: true, gifPlayback: true },
        },
      },
    ]);
  });

  test("knows a channel by the prefix of the target", async () => {
    await using at = await desk();
    expect(await at.messages.send({ ...HELLO, to: "tg:777" })).toMatchObject({ channel: "telegram" });
  });

  test("says what is wrong with the channel, the account or the target", async () => {
    await using at = await desk({
      configured: [{ id: "default" }, { id: "off", enabled: false }, { id: "bare", configured: false }],
    });
    const error = async (change: object) => failure(at.messages.send({ ...HELLO, ...change }));
    expect(await error({ channel: "nochan" })).toEqual({
      code: "INVALID_REQUEST",
      message: "unsupported channel: nochan",
    });
    expect(await error({ channel: "webchat" })).toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringMatching(/^unsupported channel: webchat \(internal-only\)\. Use `chat\.send`/),
    });
    expect(await error({ accountId: "nobody" })).toMatchObject({
      code: "INVALID_REQUEST",
      message: 'Telegram has no account "nobody"; there are: default, off, bare',
    });
    expect(await error({ accountId: "off" })).toMatchObject({ message: expect.stringContaining("disabled") });
    expect(await error({ accountId: "bare" })).toMatchObject({
      code: "UNAVAILABLE",
      message: "It has no token; set botToken.",
    });
    expect(await error({ to: "whatsapp:777", channel: "telegram" })).toMatchObject({
      code: "INVALID_REQUEST",
    });
    expect(await error({ to: "777:topic:4", threadId: "5" })).toMatchObject({ code: "INVALID_REQUEST" });
    expect(await error({ message: " " })).toMatchObject({
      message: "invalid send params: text or media is required",
    });
    expect(at.deliveries.delivered).toEqual([]);
  });

  test("without a configured channel asks for one", async () => {
    await using at = await desk({ configured: [] });
    expect(await failure(at.messages.send({ ...HELLO, to: "777" }))).toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringMatching(/^Error: Channel is required \(no configured channels detected\)/),
    });
  });

  test("finds a chat by its name when only one has it", async () => {
    await using at = await desk();
    const { sessions } = at.world.store;
    const route = (to: string) => ({ channel: "telegram", accountId: "default", to });
    for (const [key, subject, to] of [
      ["a", "Kitchen", "-1001"],
      ["b", "Garden", "-1002"],
      ["c", "garden", "-1003"],
    ] as const) {
      await sessions.open(`${MAIN}:${key}` as typeof MAIN, {
        agentId: "main",
        sessionId: key,
        entry: { chatType: "group", subject, lastRoute: route(to) },
      });
    }
    await at.messages.send({ ...HELLO, to: "#kitchen" });
    expect(at.deliveries.delivered[0]?.target).toMatchObject({ chatId: "-1001" });
    expect(await failure(at.messages.send({ ...HELLO, to: "Garden", idempotencyKey: "2" }))).toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("several chats"),
    });
  });

  test("writes what arrived into the transcript it is told of, once", async () => {
    await using at = await desk();
    await at.messages.send({ ...HELLO, sessionKey: MAIN });
    await at.messages.send({ ...HELLO, sessionKey: MAIN });
    expect(at.mirrored).toEqual([{ key: MAIN, text: "Hello" }]);
  });

  test("takes HTML as HTML", async () => {
    await using at = await desk();
    await at.messages.send({ ...HELLO, message: "<b>1 &lt; 2</b> *not bold*", parseMode: "HTML" });
    expect(at.deliveries.delivered).toMatchObject([
      { content: { message: { text: String.raw`<b>1 \< 2</b> \*not bold\*` } } },
    ]);
  });
});

describe("a repeated request", () => {
  test("is answered with the first outcome, also by a new process", async () => {
    await using at = await desk();
    const first = await at.messages.send(HELLO);
    expect(await at.messages.send(HELLO)).toEqual(first);
    expect(await at.again().send(HELLO)).toEqual(first);
    expect(at.deliveries.delivered).toHaveLength(1);
  });

  test("waits for the first one while that is under way", async () => {
    await using at = await desk();
    const arrival = Promise.withResolvers<ReturnType<typeof at.deliveries.sent>>();
    at.deliveries.next = () => arrival.promise;
    const both = [at.messages.send(HELLO), at.messages.send(HELLO)];
    await settled();
    arrival.resolve(at.deliveries.sent("41"));
    expect((await Promise.all(both)).map(({ messageId }) => messageId)).toEqual(["41", "41"]);
    expect(at.deliveries.delivered).toHaveLength(1);
  });

  test("is another one under another method", async () => {
    await using at = await desk();
    await at.messages.send(HELLO);
    await at.messages.poll({ to: "777", question: "?", options: ["a", "b"], idempotencyKey: "k" });
    expect(at.deliveries.delivered).toHaveLength(2);
  });

  test("fails as the first one did", async () => {
    await using at = await desk();
    at.deliveries.next = () => ({
      state: "failed",
      id: 3,
      receipts: [],
      error: "bot was blocked by the user",
    });
    const first = await failure(at.messages.send(HELLO));
    at.deliveries.next = () => at.deliveries.sent();
    expect(await failure(at.again().send(HELLO))).toEqual(first);
    expect(at.deliveries.delivered).toHaveLength(1);
  });
});

describe("what did not arrive", () => {
  const receipts = [{ messageId: "7", chatId: "777", at: 5 }];

  test.each([
    ["failed", { state: "failed", id: 3, receipts: [], error: "blocked" }, { deliveryStatus: "failed" }],
    [
      "arrived in part",
      { state: "failed", id: 3, receipts, error: "blocked" },
      { deliveryStatus: "partial_failed", partialDelivery: { messageIds: ["7"], visibleReplySent: true } },
    ],
    [
      "is uncertain",
      { state: "uncertain", id: 3, receipts: [], error: "cut off" },
      { deliveryStatus: "unknown" },
    ],
    ["was dropped", { state: "dropped", id: 3, receipts: [] }, { deliveryStatus: "suppressed" }],
    [
      "is still on its way",
      { state: "pending", id: 3, receipts: [] },
      { deliveryStatus: "queued", code: "OUTBOUND_DELIVERY_QUEUED" },
    ],
  ] as const)("is told apart: it %s", async (_, outcome, details) => {
    await using at = await desk();
    at.deliveries.next = () => outcome;
    const error = await failure(at.messages.send({ ...HELLO, sessionKey: MAIN }));
    expect(error).toMatchObject({ code: "UNAVAILABLE", details: { queueId: "out-3", ...details } });
    expect(at.mirrored).toEqual([]);
  });

  test("because the channel cannot show it is the request's fault; because it is not connected is not", async () => {
    await using at = await desk();
    expect(await failure(at.messages.send({ ...HELLO, message: "REFUSE" }))).toMatchObject({
      code: "INVALID_REQUEST",
    });
    at.deliveries.next = () => Promise.reject(new SendError("not-ready", "not connected"));
    expect(await failure(at.messages.send(HELLO))).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  });
});

describe("files", () => {
  test("are sent from the folders that are open for it, under their real path", async () => {
    using dir = tempDir();
    mkdirSync(dir.file("open"));
    writeFileSync(dir.file("open/cat.png"), "png");
    await using at = await desk({ mediaRoot: dir.file("open") });
    await at.messages.send({ ...HELLO, message: "", mediaUrl: dir.file("open/cat.png") });
    expect(at.deliveries.delivered).toMatchObject([
      {
        content: {
          message: { media: [{ source: expect.stringContaining("open/cat.png"), name: "cat.png" }] },
        },
      },
    ]);
  });

  test("are sent from nowhere else, not even through a link", async () => {
    using dir = tempDir();
    mkdirSync(dir.file("open"));
    writeFileSync(dir.file("secret"), "token");
    symlinkSync(dir.file("secret"), dir.file("open/link"));
    await using at = await desk({ mediaRoot: dir.file("open") });
    for (const mediaUrl of [
      dir.file("secret"),
      dir.file("open/link"),
      dir.file("open/../secret"),
      "/etc/passwd",
      `file://${dir.file("secret")}`,
    ]) {
      expect(await failure(at.messages.send({ ...HELLO, mediaUrl }))).toMatchObject({
        code: "INVALID_REQUEST",
      });
    }
    expect(await failure(at.messages.send({ ...HELLO, mediaUrl: "/etc/no-such-file" }))).toMatchObject({
      message: expect.stringContaining("it lies in none of the folders"),
    });
    expect(
      await failure(at.messages.send({ ...HELLO, mediaUrl: dir.file("open/no-such-file") })),
    ).toMatchObject({
      message: expect.stringContaining("no such file"),
    });
    expect(await failure(at.messages.send({ ...HELLO, mediaUrl: "ftp://host/x" }))).toMatchObject({
      message: expect.stringContaining("http(s) address"),
    });
    expect(at.deliveries.delivered).toEqual([]);
  });

  test("may come along, or be fetched by the channel", async () => {
    await using at = await desk();
    await at.messages.send({
      ...HELLO,
      mediaUrls: ["https://example.com/a.png", "https://example.com/a.png"],
      buffer: "aGk=",
      filename: "hi.txt",
      contentType: "text/plain",
    });
    expect(at.deliveries.delivered).toMatchObject([
      {
        content: {
          message: {
            media: [
              { source: "https://example.com/a.png" },
              { source: "data:text/plain;base64,aGk=", name: "hi.txt", mimeType: "text/plain" },
            ],
          },
        },
      },
    ]);
  });

  test("that are larger than the account sends are refused", async () => {
    await using at = await desk({ configured: [{ id: "default", settings: { mediaMaxMb: 0.00001 } }] });
    const buffer = Buffer.alloc(100).toString("base64");
    expect(await failure(at.messages.send({ ...HELLO, buffer }))).toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("mediaMaxMb"),
    });
  });
});

describe("poll", () => {
  test("asks a chat and answers the id of the poll", async () => {
    await using at = await desk();
    at.deliveries.next = () => ({
      state: "sent",
      id: 1,
      receipts: [{ messageId: "8", chatId: "777", pollId: "p1", at: 5 }],
    });
    const asked = { maxSelections: 2, durationHours: 1, isAnonymous: false, silent: true };
    expect(
      await at.messages.poll({
        to: "777",
        question: "Lunch?",
        options: ["Pizza", "Sushi"],
        ...asked,
        idempotencyKey: "k",
      }),
    ).toEqual({ runId: "k", messageId: "8", channel: "telegram", chatId: "777", pollId: "p1" });
    expect(at.deliveries.delivered).toMatchObject([
      {
        content: {
          kind: "poll",
          poll: {
            question: "Lunch?",
            maxSelections: 2,
            durationSeconds: 3600,
            isAnonymous: false,
            silent: true,
          },
        },
      },
    ]);
  });
});
