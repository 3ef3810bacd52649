import { describe, expect, test } from "bun:test";
import { SendError } from "../../../src/channels/outbound-message.ts";
import type { ProtocolError } from "../../../src/protocol/index.ts";
import { keyOf, message } from "../../store/sessions-contract.ts";
import { type Desk, desk, MAIN } from "./rig.ts";

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "it did not fail",
    (error: ProtocolError) => error.toShape(),
  );
}

const GROUP = "-100200";

/** An agent that was asked something in the group. */
const AGENT = {
  requester: {
    kind: "agent",
    agentId: "main",
    sessionKey: keyOf(`agent:main:telegram:group:${GROUP}`),
    isOwner: true,
    here: { channel: "telegram", accountId: "work", to: GROUP, messageId: "55" },
  },
} as const;

function actsOf(at: Desk, account = "default") {
  return at.world.channel.of(account).acts;
}

describe("message.action", () => {
  test("send answers in the documented form", async () => {
    await using at = await desk();
    expect(await at.act("send", { to: "telegram:777", message: "Hi" }, { sessionKey: MAIN })).toEqual({
      action: "send",
      channel: "telegram",
      dryRun: false,
      handledBy: "plugin",
      messageId: "1",
      payload: {
        ok: true,
        messageId: "1",
        chatId: "777",
        receipt: {
          primaryPlatformMessageId: "1",
          platformMessageIds: ["1"],
          parts: [{ platformMessageId: "1", kind: "text", index: 0 }],
          sentAt: 5,
        },
      },
    });
    expect(at.mirrored).toEqual([{ key: MAIN, text: "Hi" }]);
  });

  test("what an operator says in a chat is told to its conversation, unless nobody knows which chat it is", async () => {
    await using at = await desk();
    await at.act("send", { to: "777", message: "Hi" });
    await at.act("poll", { to: "-1001", question: "Lunch?", options: ["Yes", "No"] });
    await at.act("send", { to: "@somewhere", message: "Hi" });
    expect(at.mirrored).toEqual([
      { key: MAIN, text: "Hi" },
      { key: "agent:main:telegram:group:-1001", text: "Lunch?\n• Yes\n• No" },
    ] as never);
  });

  test("takes what the command line sends as it is", async () => {
    await using at = await desk();
    await at.act(
      "send",
      {
        pin: false,
        gifPlayback: false,
        forceDocument: false,
        silent: false,
        json: false,
        dryRun: false,
        verbose: false,
        channel: "telegram",
        target: "123",
        message: "hi",
        action: "send",
        to: "telegram:123",
        __sessionKey: "agent:main:main",
        __agentId: "main",
      },
      { channel: "telegram" },
    );
    await at.act("poll", {
      pollOption: ["a", "b"],
      pollMulti: true,
      pollAnonymous: false,
      pollPublic: true,
      target: "1",
      pollQuestion: "q",
      pollDurationSeconds: "60",
      to: "telegram:1",
    });
    expect(at.deliveries.delivered.map(({ content }) => content)).toEqual([
      { kind: "message", message: { text: "hi" } },
      {
        kind: "poll",
        poll: {
          question: "q",
          options: ["a", "b"],
          maxSelections: 2,
          durationSeconds: 60,
          isAnonymous: false,
        },
      },
    ]);
  });

  test("a dry run checks everything and sends nothing", async () => {
    await using at = await desk();
    const media = "https://example.com/a.png";
    expect(await at.act("send", { to: "tg:777", message: "Hi", media, dryRun: true })).toEqual({
      action: "send",
      channel: "telegram",
      dryRun: true,
      handledBy: "core",
      payload: { channel: "telegram", to: "telegram:777", via: "direct", mediaUrl: media, dryRun: true },
    });
    expect(await at.act("delete", { to: "777", messageId: 5, dryRun: true })).toMatchObject({ dryRun: true });
    expect(await failure(at.act("send", { to: "777", message: "REFUSE", dryRun: true }))).toMatchObject({
      code: "INVALID_REQUEST",
    });
    expect(at.deliveries.delivered).toEqual([]);
    expect(actsOf(at)).toEqual([]);
  });

  test.each([
    [
      "react",
      { messageId: 5, emoji: "👍" },
      { messageId: "5", emoji: "👍", remove: false },
      { ok: true, added: "👍" },
    ],
    ["react", { messageId: "5", emoji: "👍", remove: true }, { remove: true }, { ok: true, removed: true }],
    ["react", { messageId: "5" }, { emoji: "", remove: true }, { ok: true, removed: true }],
    [
      "edit",
      { messageId: "5", message: "new" },
      { text: "new" },
      { ok: true, messageId: "5", chatId: "777" },
    ],
    ["editMessage", { messageId: "5", content: "new" }, { action: "edit" }, { ok: true }],
    ["delete", { messageId: "5" }, { messageId: "5" }, { ok: true, deleted: true }],
    ["pin", { messageId: "5", silent: true }, { messageId: "5", silent: true }, { ok: true, pinned: true }],
    ["unpin", {}, { action: "unpin" }, { ok: true, unpinned: true }],
    [
      "topic-create",
      { name: "News", iconColor: 7_322_096 },
      { name: "News", iconColor: 7_322_096 },
      { ok: true, name: "News", chatId: "777" },
    ],
    [
      "topic-edit",
      { threadId: 4, name: "Old", closed: true },
      { name: "Old", closed: true },
      { ok: true, messageThreadId: "4" },
    ],
    ["channel-info", {}, { action: "chat-info" }, { ok: true, chat: {} }],
    ["list-pins", {}, { action: "chat-info" }, { ok: true, pins: [] }],
    ["chat-admins", {}, { action: "chat-admins" }, { ok: true, admins: [] }],
  ] as const)("%s %j", async (action, params, wanted, payload) => {
    await using at = await desk();
    const answer = await at.act(action, { to: "777", ...params });
    expect(actsOf(at)).toMatchObject([{ target: { chatId: "777" }, ...wanted }]);
    expect(answer.payload).toMatchObject(payload);
  });

  test("stickers are off until they are allowed", async () => {
    await using at = await desk({
      configured: [{ id: "default" }, { id: "fun", settings: { actions: { sticker: true } } }],
    });
    expect(await failure(at.act("sticker", { to: "777", stickerId: ["f1"] }))).toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("channels.telegram.actions.sticker"),
    });
    at.world.channel.of("fun").act_ = () => ({ receipt: { messageId: "9", chatId: "777", at: 1 } });
    const answer = await at.act("sticker", { to: "777", stickerId: ["f1"] }, { accountId: "fun" });
    expect(answer).toMatchObject({ messageId: "9", payload: { ok: true, messageId: "9", chatId: "777" } });
  });

  test.each([
    ["sendMessage", "send", { message: "x" }],
    ["sendMessage", "poll", { question: "?", options: ["a", "b"] }],
    ["poll", "poll", { question: "?", options: ["a", "b"] }],
    ["reactions", "react", { messageId: 1, emoji: "👍" }],
    ["editMessage", "edit", { messageId: 1, message: "x" }],
    ["deleteMessage", "delete", { messageId: 1 }],
    ["createForumTopic", "topic-create", { name: "x" }],
    ["editForumTopic", "topic-edit", { threadId: 1, name: "x" }],
  ])("actions.%s turns %s off", async (key, action, params) => {
    await using at = await desk({ configured: [{ id: "default", settings: { actions: { [key]: false } } }] });
    expect(await failure(at.act(action, { to: "777", ...params }))).toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining(`channels.telegram.actions.${key}`),
    });
    expect(at.deliveries.delivered).toEqual([]);
    expect(actsOf(at)).toEqual([]);
  });

  test("what the channel does not have is said to be so", async () => {
    await using at = await desk();
    expect(await failure(at.act("kick", { to: "777" }))).toEqual({
      code: "INVALID_REQUEST",
      message: "Channel telegram does not support action kick.",
    });
  });

  test("what lacks something says what", async () => {
    await using at = await desk();
    expect(await failure(at.act("react", { to: "777", emoji: "👍" }))).toMatchObject({
      message: "react needs messageId",
    });
    expect(await failure(at.act("send", { message: "x" }))).toMatchObject({
      message: expect.stringMatching(/^send needs a target: .*defaultTo$/),
    });
    expect(await failure(at.act("topic-create", { to: "777" }))).toMatchObject({
      message: "topic-create needs name",
    });
  });

  test("defaultTo is where a message goes that names no chat", async () => {
    await using at = await desk({ configured: [{ id: "default", settings: { defaultTo: 42 } }] });
    await at.act("send", { message: "x" });
    expect(at.deliveries.delivered[0]?.target.chatId).toBe("42");
  });

  test("needs a connection for what is no message", async () => {
    await using at = await desk();
    await at.world.accounts.stopAccount("telegram", "default");
    expect(await failure(at.act("delete", { to: "777", messageId: 1 }))).toMatchObject({
      code: "UNAVAILABLE",
      retryable: true,
    });
  });
});

