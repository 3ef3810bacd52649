import { describe, expect, test } from "bun:test";
import { target } from "../../../../src/channels/telegram/render/index.ts";
import { badRequest, faults, type Person } from "../../../fakes/telegram/index.ts";
import { failure } from "./failure.ts";
import { DOT, type Rig, rig } from "./rig.ts";

const AL = target("777");

async function own(world: Rig, text = "first"): Promise<string> {
  const [receipt] = await world.send("777", { text });
  return receipt?.messageId ?? "";
}

describe("edit", () => {
  test("shows another text, as HTML", async () => {
    await using world = await rig();
    const messageId = await own(world);
    const { receipt } = await world.calls.act({ action: "edit", target: AL, messageId, text: "**second**" });
    expect(receipt).toMatchObject({ messageId, chatId: "777" });
    expect(world.bodies("editMessageText")[0]).toMatchObject({ text: "<b>second</b>", parse_mode: "HTML" });
    expect(world.al.chat().texts(world.bot)).toEqual(["second"]);
  });

  test("is plain where the markup cannot be read, and nothing when nothing changes", async () => {
    await using world = await rig();
    const messageId = await own(world);
    world.telegram.faults.add("editMessageText", faults.refuse(badRequest("can't parse entities")), {
      when: (call) => call.body["parse_mode"] !== undefined,
    });
    await world.calls.act({ action: "edit", target: AL, messageId, text: "**second**" });
    await world.calls.act({ action: "edit", target: AL, messageId, text: "**second**" });
    expect(world.al.chat().texts(world.bot)).toEqual(["second"]);
  });

  test("changes the caption where there is no text", async () => {
    await using world = await rig();
    const [receipt] = await world.send("777", { text: "a", media: [{ source: DOT }] });
    await world.calls.act({ action: "edit", target: AL, messageId: receipt?.messageId ?? "", text: "b" });
    expect(world.al.chat().texts(world.bot)).toEqual(["b"]);
  });

  test("is refused when it is more than one message, or nothing, or of no message", async () => {
    await using world = await rig();
    const messageId = await own(world);
    const edit = (text: string, id = messageId) =>
      failure(world.calls.act({ action: "edit", target: AL, messageId: id, text }));
    expect((await edit("w ".repeat(3_000))).message).toContain("longer than 4000 characters");
    expect((await edit(" ")).message).toContain("delete it");
    expect((await edit("a", "abc")).message).toContain("“abc” is no message id");
  });
});

describe("delete", () => {
  test("takes a message away, and says so when it is not there", async () => {
    await using world = await rig();
    const messageId = await own(world);
    await world.calls.act({ action: "delete", target: AL, messageId });
    expect(world.al.chat().shows(world.bot)).toEqual([]);
    expect((await failure(world.calls.act({ action: "delete", target: AL, messageId }))).failure).toBe(
      "refused",
    );
  });

  test("is done when the call that was lost had been heard", async () => {
    await using world = await rig();
    const messageId = await own(world);
    world.telegram.faults.add("deleteMessage", faults.resetAfter(), { times: 1 });
    await world.calls.act({ action: "delete", target: AL, messageId });
    expect(world.bodies("deleteMessage")).toHaveLength(2);
  });
});

test("messages are pinned and unpinned, one or all", async () => {
  await using world = await rig();
  const ids = [await own(world, "a"), await own(world, "b"), await own(world, "c")];
  const pinned = () => [...world.al.chat().pinned].map(String);
  for (const messageId of ids) await world.calls.act({ action: "pin", target: AL, messageId, silent: true });
  expect(pinned()).toEqual(ids);
  await world.calls.act({ action: "unpin", target: AL, messageId: ids[1] ?? "" });
  expect(pinned()).toEqual([ids[0] ?? "", ids[2] ?? ""]);
  await world.calls.act({ action: "unpin", target: AL });
  expect(pinned()).toEqual([]);
});

