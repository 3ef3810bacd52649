import { expect, setDefaultTimeout, test } from "bun:test";
import { link, symlink } from "node:fs/promises";
import { callTools, say } from "../../fakes/model-provider/index.ts";
import type { Json, Person } from "../../fakes/telegram/index.ts";
import { deeds, LISTED, OWNER_ID, type World, world } from "./rig.ts";

setDefaultTimeout(60_000);

const CANARY = "canary-of-the-owner-51f0c2";

const FILES = {
  ".openclaw/workspace/MEMORY.md": CANARY,
  ".openclaw/workspace/memory/2026-01-01.md": CANARY,
  ".openclaw/workspace/notes/.env.local": CANARY,
  ".openclaw/workspace/notes/plan.txt": "the plan",
  ".openclaw/credentials/token.json": CANARY,
  "outside.txt": CANARY,
};

/** Has the model answer somebody with a file, and tells what reached them. */
async function answered(it: World, person: Person, media: string): Promise<readonly string[]> {
  const before = it.texts(person.chat()).length;
  it.model.next(say(`words\nMEDIA:${media}`));
  person.says(`a file please: ${media}`);
  await it.telegram.journal.when(`an answer about ${media}`, () => it.texts(person.chat()).length > before);
  await it.settled();
  return it.texts(person.chat()).slice(before);
}

/** Everything that went to Telegram, files included, as text. */
function sent(it: World): string {
  const files = it.telegram.world.files.all.map(({ bytes }) => Buffer.from(bytes).toString("latin1"));
  return [...files, ...deeds(it).map(({ body }) => JSON.stringify(body))].join("\n");
}

test("an answer brings nobody a file outside the workspace, nor one of the owner's own to others", async () => {
  await using it = await world({ files: FILES });
  await symlink(it.home.at("outside.txt"), it.home.at(".openclaw/workspace/link.txt"));
  await symlink(it.home.at(".openclaw/workspace/MEMORY.md"), it.home.at(".openclaw/workspace/innocent.txt"));
  await link(it.home.at("outside.txt"), it.home.at(".openclaw/workspace/hard.txt"));
  const refused = [
    "MEMORY.md",
    "./notes/../memory.MD/../MEMORY.md",
    "memory/2026-01-01.md",
    "notes/.env.local",
    "link.txt",
    "innocent.txt",
    "hard.txt",
    "../credentials/token.json",
    it.home.at(".openclaw/openclaw.json"),
    `file://${it.home.at(".openclaw/openclaw.json")}`,
    it.home.at("outside.txt"),
    "/proc/self/environ",
    "/dev/stdin",
    "/etc/passwd",
    "notes",
    "nothing.txt",
    "ftp://example.org/file",
    "http://127.0.0.1:1/x",
    "http://169.254.169.254/latest/meta-data",
    "http://[::ffff:7f00:1]/x",
    "http://0x7f.1/x",
    "http://localhost./x",
  ];
  for (const media of refused) {
    const texts = await answered(it, it.guest, media);
    expect(texts).toEqual([expect.stringMatching(/^words\n\n⚠️ A file was not sent: ./)]);
  }
  expect(sent(it)).not.toContain(CANARY);
  expect(deeds(it).filter(({ method }) => /document|photo/i.test(method))).toEqual([]);
  await answered(it, it.guest, "notes/plan.txt");
  expect(sent(it)).toContain("the plan");
  await answered(it, it.owner, "MEMORY.md");
  expect(sent(it)).toContain(CANARY);
});

test("who may only write can have no file of this machine sent but those of the workspace, and read nothing", async () => {
  await using it = await world({
    files: FILES,
    config: { agents: { defaults: { model: { primary: "mock/mock-1" }, workspace: "~" } } },
    telegram: { ...LISTED, defaultTo: OWNER_ID },
  });
  it.owner.says("hello");
  await it.settled();
  await using writer = await it.operator({ scopes: ["operator.write"] });
  for (const mediaUrl of [
    it.home.at(".openclaw/openclaw.json"),
    it.home.at(".openclaw/credentials/token.json"),
    ".openclaw/openclaw.json",
    "/etc/passwd",
    "/proc/self/environ",
    "file:///etc/passwd",
  ]) {
    for (const [method, params] of [
      ["send", { to: `telegram:${OWNER_ID}`, mediaUrl, idempotencyKey: crypto.randomUUID() }],
      [
        "message.action",
        {
          channel: "telegram",
          action: "send",
          params: { to: String(OWNER_ID), media: mediaUrl },
          idempotencyKey: crypto.randomUUID(),
        },
      ],
    ] as const) {
      const answer = await writer.request(method, params);
      expect([mediaUrl, answer.ok, answer.error?.code]).toEqual([mediaUrl, false, "INVALID_REQUEST"]);
    }
  }
  expect(sent(it)).not.toContain(CANARY);
  for (const method of ["config.patch", "channels.logout", "channels.pairing.approve", "channels.stop"]) {
    const answer = await writer.request(method, {});
    expect([method, answer.ok, answer.error?.message]).toEqual([
      method,
      false,
      expect.stringContaining("missing scope"),
    ]);
  }
});

