import { describe, expect, test } from "bun:test";
import { DRAFT_PACE_MS } from "../../../../src/channels/telegram/calls/limits.ts";
import { target } from "../../../../src/channels/telegram/render/index.ts";
import { badRequest, faults } from "../../../fakes/telegram/index.ts";
import { ManualClock, until, within } from "../../../support/index.ts";
import { observedCall } from "../observed.ts";
import { failure } from "./failure.ts";
import { type Rig, rig } from "./rig.ts";

const AL = target("777");

function texts(world: Rig): unknown[] {
  return world.bodies("editMessageText").map((body) => body["text"]);
}

/** Moves time on in small steps until `promise` settles. */
async function running<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = promise.finally(() => (isOver = true));
  over.catch(() => undefined);
  await until("it to settle", () => {
    clock.advance(250);
    return isOver;
  });
  return await over;
}

test("a preview is a message, and taken away as recorded", async () => {
  await using world = await rig();
  const draft = await world.calls.drafts.open(AL, "**Working**");
  expect(world.bodies("sendMessage")).toEqual([{ chat_id: 777, text: "<b>Working</b>", parse_mode: "HTML" }]);
  expect(observedCall("direct, one tool call", "sendMessage")).toEqual(world.bodies("sendMessage")[0] ?? {});
  await world.calls.drafts.discard(AL, JSON.parse(JSON.stringify(draft)));
  expect(world.al.chat().shows(world.bot)).toEqual([]);
  const { message_id: _, ...recorded } = observedCall("direct, one tool call", "deleteMessage");
  expect(world.bodies("deleteMessage")[0]).toMatchObject(recorded);
});

test("texts that come fast are merged, and edits of a chat are apart", async () => {
  const clock = new ManualClock();
  await using world = await rig({ clock });
  const { drafts } = world.calls;
  const draft = await drafts.open(AL, "0");
  const shown = ["a", "ab", "abc"].map((text) => drafts.update(AL, draft, text));
  clock.advance(1_000);
  expect(texts(world)).toEqual([]);
  await running(clock, Promise.all(shown));
  expect(texts(world)).toEqual(["abc"]);
  await running(clock, drafts.update(AL, draft, "abcd"));
  expect(world.al.chat().texts(world.bot)).toEqual(["abcd"]);
});

test("two previews of one chat share its pace; another chat has its own", async () => {
  const clock = new ManualClock();
  await using world = await rig({ clock });
  const bo = world.telegram.user({ id: 888 });
  bo.chat();
  const { drafts } = world.calls;
  const one = await drafts.open(AL, "1");
  const two = await drafts.open(AL, "2");
  const other = await drafts.open(target("888"), "3");
  const start = clock.monotonic();
  const edited: unknown[] = [];
  world.telegram.journal.listen(({ method, chatId }) => {
    if (method === "editMessageText") edited.push(chatId);
  });
  const updates = [
    drafts.update(AL, one, "x"),
    drafts.update(AL, two, "x"),
    drafts.update(target("888"), other, "x"),
  ];
  await running(clock, Promise.all(updates));
  expect(clock.monotonic() - start).toBeGreaterThanOrEqual(2 * DRAFT_PACE_MS);
  expect(edited).toHaveLength(3);
  expect(edited.indexOf("888")).toBeOneOf([0, 1]);
});

test("a chat that was too busy is left alone for as long as Telegram says, then shown the newest text", async () => {
  const clock = new ManualClock();
  await using world = await rig({ clock });
  const { drafts } = world.calls;
  const draft = await drafts.open(AL, "0");
  world.telegram.faults.add("editMessageText", faults.tooMany(7), { times: 1 });
  const first = drafts.update(AL, draft, "a");
  clock.advance(1_200);
  await until("the first edit", () => texts(world).length === 1);
  const second = drafts.update(AL, draft, "ab");
  const start = clock.monotonic();
  await running(clock, Promise.all([first, second]));
  expect(clock.monotonic() - start).toBeGreaterThanOrEqual(5_000);
  expect(texts(world)).toEqual(["a", "ab"]);
  expect(world.al.chat().texts(world.bot)).toEqual(["ab"]);
});

test("edits at full speed for a minute never meet Telegram's limits, in direct chats and in groups", async () => {
  const clock = new ManualClock();
  await using world = await rig({ clock });
  const group = world.telegram.supergroup({ members: [world.al, world.bot] });
  const { drafts } = world.calls;
  const chats = [AL, target(String(group.id))];
  const counts = await Promise.all(
    chats.map(async (where) => {
      const draft = await drafts.open(where, "0");
      let edits = 0;
      for (let n = 1; clock.monotonic() < 1_700_000_060_000; n++) {
        await running(clock, drafts.update(where, draft, `text ${n}`));
        edits++;
      }
      return edits;
    }),
  );
  expect(counts[0]).toBeLessThanOrEqual(60);
  expect(counts[1]).toBeLessThanOrEqual(20);
});