test("a sticker Telegram has is sent by its id", async () => {
  await using world = await rig();
  const seen = world.al.sends({ kind: "sticker", bytes: new Uint8Array(5) });
  const { file_id: fileId } = seen["sticker"] as { file_id: string };
  const { receipt } = await world.calls.act({ action: "sticker", target: AL, fileId });
  expect(world.bodies("sendSticker")).toEqual([{ chat_id: "777", sticker: fileId }]);
  expect(world.calls.sent("777", receipt?.messageId ?? "")).toEqual({});
});

describe("topics", () => {
  const forumOf = (world: Rig, members: readonly Person[] = [world.al]) =>
    world.telegram.forum({ members: [...members, [world.bot, "administrator"]], topics: { 7: "Seven" } });

  test("are opened, renamed, closed and opened again", async () => {
    await using world = await rig();
    const forum = forumOf(world);
    const chat = target(String(forum.id));
    const { topicId } = await world.calls.act({
      action: "topic-create",
      target: chat,
      name: " Plans ",
      iconColor: 7_322_096,
    });
    const topic = { ...chat, topicId: topicId ?? "" };
    expect(forum.topics.get(Number(topicId))?.name).toBe("Plans");
    await world.calls.act({ action: "topic-edit", target: topic, name: "Done", closed: true });
    expect(forum.topics.get(Number(topicId))).toMatchObject({ name: "Done", isClosed: true });
    await world.calls.act({ action: "topic-edit", target: topic, name: "Done", closed: false });
    expect(forum.topics.get(Number(topicId))).toMatchObject({ isClosed: false });
  });

  test("the general one has calls of its own", async () => {
    await using world = await rig();
    const general = target(`${forumOf(world).id}:topic:1`);
    world.telegram.faults.add("editGeneralForumTopic", faults.refuse(badRequest("TOPIC_NOT_MODIFIED")));
    world.telegram.faults.add("closeGeneralForumTopic", faults.refuse(badRequest("TOPIC_NOT_MODIFIED")));
    await world.calls.act({ action: "topic-edit", target: general, name: "All", closed: true });
    expect(world.bodies("editGeneralForumTopic")).toEqual([{ chat_id: Number(general.chatId), name: "All" }]);
    expect(world.bodies("closeGeneralForumTopic")).toEqual([{ chat_id: Number(general.chatId) }]);
  });

  test("are refused in words when something is missing", async () => {
    await using world = await rig();
    const chat = target(String(forumOf(world).id));
    const why = async (action: Parameters<typeof world.calls.act>[0]) =>
      (await failure(world.calls.act(action))).message;
    expect(await why({ action: "topic-create", target: chat, name: " " })).toContain("needs a name");
    expect(await why({ action: "topic-create", target: chat, name: "a", iconColor: 5 })).toContain(
      "colour 5",
    );
    expect(await why({ action: "topic-edit", target: chat, name: "a" })).toContain(":topic:<n>");
    expect(await why({ action: "topic-edit", target: { ...chat, topicId: "7" } })).toContain(
      "Nothing of the topic",
    );
  });
});

test("who is in a chat and what it is called is told", async () => {
  await using world = await rig();
  const group = world.telegram.supergroup({ title: "Grp", members: [[world.al, "creator"], world.bot] });
  const chat = target(String(group.id));
  expect((await world.calls.act({ action: "chat-info", target: chat })).chat).toMatchObject({
    id: String(group.id),
    kind: "group",
    title: "Grp",
    memberCount: 2,
  });
  expect((await world.calls.act({ action: "chat-admins", target: chat })).entries).toEqual([
    { kind: "user", id: "777", name: "Al", handle: "@al" },
  ]);
});

test("what may be asked twice is, when Telegram is in trouble", async () => {
  await using world = await rig();
  const rule = world.telegram.faults.add("getChat", faults.status(502), { times: 1 });
  await world.calls.act({ action: "chat-info", target: AL });
  expect(rule.hits).toBe(1);
});
