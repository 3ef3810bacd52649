import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { until } from "../../../support/index.ts";
import { PATIENCE_MS, TelegramWorld } from "../support/index.ts";
import { type RecordedCall, type RecordedCase, recording } from "./cases.ts";
import { type Bindings, differences } from "./compare.ts";
import { DEVIATIONS } from "./deviations.ts";
import { answerAsRecorded } from "./model.ts";

setDefaultTimeout(PATIENCE_MS);

const { cases, startup } = await recording();

/** The case that begins with a crash has a test of its own. */
const updates = cases.filter(({ update }) => update !== null);

const bindings: Bindings = new Map();
let world: TelegramWorld;

beforeAll(async () => {
  world = await TelegramWorld.start({
    telegram: {
      // Whether a tool takes long enough for a preview is the clock's matter.
      streaming: { mode: "off" },
      dmPolicy: "pairing",
      allowFrom: [777],
      groupPolicy: "allowlist",
      groupAllowFrom: [777, 888],
      groups: { "-100123": { requireMention: true }, "-100555": { requireMention: false } },
    },
  });
  answerAsRecorded(world.model);
  await world.telegram.journal.when("the menu", () => world.bot.commands.size === 2);
  world.bot.privacy = false;
});
afterAll(() => world[Symbol.asyncDispose]());

/** On Telegram every message has an id of its own and a time. */
function asToldNow({ update }: RecordedCase, index: number): Record<string, unknown> {
  const [[kind, content] = ["", {}]] = Object.entries(update ?? {});
  if (kind !== "message") return { [kind]: content };
  return { message: { ...content, message_id: 100 + index, date: Math.floor(Date.now() / 1000) } };
}

/** Ids of messages as they are now. */
function withIdOf(calls: readonly RecordedCall[], index: number): RecordedCall[] {
  return calls.map(({ method, body }) => ({
    method,
    body: body.message_id === 100 ? { ...body, message_id: 100 + index } : body,
  }));
}

test("the first calls of the process are those recorded; that it polls before the menu is written is its own", () => {
  const made = world.telegram.journal.calls.filter(({ method }) => method !== "getUpdates");
  const shape = ({ method, body }: RecordedCall) => {
    const { commands, ...rest } = body;
    return { method, ...rest, ...(commands === undefined ? {} : { commands: Array.isArray(commands) }) };
  };
  expect(made.map(({ method, body }) => shape({ method, body }))).toEqual(startup.map(shape));
});

test.each(updates.map((recorded, index) => [recorded.name, recorded, index] as const))(
  "%s",
  async (name, recorded, index) => {
    const { telegram, bot } = world;
    if (recorded.update?.message?.photo)
      telegram.world.files.put(new Uint8Array(PNG), { id: "f1", mimeType: "image/png" });
    const calls = withIdOf(recorded.calls, index);
    const expected = DEVIATIONS[name]?.(calls) ?? calls;
    telegram.journal.clear();
    telegram.inject(bot, asToldNow(recorded, index));
    // Fetching a file is no call of the Bot API, and was not recorded.
    const others = new Set(["getUpdates", "download"]);
    const made = () => telegram.journal.calls.filter(({ method }) => !others.has(method));
    const wanted = expected.filter(({ method }) => method !== "sendChatAction").length;
    const loud = () => made().filter(({ method }) => method !== "sendChatAction").length;
    // What is missing after that is told as a difference.
    await until(`${wanted} calls`, () => loud() >= wanted).catch(() => undefined);
    await world.settled();
    expect(differences(expected, made(), bindings)).toEqual([]);
  },
);

test("every deviation is told in the README, and no other", async () => {
  const readme = await Bun.file(join(import.meta.dir, "README.md")).text();
  const told = [...readme.matchAll(/^\| `(.+?)` +\|/gm)].map(([, name]) => name);
  expect(new Set(told)).toEqual(new Set(Object.keys(DEVIATIONS)));
});

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);