test("a text that changes nothing, or cannot be read as markup, is no failure", async () => {
  const clock = new ManualClock();
  await using world = await rig({ clock });
  const { drafts } = world.calls;
  const draft = await drafts.open(AL, "same");
  await running(clock, drafts.update(AL, draft, "same"));
  world.telegram.faults.add("editMessageText", faults.refuse(badRequest("can't parse entities")), {
    when: (call) => call.body["parse_mode"] !== undefined,
  });
  await running(clock, drafts.update(AL, draft, "**half"));
  expect(world.al.chat().texts(world.bot)).toEqual(["**half"]);
});

test("a preview somebody deleted fails to be updated, and is taken away without a word", async () => {
  const clock = new ManualClock();
  await using world = await rig({ clock });
  const { drafts } = world.calls;
  const draft = await drafts.open(AL, "0");
  for (const shown of world.al.chat().shows(world.bot)) world.al.deletes(shown);
  expect((await failure(running(clock, drafts.update(AL, draft, "a")))).failure).toBe("refused");
  await drafts.discard(AL, draft);
});

describe("the answer", () => {
  test("takes the preview's place", async () => {
    await using world = await rig();
    const draft = await world.calls.drafts.open(AL, "0");
    const before = world.al.chat().shows(world.bot)[0]?.message_id;
    const [receipt] = await world.send("777", {
      text: "**done**",
      replaces: draft,
      buttons: [[{ text: "A", data: "b" }]],
    });
    expect(receipt?.messageId).toBe(String(before));
    expect(world.bodies("editMessageText")).toEqual([
      {
        chat_id: 777,
        message_id: before,
        text: "<b>done</b>",
        parse_mode: "HTML",
        reply_markup: { inline_keyboard: [[{ text: "A", callback_data: "b" }]] },
      },
    ]);
    expect(world.al.chat().texts(world.bot)).toEqual(["done"]);
  });

  test("is not covered by a text that comes late", async () => {
    const clock = new ManualClock();
    await using world = await rig({ clock });
    const { drafts } = world.calls;
    const draft = await drafts.open(AL, "0");
    const late = drafts.update(AL, draft, "half");
    await world.send("777", { text: "done", replaces: draft });
    await within("the late text to be dropped", late);
    await drafts.update(AL, draft, "later still");
    clock.advance(60_000);
    expect(texts(world)).toEqual(["done"]);
  });

  test("waits for an edit that is under way", async () => {
    const clock = new ManualClock();
    await using world = await rig({ clock });
    const { drafts } = world.calls;
    const draft = await drafts.open(AL, "0");
    world.telegram.faults.add("editMessageText", faults.delay(50), { times: 1 });
    const slow = drafts.update(AL, draft, "half");
    clock.advance(1_200);
    await until("the slow edit", () => texts(world).length === 1);
    await world.send("777", { text: "done", replaces: draft });
    await slow;
    expect(texts(world)).toEqual(["half", "done"]);
    expect(world.al.chat().texts(world.bot)).toEqual(["done"]);
  });

  test("is a new message when the preview is gone", async () => {
    await using world = await rig();
    const draft = await world.calls.drafts.open(AL, "0");
    for (const shown of world.al.chat().shows(world.bot)) world.al.deletes(shown);
    await world.send("777", { text: "done", replaces: draft });
    expect(world.al.chat().texts(world.bot)).toEqual(["done"]);
  });

  test("is the preview already when it says the same", async () => {
    await using world = await rig();
    const draft = await world.calls.drafts.open(AL, "done");
    expect(await world.send("777", { text: "done", replaces: draft })).toHaveLength(1);
    expect(world.al.chat().texts(world.bot)).toEqual(["done"]);
  });

  test("is no doubt when the answer to its edit is lost: an edit may be made again", async () => {
    await using world = await rig();
    const draft = await world.calls.drafts.open(AL, "0");
    world.telegram.faults.add("editMessageText", faults.resetAfter(), { times: 1 });
    expect((await failure(world.send("777", { text: "done", replaces: draft }))).failure).toBe("busy");
    await world.send("777", { text: "done", replaces: draft });
    expect(world.al.chat().texts(world.bot)).toEqual(["done"]);
  });

  test("leaves no preview behind where it cannot take its place", async () => {
    await using world = await rig();
    const asked = world.al.says("?");
    const draft = await world.calls.drafts.open(AL, "0");
    await world.send("777", { text: "done", replaces: draft, replyToId: String(asked.message_id) });
    expect(world.al.chat().texts(world.bot)).toEqual(["done"]);
  });
});
