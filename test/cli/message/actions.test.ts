import { describe, expect, test } from "bun:test";
import { within } from "../../support/index.ts";
import { askedGateway, Refused } from "../asked.ts";
import { NOBODYS_PORT } from "../in-process.ts";

const SELF = { channel: "telegram", accountId: "default", entries: [] };
const SENT = { ok: true, messageId: "42", chatId: "777", receipt: { platformMessageIds: ["42"] } };

/** A gateway with one channel; `act` answers actions. */
function world(act: (params: Record<string, unknown>) => unknown = () => SENT) {
  return askedGateway({ "channels.directory": () => SELF, "message.action": act });
}

/** What a command line asks for, without what is the same for all. */
async function askedBy(argv: readonly string[], answer: unknown = SENT) {
  await using gateway = await world(() => answer);
  const { code, stdout, stderr } = await gateway.run(["message", ...argv]);
  const last = gateway.asked.at(-1);
  return {
    code,
    stdout,
    stderr,
    action: last?.params.action,
    params: last?.params.params,
    asked: last?.params,
  };
}

describe("what is asked for", () => {
  test("send asks for the least scope, with a key of its own, and says where it arrived", async () => {
    await using gateway = await world();
    const { code, stdout, stderr } = await gateway.run(["message", "send", "-t", "777", "-m", "**Hi**"]);
    expect([code, stdout, stderr]).toEqual([0, "Sent to 777 (message 42).\n", ""]);
    expect(gateway.scopes()).toEqual(["operator.write"]);
    expect(gateway.asked).toEqual([
      { method: "channels.directory", params: { kind: "self" } },
      {
        method: "message.action",
        params: {
          action: "send",
          channel: "telegram",
          params: { target: "777", message: "**Hi**" },
          idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    ]);
  });

  test("a channel that is named, or that the target begins with, is not asked for", async () => {
    for (const argv of [
      ["-t", "777", "--channel", " Telegram "],
      ["-t", "telegram:777"],
      ["-t", "tg:777"],
    ]) {
      await using gateway = await world();
      expect((await gateway.run(["message", "send", "-m", "x", ...argv])).code).toBe(0);
      expect(gateway.asked.map(({ method }) => method)).toEqual(["message.action"]);
      expect(gateway.asked[0]?.params.channel).toBe("telegram");
    }
  });

  test("every wish of a send goes to the gateway", async () => {
    const wishes =
      "--reply-to 5 --thread-id 7 --silent --force-document --gif-playback --as-voice --pin --account work --idempotency-key k";
    const { params, asked } = await askedBy([
      ...["send", "-t", "-1001", "-m", "x", ...wishes.split(" ")],
      ...[
        "--media",
        "https://example.com/a.png",
        "--presentation",
        '{"blocks":[]}',
        "--delivery",
        '{"pin":true}',
      ],
    ]);
    expect(params).toEqual({
      target: "-1001",
      message: "x",
      replyTo: "5",
      threadId: "7",
      silent: true,
      forceDocument: true,
      gifPlayback: true,
      asVoice: true,
      pin: true,
      presentation: { blocks: [] },
      delivery: { pin: true },
      attachments: [{ media: "https://example.com/a.png" }],
    });
    expect(asked).toMatchObject({ accountId: "work", idempotencyKey: "k" });
  });

  test("each verb asks for its action", async () => {
    const at = ["-t", "777", "--message-id", "42"];
    const poll = ["--poll-question", "Lunch?", "--poll-option", "Yes", "--poll-option", "No"];
    for (const [argv, action, params] of [
      [
        [
          "poll",
          "-t",
          "777",
          ...poll,
          "--poll-multi",
          "--poll-public",
          "--poll-duration-hours",
          "2",
          "--silent",
        ],
        "poll",
        {
          target: "777",
          pollQuestion: "Lunch?",
          pollOption: ["Yes", "No"],
          pollDurationHours: 2,
          pollMulti: true,
          pollPublic: true,
          silent: true,
        },
      ],
      [["react", ...at, "--emoji", "👍"], "react", { target: "777", messageId: "42", emoji: "👍" }],
      [["react", ...at], "react", { target: "777", messageId: "42", emoji: "" }],
      [
        ["react", ...at, "--emoji", "👍", "--remove"],
        "react",
        { target: "777", messageId: "42", emoji: "👍", remove: true },
      ],
      [["edit", ...at, "-m", "new"], "edit", { target: "777", messageId: "42", message: "new" }],
      [["delete", ...at], "delete", { target: "777", messageId: "42" }],
      [["pin", ...at, "--silent"], "pin", { target: "777", messageId: "42", silent: true }],
      [["unpin", ...at], "unpin", { target: "777", messageId: "42" }],
      [["unpin", "-t", "777"], "unpin", { target: "777" }],
      [["read", "-t", "777", "--before", "9"], "read", { target: "777", limit: 20, before: 9 }],
      [["search", "--query", "ticket"], "search", { query: "ticket", limit: 20 }],
      [["sticker", "-t", "777", "--sticker-id", "CAAC"], "sticker", { target: "777", stickerId: "CAAC" }],
      [
        ["thread", "create", "-t", "-1001", "--thread-name", "Builds"],
        "topic-create",
        { target: "-1001", threadName: "Builds" },
      ],
      [
        ["thread", "edit", "-t", "-1001", "--thread-id", "7", "--reopen"],
        "topic-edit",
        { target: "-1001", threadId: "7", closed: false },
      ],
      [
        ["broadcast", "--targets", "777", "-1001", "@news", "-m", "x"],
        "broadcast",
        { targets: ["777", "-1001", "@news"], message: "x" },
      ],
    ] as const) {
      const found = await askedBy(argv, { ok: true });
      expect({ argv, code: found.code, action: found.action, params: found.params }).toEqual({
        argv,
        code: 0,
        action,
        params,
      } as never);
    }
  });
});

describe("what cannot be meant is refused before anything is sent", () => {
  test.each([
    [["send", "-t", "777"], "There is nothing to send."],
    [["send", "-t", "777", "-m", "  "], "There is nothing to send."],
    [["send", "-t", "777", "-m", "x", "--account", ""], "Invalid --account."],
    [["send", "-t", "777", "-m", "x", "--channel", " "], "Invalid --channel."],
    [["send", "-t", "777", "--presentation", "[]"], "--presentation must be a JSON object."],
    [["poll", "-t", "777", "--poll-question", "?", "--poll-option", "a"], "2 to 12 options"],
    [
      [
        "poll",
        "-t",
        "7",
        "--poll-question",
        "?",
        "--poll-option",
        "a",
        "--poll-option",
        "b",
        "--poll-public",
        "--poll-anonymous",
      ],
      "anonymous or public",
    ],
    [["react", "-t", "777", "--message-id", "1", "--remove"], "--remove needs the emoji"],
    [["edit", "-t", "777", "--message-id", "1"], "Missing option: --message."],
    [["delete", "-t", "777"], "Missing option: --message-id."],
    [["pin", "--message-id", "1"], "Missing option: --target."],
    [["thread", "edit", "-t", "1", "--thread-id", "7"], "There is nothing to change."],
    [["thread", "edit", "-t", "1", "--thread-id", "7", "--close", "--reopen"], "closed or open"],
    [["broadcast", "-m", "x"], "--targets is missing."],
    [["broadcast", "--targets", "1"], "There is nothing to send."],
  ] as const)("%j", async (argv, words) => {
    await using gateway = await world();
    const { code, stderr } = await gateway.run(["message", ...argv]);
    expect([code, gateway.asked]).toEqual([1, []]);
    expect(stderr).toContain(words);
  });
});

describe("what came of it", () => {
  test("--json tells the action, the channel and what the channel answered", async () => {
    await using gateway = await world();
    expect(await gateway.json(["message", "send", "-t", "777", "-m", "x"])).toEqual({
      code: 0,
      out: {
        action: "send",
        channel: "telegram",
        dryRun: false,
        handledBy: "plugin",
        messageId: "42",
        payload: SENT,
      },
    });
  });

  test("--dry-run does nothing and tells what would be done", async () => {
    const payload = { channel: "telegram", to: "telegram:777", via: "direct", mediaUrl: null, dryRun: true };
    await using gateway = await world(() => payload);
    expect(await gateway.json(["message", "send", "-t", "777", "-m", "x", "--dry-run"])).toEqual({
      code: 0,
      out: { action: "send", channel: "telegram", dryRun: true, handledBy: "core", payload },
    });
    expect(gateway.asked.at(-1)?.params.params).toMatchObject({ dryRun: true });
    const { stdout } = await gateway.run([
      "message",
      "delete",
      "-t",
      "777",
      "--message-id",
      "1",
      "--dry-run",
    ]);
    expect(stdout).toBe("Dry run: delete in telegram:777. Nothing was done.\n");
  });

  test("a failed send ends with 1 and tells what became of the message, and where it is", async () => {
    const details = { deliveryStatus: "failed", queueId: "out-7" };
    await using gateway = await world(() => new Refused("Not delivered: chat not found.", details));
    expect(await gateway.json(["message", "send", "-t", "777", "-m", "x", "--idempotency-key", "k"])).toEqual(
      {
        code: 1,
        out: {
          ok: false,
          gateway: expect.any(Object),
          action: "send",
          deliveryStatus: "failed",
          queueId: "out-7",
          idempotencyKey: "k",
          error: {
            type: "gateway_request_error",
            message: "Not delivered: chat not found.",
            code: "UNAVAILABLE",
            details,
            retryable: false,
            hint: "Look at it: openclaw message queue show out-7",
          },
        },
      },
    );
    const { code, stdout, stderr } = await gateway.run(["message", "send", "-t", "777", "-m", "x"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe("Not delivered: chat not found.\nLook at it: openclaw message queue show out-7\n");
  });

  test("a part that arrived keeps its message id", async () => {
    const details = {
      deliveryStatus: "partial_failed",
      queueId: "out-7",
      partialDelivery: { messageIds: ["41", "42"] },
    };
    await using gateway = await world(() => new Refused("Only a part was delivered (out-7).", details));
    const { code, out } = await gateway.json(["message", "send", "-t", "777", "-m", "x"]);
    expect(code).toBe(1);
    expect(out).toMatchObject({ ok: false, deliveryStatus: "partial_failed", messageId: "42" });
    expect((await gateway.run(["message", "send", "-t", "777", "-m", "x"])).stderr).toContain(
      "Message 42 did arrive.",
    );
  });

  test("an uncertain send is told as unknown", async () => {
    const details = { deliveryStatus: "unknown", queueId: "out-7" };
    await using gateway = await world(() => new Refused("It may or may not have arrived (out-7).", details));
    const { code, out } = await gateway.json(["message", "send", "-t", "777", "-m", "x"]);
    expect(code).toBe(1);
    expect(out).toMatchObject({ ok: false, deliveryStatus: "unknown", queueId: "out-7" });
  });

  test("when the gateway goes away in the middle, the key is told under which asking again sends nothing twice", async () => {
    await using gateway = await askedGateway({
      "channels.directory": () => SELF,
      "message.action": () => {
        setTimeout(() => gateway.drop(), 0);
        return undefined;
      },
    });
    const { code, out } = await gateway.json(["message", "send", "-t", "777", "-m", "x"]);
    expect(code).toBe(1);
    const { idempotencyKey } = out;
    expect(out).toMatchObject({
      ok: false,
      deliveryStatus: "unknown",
      error: { hint: expect.stringContaining(`--idempotency-key ${String(idempotencyKey)}`) },
    });
  });

  test("without a gateway it fails at once, with the command that starts one", async () => {
    await using gateway = await world();
    const env = { OPENCLAW_GATEWAY_PORT: String(NOBODYS_PORT) };
    for (const argv of [
      ["message", "send", "-t", "777", "-m", "x"],
      ["message", "queue", "list"],
      ["directory", "self"],
      ["channels", "start", "telegram"],
    ]) {
      // Whoever waits its time-out out is not there within ten seconds.
      const run = gateway.run([...argv, "--timeout", "60000"], { env });
      const { code, stdout, stderr } = await within(argv.join(" "), run);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("openclaw gateway run");
    }
  });

  test("a broadcast tells what failed where, and ends with 1", async () => {
    const results = [
      { channel: "telegram", to: "777", ok: true, result: SENT },
      { channel: "telegram", to: "888", ok: false, error: "chat not found" },
    ];
    await using gateway = await world(() => ({ ok: false, results }));
    const argv = ["message", "broadcast", "--targets", "777", "888", "-m", "x"];
    const { code, stdout, stderr } = await gateway.run(argv);
    expect([code, stdout]).toEqual([1, "Sent to 1 of 2 chats.\n"]);
    expect(stderr).toStartWith("888: chat not found\n");
    expect(await gateway.json(argv)).toMatchObject({ code: 1, out: { ok: false, payload: { results } } });
  });

  test("what was said is shown with who said it when, in 80 columns and without tricks", async () => {
    const messages = [
      { seq: 3, role: "user", senderName: "Ann\u001b[2J", text: `${"long ".repeat(40)}\u202eend`, at: 0 },
      { seq: 4, role: "assistant", text: "Yes.", at: 60_000 },
    ];
    await using gateway = await world(() => ({ ok: true, messages }));
    const { stdout } = await gateway.run(["message", "read", "-t", "777"]);
    expect(stdout).toContain("Ann[2J  #3");
    expect(stdout).toContain("agent  #4\n  Yes.\n");
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
    for (const line of stdout.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  });
});
