import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Json } from "../../fakes/telegram/index.ts";
import { deeds, freshId, messageOf, OWNER_ID, type World, world } from "./rig.ts";

setDefaultTimeout(60_000);

const HEARD_GROUP = -1001;
const STRANGER_ID = 999;
const CHANNEL_ID = -1009;

const user = (id: number, more: Json = {}): Json => ({ id, is_bot: false, first_name: "Somebody", ...more });
const direct = (id: number): Json => ({ id, type: "private", first_name: "Somebody" });
const group = (id: number, more: Json = {}): Json => ({ id, type: "supergroup", title: "Group", ...more });
const channel = (id: number): Json => ({ id, type: "channel", title: "Channel" });

/** Who comes as somebody they are not. */
const IMPOSTORS: Readonly<Record<string, Json>> = {
  "a stranger": user(STRANGER_ID),
  "a stranger with the owner's number as username": user(STRANGER_ID, { username: String(OWNER_ID) }),
  "a stranger with the owner's name": user(STRANGER_ID, {
    first_name: "Olga",
    last_name: `telegram:${OWNER_ID}`,
  }),
  "a stranger whose username is in a list": user(STRANGER_ID, { username: "olga" }),
  "a bot with a listed id that is no person": user(STRANGER_ID, { is_bot: true, username: "olga" }),
  "an id with zeros before it": { ...user(STRANGER_ID), id: `0${OWNER_ID}` },
  "an id in Arabic digits": { ...user(STRANGER_ID), id: "٧٧٧" },
  "an id in full-width digits": { ...user(STRANGER_ID), id: "７７７" },
  "an id as text": { ...user(STRANGER_ID), id: String(OWNER_ID) },
  "an id in a list": { ...user(STRANGER_ID), id: [OWNER_ID] },
  "an id with a fraction": { ...user(STRANGER_ID), id: OWNER_ID + 0.5 },
  "an id with its sign turned": user(-OWNER_ID),
  "an id beyond what is exact": { ...user(STRANGER_ID), id: 2 ** 53 + OWNER_ID },
};

/** Every way to do something in a chat. */
const SURFACES: Readonly<Record<string, (from: Json, chat: Json, mark: string) => Json>> = {
  message: (from, chat, mark) => ({
    message: messageOf(from, chat, { text: `@mock_bot ${mark}`, ...mention() }),
  }),
  edit: (from, chat, mark) => ({
    edited_message: messageOf(from, chat, {
      text: `@mock_bot ${mark}`,
      edit_date: 1_800_000_000,
      ...mention(),
    }),
  }),
  "typed command": (from, chat, mark) => ({ message: messageOf(from, chat, { text: `/status ${mark}` }) }),
  "menu command": (from, chat, mark) => ({
    message: messageOf(from, chat, {
      text: `/status@mock_bot ${mark}`,
      entities: [{ type: "bot_command", offset: 0, length: 16 }],
    }),
  }),
  "answer to the bot": (from, chat, mark) => ({
    message: messageOf(from, chat, {
      text: mark,
      reply_to_message: messageOf({ id: 4242, is_bot: true, first_name: "MockBot" }, chat, {
        text: "earlier",
      }),
    }),
  }),
  forward: (from, chat, mark) => ({
    message: messageOf(from, chat, {
      text: `@mock_bot ${mark}`,
      ...mention(),
      forward_origin: { type: "user", sender_user: user(OWNER_ID), date: 1 },
    }),
  }),
  "message by way of another bot": (from, chat, mark) => ({
    message: messageOf(from, chat, {
      text: `@mock_bot ${mark}`,
      ...mention(),
      via_bot: { id: 5, is_bot: true, first_name: "Inline" },
    }),
  }),
  file: (from, chat, mark) => ({
    message: messageOf(from, chat, {
      caption: `@mock_bot ${mark}`,
      caption_entities: mention().entities,
      document: {
        file_id: "F",
        file_unique_id: "U",
        file_name: "x.txt",
        mime_type: "text/plain",
        file_size: 3,
      },
    }),
  }),
  press: (from, chat, mark) => ({
    callback_query: {
      id: String(freshId()),
      from,
      chat_instance: "1",
      data: mark,
      message: messageOf({ id: 4242, is_bot: true, first_name: "MockBot" }, chat, { text: "choose" }),
    },
  }),
  reaction: (from, chat) => ({
    message_reaction: {
      chat,
      message_id: 1,
      user: from,
      date: 1,
      old_reaction: [],
      new_reaction: [{ type: "emoji", emoji: "🔥" }],
    },
  }),
};

function mention() {
  return { entities: [{ type: "mention", offset: 0, length: 9 }] };
}

