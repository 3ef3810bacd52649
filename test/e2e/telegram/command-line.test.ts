import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { type Chat, faults, forbidden, type TgMessage } from "../../fakes/telegram/index.ts";
import { type RunResult, runOpenclaw, until } from "../../support/index.ts";
import { PATIENCE_MS, PNG, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

type Json = Readonly<Record<string, unknown>>;

let world: TelegramWorld;
let forum: Chat;
beforeAll(async () => {
  world = await TelegramWorld.start({
    telegram: { actions: { sticker: true } },
    before(telegram, bot) {
      const al = telegram.user({ firstName: "Al" });
      forum = telegram.forum({
        title: "Workshop",
        members: [al, [bot, "administrator"]],
        topics: { 7: "Builds" },
      });
      return { groups: { [String(forum.id)]: {} } };
    },
  });
  world.al.chat();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.telegram.journal.clear();
  world.telegram.faults.clear();
});

const run = (...args: string[]): Promise<RunResult> => world.openclaw(...args);
const message = (...args: string[]): Promise<RunResult> => run("message", ...args);
const last = (chat: Chat = world.dm): TgMessage => {
  const found = chat.shows(world.bot).at(-1);
  if (!found) throw new Error("the bot said nothing");
  return found;
};

/** The document a command prints; it must have gone well. */
async function json(...args: string[]): Promise<Json> {
  const { code, stdout, stderr } = await run(...args, "--json");
  expect([args, code, stderr]).toEqual([args, 0, ""]);
  return JSON.parse(stdout) as Json;
}

/** The document of a command that must have failed. */
async function failure(...args: string[]): Promise<Json> {
  const { code, stdout, stderr } = await run(...args, "--json");
  expect([args, code, stderr]).toEqual([args, 1, ""]);
  return JSON.parse(stdout) as Json;
}

/** Sends a text and returns the id it has in the chat. */
async function sent(text: string): Promise<string> {
  const { messageId } = await json("message", "send", "-t", "777", "-m", text);
  return String(messageId);
}

describe("sending", () => {
  test("a text arrives as it was meant, and its id is told", async () => {
    const { code, stdout, stderr } = await message(
      "send",
      "--target",
      "telegram:777",
      "--message",
      "**Done.**",
    );
    expect(last()).toMatchObject({ text: "Done.", entities: [{ type: "bold" }] });
    expect([code, stdout, stderr]).toEqual([0, `Sent to telegram:777 (message ${last().message_id}).\n`, ""]);
  });

  test("--json has the shape scripts know", async () => {
    const answer = await json("message", "send", "-t", "777", "-m", "hello");
    const id = String(last().message_id);
    expect(answer).toMatchObject({
      action: "send",
      channel: "telegram",
      dryRun: false,
      handledBy: "plugin",
      messageId: id,
      payload: { ok: true, messageId: id, chatId: "777", receipt: { platformMessageIds: [id] } },
    });
  });

  test("what is piped in is sent", async () => {
    const { port, token } = world.gateway;
    const { code } = await runOpenclaw(["message", "send", "-t", "777", "-m", "-"], {
      home: world.home.path,
      env: { OPENCLAW_GATEWAY_PORT: String(port), OPENCLAW_GATEWAY_TOKEN: String(token) },
      stdin: "from a pipe\n",
    });
    expect([code, last().text]).toEqual([0, "from a pipe"]);
  });

  test("a dry run sends nothing", async () => {
    const file = await world.home.write("elsewhere/plan.txt", "milk");
    const answer = await json("message", "send", "-t", "tg:777", "--media", file, "--dry-run");
    expect(answer).toEqual({
      action: "send",
      channel: "telegram",
      dryRun: true,
      handledBy: "core",
      payload: { channel: "telegram", to: "telegram:777", via: "direct", mediaUrl: file, dryRun: true },
    });
    expect(world.telegram.journal.loud).toEqual([]);
  });

  test("an answer, a topic and silence are where they belong", async () => {
    const id = await sent("what was said");
    await json("message", "send", "-t", "777", "-m", "an answer", "--reply-to", id, "--silent");
    expect(last().reply_to_message?.message_id).toBe(Number(id));
    expect(world.telegram.journal.of("sendMessage").at(-1)?.body).toMatchObject({
      disable_notification: true,
    });
    await json("message", "send", "-t", String(forum.id), "--thread-id", "7", "-m", "by option");
    expect(last(forum)).toMatchObject({ text: "by option", message_thread_id: 7 });
    await json("message", "send", "-t", `${forum.id}:topic:7`, "-m", "by target");
    expect(last(forum)).toMatchObject({ text: "by target", message_thread_id: 7 });
  });

  test("seed 99: the same key sends once, also when the gateway was killed between", async () => {
    const again = () => json("message", "send", "-t", "777", "-m", "only once", "--idempotency-key", "a-key");
    const first = await again();
    expect((await again()).messageId).toBe(first.messageId);
    await world.down("SIGKILL");
    await world.up();
    expect((await again()).messageId).toBe(first.messageId);
    expect(world.dm.texts(world.bot).filter((text) => text === "only once")).toHaveLength(1);
  });

  test("buttons of a presentation are shown", async () => {
    const blocks = [{ type: "buttons", buttons: [{ label: "Yes", value: "cmd:yes" }] }];
    await json("message", "send", "-t", "777", "-m", "Choose:", "--presentation", JSON.stringify({ blocks }));
    expect(last().reply_markup?.inline_keyboard).toMatchObject([[{ text: "Yes" }]]);
  });
});

describe("files", () => {
  test("any file of this machine goes out, under its own name, and no copy stays", async () => {
    const path = await world.home.write("elsewhere/List of things.txt", "milk");
    await json("message", "send", "-t", "777", "-m", "the list", "--media", path);
    expect(last()).toMatchObject({ caption: "the list", document: { file_name: "List of things.txt" } });
    expect(await readdir(world.home.at(".openclaw", "media", "outbound"))).toEqual([]);
  });

  test("several pictures are an album; --force-document sends one as a file", async () => {
    const paths = await Promise.all(
      ["a.png", "b.png"].map(async (name) => {
        await Bun.write(world.home.at("elsewhere", name), PNG);
        return world.home.at("elsewhere", name);
      }),
    );
    const [a = "", b = ""] = paths;
    await json("message", "send", "-t", "777", "--media", a, "--media", b);
    expect(world.telegram.journal.of("sendMediaGroup")).toHaveLength(1);
    await json("message", "send", "-t", "777", "--media", a, "--force-document");
    expect(last()).toMatchObject({ document: { file_name: "a.png" } });
  });

  test("a caller that names a path of the gateway's machine does not get the file sent", async () => {
    const secret = await world.home.write("elsewhere/secret.txt", "the secret");
    const refused = await world.gateway.operator({ scopes: ["operator.write"] });
    try {
      const answer = await refused.request("message.action", {
        channel: "telegram",
        action: "send",
        params: { target: "777", media: secret },
        idempotencyKey: crypto.randomUUID(),
      });
      expect(answer).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST" } });
      expect(JSON.stringify(answer)).toContain("none of the folders that files are sent from");
    } finally {
      await refused.close();
    }
    expect(world.telegram.journal.loud).toEqual([]);
  });

  test("one that is larger than the account allows is refused before anything is sent, with the key to change", async () => {
    await Bun.write(world.home.at("elsewhere", "big.bin"), new Uint8Array(101 * 1024 * 1024));
    const { code, stderr } = await message(
      "send",
      "-t",
      "777",
      "--media",
      world.home.at("elsewhere", "big.bin"),
    );
    expect(code).toBe(1);
    expect(stderr).toContain("mediaMaxMb");
    expect(world.telegram.journal.loud).toEqual([]);
  });
});

describe("everything else in a chat", () => {
  test("a poll", async () => {
    const poll = ["--poll-question", "Lunch?", "--poll-option", "Pizza", "--poll-option", "Sushi"];
    await json(
      "message",
      "poll",
      "-t",
      String(forum.id),
      "--thread-id",
      "7",
      ...poll,
      "--poll-public",
      "--poll-multi",
    );
    expect(last(forum)).toMatchObject({
      message_thread_id: 7,
      poll: { question: "Lunch?", is_anonymous: false, allows_multiple_answers: true },
    });
  });

  test("a reaction is set and taken away", async () => {
    const { message_id: id } = world.al.says("ECHO hi", { in: world.dm });
    await world.shown("hi");
    const marks = () => world.dm.reactions.get(id)?.get(world.bot.user.id);
    const at = ["-t", "777", "--message-id", String(id)];
    expect((await json("message", "react", ...at, "--emoji", "👍")).payload).toEqual({
      ok: true,
      added: "👍",
    });
    expect(marks()).toEqual(["👍"]);
    expect((await message("react", ...at)).stdout).toBe(`Took the reaction from message ${id}.\n`);
    expect(marks() ?? []).toEqual([]);
  });

  test("a message is changed, pinned, unpinned and deleted", async () => {
    const id = await sent("frist");
    const at = ["-t", "777", "--message-id", id];
    expect((await message("edit", ...at, "-m", "*first*")).stdout).toBe(`Changed message ${id}.\n`);
    expect(last()).toMatchObject({ text: "first", entities: [{ type: "italic" }] });
    expect((await message("pin", ...at, "--silent")).stdout).toBe(`Pinned message ${id}.\n`);
    expect((await message("unpin", ...at)).stdout).toBe(`Unpinned message ${id}.\n`);
    expect((await message("delete", ...at)).stdout).toBe(`Deleted message ${id}.\n`);
    expect(world.dm.messages.has(Number(id))).toBe(false);
    const methods = world.telegram.journal.loud.map(({ method }) => method);
    expect(methods).toEqual([
      "sendMessage",
      "editMessageText",
      "pinChatMessage",
      "unpinChatMessage",
      "deleteMessage",
    ]);
    const gone = await failure("message", "delete", ...at);
    expect(gone).toMatchObject({ ok: false, action: "delete", deliveryStatus: "failed" });
  });

  test("a topic is opened, renamed and closed", async () => {
    const { payload } = await json(
      "message",
      "thread",
      "create",
      "-t",
      String(forum.id),
      "--thread-name",
      "Ideas",
    );
    const topicId = Number((payload as Json).topicId);
    expect(forum.topics.get(topicId)?.name).toBe("Ideas");
    const at = ["-t", String(forum.id), "--thread-id", String(topicId)];
    expect((await message("thread", "edit", ...at, "--thread-name", "Plans", "--close")).code).toBe(0);
    expect(forum.topics.get(topicId)).toMatchObject({ name: "Plans", isClosed: true });
  });

  test("what was said is read and found, by the bot from here, too", async () => {
    await world.echo("a very particular word");
    await sent("an announcement");
    const { stdout: newest } = await message("read", "-t", "777", "--limit", "1");
    expect(newest).toMatch(/agent {2}#\d+\n {2}an announcement\n/);
    const { stdout } = await message("read", "-t", "777", "--limit", "3");
    expect(stdout).toMatch(/Al {2}#\d+\n {2}ECHO a very particular word\n/);
    expect(stdout).toMatch(/agent {2}#\d+\n {2}a very particular word\n/);
    const { payload } = await json("message", "search", "--query", "particular");
    expect((payload as { messages: Json[] }).messages.length).toBeGreaterThan(0);
  });

  test("a broadcast reaches whom it can, tells whom it cannot, and ends with 1", async () => {
    const targets = ["777", "31337", String(forum.id)];
    const { code, stdout, stderr } = await message("broadcast", "--targets", ...targets, "-m", "to all");
    expect([code, stdout]).toEqual([1, "Sent to 2 of 3 chats.\n"]);
    expect(stderr).toContain("31337: ");
    expect([last().text, last(forum).text]).toEqual(["to all", "to all"]);
  });
});

describe("what does not arrive", () => {
  test("is told with its reason, stays in the queue, and can be sent after all, or dropped", async () => {
    world.telegram.faults.add("sendMessage", faults.refuse(forbidden("bot was blocked by the user")), {
      times: 2,
    });
    const first = await failure("message", "send", "-t", "777", "-m", "not yet");
    const keep = String(first.queueId);
    expect(first).toMatchObject({
      ok: false,
      action: "send",
      deliveryStatus: "failed",
      queueId: expect.stringMatching(/^out-\d+$/),
      error: { type: "gateway_request_error", message: expect.stringContaining("blocked") },
    });
    const away = String((await failure("message", "send", "-t", "777", "-m", "never")).queueId);
    const list = await message("queue", "list", "--state", "dead");
    expect(list.stdout).toMatch(new RegExp(`^${keep}\\s+dead\\s+telegram 777\\s.*not yet$`, "m"));
    expect(list.stdout).toContain("blocked");
    expect((await message("queue", "retry", keep)).stdout).toBe(`${keep} is sent now.\n`);
    await world.shown("not yet");
    expect((await message("queue", "drop", away)).stdout).toBe(`Dropped ${away}; it is not sent.\n`);
    const shown = await json("message", "queue", "show", away);
    expect(shown).toMatchObject({ id: away, state: "dropped" });
    expect(world.dm.texts(world.bot)).not.toContain("never");
    const late = await message("queue", "retry", keep);
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining("cannot be retried")]);
  });

  test("for certain is told as unknown, and not sent again unless somebody says so", async () => {
    world.telegram.faults.add("sendMessage", faults.resetAfter(), { times: 1 });
    const uncertain = await failure("message", "send", "-t", "777", "-m", "perhaps");
    expect(uncertain).toMatchObject({ ok: false, deliveryStatus: "unknown" });
    const id = String(uncertain.queueId);
    const times = () => world.dm.texts(world.bot).filter((text) => text === "perhaps").length;
    const asked = await message("queue", "retry", id);
    expect([asked.code, asked.stderr, times()]).toEqual([
      1,
      expect.stringContaining(`openclaw message queue retry ${id} --yes`),
      1,
    ]);
    expect((await message("queue", "retry", id, "--yes")).code).toBe(0);
    await until("it to be sent again", () => times() === 2);
  });

  test("in part keeps the ids of what arrived", async () => {
    world.telegram.faults.add("sendMessage", faults.status(400), { skip: 1, times: 2 });
    const long = Array.from({ length: 1_500 }, (_, index) => `word${index}`).join(" ");
    const partial = await failure("message", "send", "-t", "777", "-m", long);
    expect(partial).toMatchObject({
      ok: false,
      deliveryStatus: "partial_failed",
      messageId: String(last().message_id),
    });
  });

  test("because there is no such chat is said in words, with what would help", async () => {
    const { code, stdout, stderr } = await message("send", "-t", "31337", "-m", "x");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("knows no chat 31337");
    expect((await message("send", "-t", "no chat", "-m", "x")).stderr).toContain("names no Telegram chat");
    expect((await message("send", "-t", "777", "-m", "x", "--channel", "nosuch")).code).toBe(1);
    expect((await message("send", "-t", "777", "-m", "x", "--account", "nosuch")).stderr).toContain(
      "there are: default",
    );
  });
});

describe("whom the account knows", () => {
  test("itself, people, groups, their members", async () => {
    expect((await run("directory", "self")).stdout).toBe(`${world.bot.user.id} @mock_bot MockBot\n`);
    expect(await json("directory", "peers", "list")).toContainEqual(
      expect.objectContaining({ kind: "user", id: "777" }),
    );
    expect(await json("directory", "groups", "list")).toContainEqual(
      expect.objectContaining({ kind: "group", id: String(forum.id) }),
    );
    const members = await run("directory", "groups", "members", "--group-id", String(forum.id));
    expect(members.stdout).toContain("@mock_bot");
    expect((await run("channels", "resolve", String(forum.id), "--kind", "group")).code).toBe(0);
  });
});