describe("a repeated action", () => {
  test("is answered, not done again, also by a new process", async () => {
    await using at = await desk();
    const request = {
      action: "topic-create",
      params: { to: GROUP, name: "News" },
      idempotencyKey: "once",
      requester: { kind: "operator" },
    } as const;
    at.world.channel.of("default").act_ = () => ({ topicId: "77" });
    const first = await at.messages.act(request);
    expect(await at.messages.act(request)).toEqual(first);
    expect(await at.again().act(request)).toEqual(first);
    expect(actsOf(at)).toHaveLength(1);
  });

  test("fails as before when the platform refused it, and is tried again when it was only busy", async () => {
    await using at = await desk();
    const connection = at.world.channel.of("default");
    const again = (idempotencyKey: string) =>
      failure(at.act("delete", { to: "777", messageId: 1 }, { idempotencyKey }));
    connection.act_ = () => {
      throw new SendError("refused", "message to delete not found");
    };
    const first = await again("refused");
    expect(first).toMatchObject({
      code: "UNAVAILABLE",
      message: "message to delete not found",
      retryable: false,
    });
    connection.act_ = () => {
      throw new SendError("busy", "too many requests", { retryAfterMs: 3_000 });
    };
    expect(await again("busy")).toMatchObject({ retryable: true, retryAfterMs: 3_000 });
    connection.act_ = () => ({});
    expect(await again("refused")).toEqual(first);
    expect(await again("busy")).toBe("it did not fail");
  });

  test("that a dead process may have done is done again only where that makes no difference", async () => {
    await using at = await desk();
    const { idempotency } = at.world.store;
    await idempotency.claim("message.action:topic-create", "died");
    await idempotency.claim("message.action:delete", "died");
    const params = { to: GROUP, name: "News", messageId: 1 };
    expect(await failure(at.act("topic-create", params, { idempotencyKey: "died" }))).toMatchObject({
      code: "UNAVAILABLE",
      retryable: false,
      details: { deliveryStatus: "unknown" },
    });
    expect((await at.act("delete", params, { idempotencyKey: "died" })).payload).toEqual({
      ok: true,
      deleted: true,
    });
  });
});