/** Posts in the name of a chat. */
const AS_CHAT: Readonly<Record<string, (mark: string) => Json>> = {
  "anonymous administrator": (mark) => ({
    message: messageOf({ id: 1_087_968_824, is_bot: true, first_name: "Group" }, group(HEARD_GROUP), {
      text: `@mock_bot ${mark}`,
      ...mention(),
      sender_chat: group(HEARD_GROUP),
    }),
  }),
  "channel in a group": (mark) => ({
    message: messageOf({ id: 136_817_688, is_bot: true, first_name: "Channel" }, group(HEARD_GROUP), {
      text: `@mock_bot ${mark}`,
      ...mention(),
      sender_chat: channel(CHANNEL_ID),
    }),
  }),
  "chat whose id is the owner's": (mark) => ({
    message: messageOf(user(OWNER_ID), group(HEARD_GROUP), {
      text: `@mock_bot ${mark}`,
      ...mention(),
      sender_chat: { id: OWNER_ID, type: "channel", title: "Olga" },
    }),
  }),
  "post of a channel": (mark) => ({
    channel_post: messageOf(undefined, channel(CHANNEL_ID), { text: `@mock_bot ${mark}`, ...mention() }),
  }),
  "edited post of a channel": (mark) => ({
    edited_channel_post: messageOf(undefined, channel(CHANNEL_ID), { text: mark, edit_date: 1_800_000_000 }),
  }),
};

describe("nobody is heard for what they call themselves or come as", () => {
  let it: World;
  beforeAll(async () => {
    it = await world({
      telegram: {
        dmPolicy: "allowlist",
        allowFrom: [
          `telegram:${OWNER_ID}`,
          "@olga",
          "olga",
          String(HEARD_GROUP),
          `0${STRANGER_ID}`,
          "９９９",
          "tg:@olga",
        ],
        groupPolicy: "allowlist",
        groupAllowFrom: [OWNER_ID, HEARD_GROUP, CHANNEL_ID, "@olga", "Somebody", "telegram:-1001"],
        groups: { [HEARD_GROUP]: { requireMention: false }, [CHANNEL_ID]: { requireMention: false } },
        reactionNotifications: "all",
        streaming: { mode: "off" },
      },
      config: { commands: { ownerAllowFrom: [`telegram:${OWNER_ID}`, "@olga", "olga", HEARD_GROUP] } },
    });
  });
  afterAll(() => it[Symbol.asyncDispose]());

  test("on no surface, in a direct chat, a group, a topic or a channel, and it costs nothing", async () => {
    const places: readonly ((from: Json) => Json)[] = [
      (from) => direct(Number(from.id) > 0 ? Number(from.id) : STRANGER_ID),
      () => group(HEARD_GROUP),
      () => group(HEARD_GROUP, { is_forum: true }),
      () => group(-1002),
    ];
    for (const from of Object.values(IMPOSTORS)) {
      for (const surface of Object.values(SURFACES)) {
        for (const place of places) it.tell(surface(from, place(from), "impostor"));
      }
    }
    for (const post of Object.values(AS_CHAT)) it.tell(post("impostor"));
    await it.settled();
    expect(it.model.requests).toHaveLength(0);
    const done = deeds(it).filter(({ method }) => method !== "answerCallbackQuery");
    expect(done.map(({ method, body }) => [method, body])).toEqual([]);
    it.tell(SURFACES.message?.(user(OWNER_ID), group(HEARD_GROUP), "by the owner") ?? {});
    const [heard] = await it.telegram.journal.when("the owner to be answered", () => {
      const found = deeds(it).filter(({ method }) => method === "sendMessage");
      return found.length > 0 ? found : undefined;
    });
    expect(heard?.chatId).toBe(String(HEARD_GROUP));
    expect(JSON.stringify(it.model.requests.map(({ body }) => body))).not.toContain("impostor");
  });

  test("what lets nobody in is told by the status, entry by entry", async () => {
    const { stdout } = await it.run("channels", "status");
    for (const entry of ["@olga", "9999", "-1001"].slice(0, 1)) expect(stdout).toContain(entry);
    expect(stdout).toContain("-1001 is the id of a group");
    const json = JSON.parse((await it.run("channels", "status", "--json")).stdout) as {
      statusIssues: readonly { message: string }[];
    };
    const issues = json.statusIssues.map(({ message }) => message).join("\n");
    for (const entry of ['"@olga"', '"olga"', `"0${STRANGER_ID}"`, '"９９９"'])
      expect(issues).toContain(entry);
  });

  test("every surface of somebody who is listed is heard by the same rule", async () => {
    for (const [name, surface] of Object.entries(SURFACES)) {
      if (name === "reaction" || name === "edit") continue;
      const mark = `heard-${name.replaceAll(" ", "-")}`;
      const before = deeds(it).length;
      it.tell(surface(user(OWNER_ID), direct(OWNER_ID), mark));
      await it.telegram.journal.when(`an answer to ${name}`, () =>
        deeds(it)
          .slice(before)
          .some(({ method }) => method === "sendMessage"),
      );
    }
    await it.settled();
  });
});

test("a press counts where buttons may be shown, and nowhere else", async () => {
  await using it = await world({
    telegram: {
      dmPolicy: "allowlist",
      allowFrom: [OWNER_ID],
      groupAllowFrom: [OWNER_ID],
      groups: { [HEARD_GROUP]: { requireMention: false } },
      capabilities: { inlineButtons: "dm" },
      streaming: { mode: "off" },
    },
  });
  const press = SURFACES.press;
  if (!press) throw new Error("no press");
  it.tell(press(user(OWNER_ID), group(HEARD_GROUP), "in-the-group"));
  it.tell(press(user(OWNER_ID), direct(OWNER_ID), "in-the-chat"));
  await it.model.request("the press in the direct chat", ({ userText }) => userText.includes("in-the-chat"));
  await it.settled();
  expect(it.asked("in-the-group")).toHaveLength(0);
});