test("the message tool sends for others no file but what they may see, and nothing anywhere but here", async () => {
  await using it = await world({
    files: FILES,
    config: { session: { dmScope: "per-channel-peer" } },
  });
  it.owner.says("the owner alone knows of umbrellas");
  await it.settled();
  const before = sent(it);
  expect(before).not.toContain(CANARY);
  const attempts: readonly Json[] = [
    { media: ["MEMORY.md"] },
    { media: ["notes/../MEMORY.md"] },
    { media: [it.home.at(".openclaw/openclaw.json")] },
    { media: ["/proc/self/environ"] },
    { media: ["file:///etc/passwd"] },
    { media: ["http://169.254.169.254/x"] },
    { path: it.home.at("outside.txt"), filePath: "/etc/passwd", mediaUrl: "MEMORY.md" },
    { target: String(OWNER_ID) },
    { target: `telegram:${OWNER_ID}`, accountId: "default" },
    { to: String(OWNER_ID), chatId: String(OWNER_ID), channelId: String(OWNER_ID) },
    { channel: "telegram", target: "@olga" },
    { threadId: "5" },
    { action: "read", target: String(OWNER_ID) },
    { action: "search", query: "alone" },
    { action: "channel-info", target: String(OWNER_ID) },
    { action: "delete", target: String(OWNER_ID), messageId: "1" },
    { action: "pin", target: String(OWNER_ID), messageId: "1" },
    { action: "broadcast", targets: [String(OWNER_ID)] },
  ];
  for (const [index, attempt] of attempts.entries()) {
    const mark = `attempt-${index}-`;
    it.model.on((request) => {
      if (!request.userText.includes(mark)) return undefined;
      if (request.toolResults.length > 0) return say("done");
      return callTools({ name: "message", args: { action: "send", message: "pwned", ...attempt } });
    });
    it.guest.says(mark);
    await it.model.request(mark, (one) => one.userText.includes(mark) && one.toolResults.length > 0);
  }
  await it.settled();
  expect(sent(it)).not.toContain(CANARY);
  const elsewhere = deeds(it)
    .filter(({ chatId }) => chatId !== undefined && chatId !== String(it.guest.id))
    .map(({ method, text }) => [method, text]);
  // The owner's own answer; how often typing is shown meanwhile is the clock's matter.
  expect(elsewhere.filter(([method]) => method !== "sendChatAction")).toEqual([["sendMessage", "heard"]]);
  const results = it.model.requests.flatMap(({ toolResults }) => toolResults.map(({ text }) => text));
  expect(results.join("\n")).not.toContain("umbrellas");
});

test("an answer brings a number of files and no more, to a chat and by agent --deliver", async () => {
  await using it = await world({ files: FILES });
  it.owner.says("hello");
  await it.settled();
  const files = () => deeds(it).filter(({ method }) => method === "sendDocument").length;
  it.model.next(say(Array.from({ length: 60 }, () => "MEDIA:notes/plan.txt").join("\n")));
  it.owner.says("sixty of it");
  await it.settled();
  expect(files()).toBe(20);
  expect(it.texts(it.owner.chat()).at(-1)).toBe(
    "⚠️ 40 more files were not sent: an answer brings at most 20.",
  );
  it.model.next(say("here\nMEDIA:notes/plan.txt\nMEDIA:/etc/passwd"));
  const place = ["--deliver", "--reply-channel", "telegram", "--reply-to", String(OWNER_ID)];
  const { code, stderr } = await it.run("agent", "--message", "send it", ...place);
  expect([code, stderr]).toEqual([0, ""]);
  expect(files()).toBe(21);
  expect(it.texts(it.owner.chat()).at(-1)).toMatch(/^⚠️ A file was not sent: "\/etc\/passwd" is outside/);
});