describe("an agent", () => {
  test("means the chat it is in and the message it answers, from the account it was asked by", async () => {
    await using at = await desk();
    await at.act("send", { message: "here" }, AGENT);
    await at.act("react", { emoji: "👀" }, AGENT);
    expect(at.deliveries.delivered).toMatchObject([{ accountId: "work", target: { chatId: GROUP } }]);
    expect(actsOf(at, "work")).toMatchObject([{ target: { chatId: GROUP }, messageId: "55" }]);
  });

  test("may write elsewhere unless tools.message.crossContext forbids it", async () => {
    await using at = await desk();
    await at.act("send", { to: "777", message: "there" }, AGENT);
    await using strict = await desk({
      config: { tools: { message: { crossContext: { allowWithinProvider: false } } } },
    });
    expect(await failure(strict.act("send", { to: "777", message: "there" }, AGENT))).toMatchObject({
      message: expect.stringMatching(/^Cross-context messaging denied/),
    });
    await strict.act("send", { message: "here" }, AGENT);
    await strict.act("send", { to: "777", message: "there" });
    expect(strict.deliveries.delivered).toHaveLength(2);
  });

  test("may reach into other chats only for the owner", async () => {
    await using at = await desk();
    const stranger = { requester: { ...AGENT.requester, isOwner: false } };
    await at.act("send", { message: "here" }, stranger);
    for (const [action, params] of [
      ["send", { to: "777", message: "there" }],
      ["delete", { to: "777", messageId: 1 }],
      ["broadcast", { targets: ["777"], message: "there" }],
    ] as const) {
      const done = await at.act(action, params, stranger).then(
        ({ payload }) => payload.ok,
        () => false,
      );
      expect(done).toBe(false);
    }
    expect(at.deliveries.delivered).toHaveLength(1);
    expect(actsOf(at)).toEqual([]);
  });

  test("may use only the actions it is allowed", async () => {
    await using at = await desk({
      config: { tools: { message: { actions: { allow: ["send"] }, broadcast: { enabled: false } } } },
    });
    await at.act("send", { message: "x" }, AGENT);
    expect(await failure(at.act("delete", { messageId: 1 }, AGENT))).toMatchObject({
      message: "tools.message.actions.allow does not name delete",
    });
  });

  test("is offered what the channel can do and the configuration allows", async () => {
    await using at = await desk({
      configured: [{ id: "default", settings: { actions: { reactions: false } } }],
      config: { tools: { message: { actions: { allow: ["send", "react", "edit", "kick"] } } } },
    });
    expect(at.addressing.offer("main", "telegram")).toEqual(["send", "edit"]);
    expect(at.addressing.offer("main", "smoke-signals")).toEqual([]);
  });

  test("has what is said of its own crossContext before what is said of all, key by key", async () => {
    const own = { message: { crossContext: { allowAcrossProviders: true } } };
    await using at = await desk({
      config: {
        tools: { message: { crossContext: { allowWithinProvider: false } } },
        agents: { entries: { main: { tools: own } } },
      },
    });
    expect(await failure(at.act("send", { to: "777", message: "there" }, AGENT))).toMatchObject({
      message: expect.stringMatching(/^Cross-context messaging denied/),
    });
  });

  test("tells the conversation of another chat what it wrote there, and its own nothing", async () => {
    await using at = await desk();
    await at.act("send", { message: "here" }, AGENT);
    await at.act("send", { to: "777", message: "there" }, AGENT);
    expect(at.mirrored).toEqual([{ key: MAIN, text: "there" }]);
  });

  test("may read the conversation it is in, and no other", async () => {
    await using at = await desk();
    expect((await at.act("read", {}, AGENT)).payload).toMatchObject({ ok: true, messages: [] });
    expect(await failure(at.act("read", { to: "777" }, AGENT))).toMatchObject({
      message: "an agent may read only the conversation it is in",
    });
    expect(await failure(at.act("search", { to: "777", query: "x" }, AGENT))).toMatchObject({
      code: "INVALID_REQUEST",
    });
  });
});