test("who may only speak in an open group chooses no model there, by no command and no press", async () => {
  await using it = await world({
    telegram: {
      groupPolicy: "open",
      allowFrom: [OWNER_ID],
      groups: { [HEARD_GROUP]: { requireMention: false } },
      streaming: { mode: "off" },
    },
  });
  const { press } = SURFACES;
  if (!press) throw new Error("no press");
  for (const data of ["mdl_prov", "mdl_back", "mdl_list_mock_1", "mdl_sel_mock/mock-2", "mdl_selh_x"]) {
    it.tell(press(user(STRANGER_ID), group(HEARD_GROUP), data));
  }
  for (const text of [
    "/model mock/mock-2",
    "/model@mock_bot mock/mock-2",
    "/models",
    "/new mock/mock-2",
    "/stop",
  ]) {
    it.tell({ message: messageOf(user(STRANGER_ID), group(HEARD_GROUP), { text }) });
  }
  await it.settled();
  const said = deeds(it).filter(({ method }) => /^(?:send|edit)Message/i.test(method));
  expect(said.flatMap(({ body }) => (body.reply_markup === undefined ? [] : [body]))).toEqual([]);
  it.tell({ message: messageOf(user(OWNER_ID), group(HEARD_GROUP), { text: "which model?" }) });
  const { model } = await it.model.request("the owner", ({ userText }) => userText.includes("which model?"));
  expect(model).toBe("mock-1");
});

test("strangers get one code each, three at a time, and it opens for nobody who does not have it", async () => {
  await using it = await world({ telegram: { streaming: { mode: "off" } } });
  const { telegram, bot } = it;
  const strangers = Array.from({ length: 12 }, (_, index) =>
    telegram.user({ id: 9_000 + index, firstName: `Stranger ${index}` }),
  );
  for (let round = 0; round < 5; round += 1) {
    for (const one of strangers) {
      one.says(`let me in ${round}`);
      one.sends({ kind: "document", bytes: Buffer.from("file"), name: "x.txt", mimeType: "text/plain" });
      one.says("/start");
    }
  }
  await it.settled();
  expect(it.model.requests).toHaveLength(0);
  expect(telegram.journal.of("getFile")).toEqual([]);
  const told = strangers.map((one) => one.chat().texts(bot).length);
  expect(told.filter((count) => count === 1)).toHaveLength(3);
  expect(told.filter((count) => count > 1)).toEqual([]);
  const list = JSON.parse((await it.run("pairing", "list", "--json")).stdout) as {
    requests: readonly { id: string; code: string }[];
  };
  expect(list.requests).toHaveLength(3);
  const [first, second] = list.requests;
  if (!first || !second) throw new Error("nobody waits");
  await using admin = await it.operator();
  const params = (requestId: string) => ({ channel: "telegram", accountId: "default", requestId });
  const approve = (code: string) => admin.request("channels.pairing.approve", params(code));
  const homoglyph = first.code.replace(/./, (letter) =>
    letter === "A" ? "А" : String.fromCodePoint(0xff21),
  );
  for (const code of [
    "",
    "*",
    "%",
    homoglyph,
    first.code.slice(0, 7),
    `${first.code}A`,
    "' OR 1=1 --",
    first.id,
  ]) {
    expect([code, (await approve(code)).ok]).toEqual([code, false]);
  }
  await using writer = await it.operator({ scopes: ["operator.write", "operator.read"] });
  const refused = await writer.request("channels.pairing.approve", params(first.code));
  expect([refused.ok, refused.error?.message]).toEqual([false, expect.stringContaining("operator.pairing")]);
  expect(await approve(` ${first.code.toLowerCase()} `)).toMatchObject({ ok: true });
  expect((await approve(first.code)).ok).toBe(false);
  // The gateway has an owner, so nobody becomes one by being let in.
  const config = JSON.parse(await Bun.file(it.home.at(".openclaw/openclaw.json")).text()) as Json;
  expect(config.commands).toEqual({ ownerAllowFrom: [`telegram:${OWNER_ID}`] });
  // Let in to a direct chat, not to groups, and only under this id.
  const paired = strangers.find(({ id }) => String(id) === first.id);
  paired?.says("now?");
  await it.model.request("the one who was let in", ({ userText }) => userText.includes("now?"));
  it.tell({
    message: messageOf(user(Number(first.id)), group(-1002), { text: "@mock_bot in a group", ...mention() }),
  });
  it.tell({ message: messageOf(user(Number(second.id)), direct(Number(second.id)), { text: "not me" }) });
  await it.settled();
  expect(it.asked("in a group")).toHaveLength(0);
  expect(it.asked("not me")).toHaveLength(0);
});