describe("read and search", () => {
  async function withTalk(at: Desk): Promise<void> {
    const { sessions, transcripts } = at.world.store;
    await sessions.open(MAIN, { agentId: "main", sessionId: "s1", entry: {} });
    const said = [
      message("e1", "user", "Where is the ladder?"),
      message("e2", "assistant", "In the shed."),
      message("e3", "user", "Thanks"),
    ];
    await transcripts.append({ key: MAIN, sessionId: "s1", events: said });
  }

  test("show what the transcript of the chat has", async () => {
    await using at = await desk();
    await withTalk(at);
    const { payload, handledBy } = await at.act("read", { to: "777", limit: 2 });
    expect(handledBy).toBe("core");
    expect(payload).toMatchObject({
      ok: true,
      sessionKey: MAIN,
      messages: [
        { id: "e2", role: "assistant", text: "In the shed." },
        { id: "e3", role: "user", text: "Thanks" },
      ],
    });
    const before = await at.act("read", { to: "777", before: 2 });
    expect(before.payload.messages).toMatchObject([{ id: "e1" }]);
    const after = await at.act("read", { to: "777", after: 2 });
    expect(after.payload.messages).toMatchObject([{ id: "e3" }]);
  });

  test("find words, in one chat or in all", async () => {
    await using at = await desk();
    await withTalk(at);
    expect((await at.act("search", { query: "ladder" })).payload.messages).toMatchObject([{ id: "e1" }]);
    expect((await at.act("search", { to: "777", query: "shed" })).payload.messages).toMatchObject([
      { id: "e2" },
    ]);
    expect((await at.act("search", { to: GROUP, query: "shed" })).payload.messages).toEqual([]);
  });

  test("need a chat by its id", async () => {
    await using at = await desk();
    expect(await failure(at.act("read", { to: "@someone" }))).toMatchObject({ code: "INVALID_REQUEST" });
  });
});

describe("broadcast", () => {
  test("sends to each, and tells of each what became of it", async () => {
    await using at = await desk();
    const { payload } = await at.act("broadcast", { targets: ["1", "nowhere!", "2"], message: "All" });
    expect(payload).toMatchObject({
      ok: false,
      results: [
        { to: "1", ok: true },
        { to: "nowhere!", ok: false, error: expect.any(String) },
        { to: "2", ok: true },
      ],
    });
    expect(
      at.deliveries.delivered.map(({ target, idempotency }) => [
        target.chatId,
        idempotency?.key.split("#")[1],
      ]),
    ).toEqual([
      ["1", "1"],
      ["2", "3"],
    ]);
  });

  test("goes out once for one key", async () => {
    await using at = await desk();
    const again = () => at.act("broadcast", { targets: ["1", "2"], message: "All" }, { idempotencyKey: "b" });
    expect(await again()).toEqual(await again());
    expect(at.deliveries.delivered).toHaveLength(2);
  });
});

describe("a presentation", () => {
  test("becomes text and buttons", async () => {
    await using at = await desk();
    await at.act("send", {
      to: "777",
      message: "Choose:",
      delivery: '{"pin":true}',
      presentation: JSON.stringify({
        title: "Lunch",
        blocks: [
          { type: "text", text: "What will it be?" },
          { type: "divider" },
          {
            type: "buttons",
            buttons: [
              { label: "Pizza", value: "pizza" },
              { label: "Menu", action: { type: "url", url: "https://example.com" } },
              { label: "Status", action: { type: "command", command: "/status" } },
              { label: "Soup", action: { type: "callback", value: "soup" } },
              { label: "Gone", value: "gone", disabled: true },
            ],
          },
          { type: "table", caption: "Prices", headers: ["Dish", "€"], rows: [["Pizza", 9]] },
          { type: "chart", chartType: "pie", title: "Votes", segments: [{ label: "Pizza", value: 3 }] },
        ],
      }),
    });
    expect(at.deliveries.delivered[0]?.content).toEqual({
      kind: "message",
      message: {
        text: [
          "Choose:",
          "**Lunch**",
          "What will it be?",
          "———",
          "• Gone",
          "**Prices**\n\n| Dish | € |\n| --- | --- |\n| Pizza | 9 |",
          "**Votes**\n• Pizza: 3",
        ].join("\n\n"),
        buttons: [
          [
            { text: "Pizza", data: "pizza" },
            { text: "Menu", url: "https://example.com" },
            { text: "Status", data: "/status" },
          ],
          [{ text: "Soup", data: "soup" }],
        ],
        pin: true,
      },
    });
  });

  test("that is none is refused", async () => {
    await using at = await desk();
    for (const presentation of [
      "{",
      "[]",
      { blocks: [{ type: "video" }] },
      { blocks: [{ type: "buttons", buttons: [{}] }] },
    ]) {
      expect(await failure(at.act("send", { to: "777", message: "x", presentation }))).toMatchObject({
        code: "INVALID_REQUEST",
      });
    }
  });

  test("has no buttons where the account shows none", async () => {
    const presentation = { blocks: [{ type: "buttons", buttons: [{ label: "Yes", value: "yes" }] }] };
    await using at = await desk({
      configured: [{ id: "default", settings: { capabilities: { inlineButtons: "group" } } }],
    });
    expect(await failure(at.act("send", { to: "777", presentation }))).toMatchObject({
      message: expect.stringContaining("capabilities.inlineButtons"),
    });
    await at.act("send", { to: GROUP, presentation });
    expect(at.deliveries.delivered).toHaveLength(1);
  });
});
