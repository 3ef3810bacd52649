import { expect } from "bun:test";
import type { InboxRow, OutboxRow } from "../../../src/store/index.ts";
import { withRemains } from "../durability/remains.ts";
import { marksIn } from "../telegram/support/index.ts";
import type { Town } from "./town.ts";

const NOTICE = /couldn’t confirm/;
const ROWS = 100_000;

export interface Verdict {
  readonly messages: number;
  readonly answered: number;
  readonly uncertain: number;
  readonly notices: number;
}

/**
 * Kills the gateway and looks at what is left, and at what people saw: everything said is answered once and in order; or
 * not at all, and then the queue says that nobody knows and the chat was told so.
 */
export async function verdictOn(town: Town): Promise<Verdict> {
  await town.world.down("SIGKILL");
  const { rows, left } = await withRemains(town.world.home, async ({ outbox, inbox }) => ({
    rows: await outbox.list({ limit: ROWS }),
    left: await inbox.list({ states: ["waiting", "dead"], limit: ROWS }),
  }));
  expect(left.map(brief)).toEqual([]);
  const unknown = rows.filter(({ state }) => state === "unknown");
  expect(rows.filter(({ state }) => state !== "sent" && state !== "unknown").map(brief)).toEqual([]);
  const uncertain = new Set(unknown.flatMap(({ summary }) => marksIn(summary)));
  expect(town.places.flatMap((place) => faultsIn(town, place, uncertain))).toEqual([]);
  const chats = town.places.map(({ chat }) => toldIn(chat.texts(town.world.bot), chat.id, unknown));
  // A notice that may itself not have arrived is not said again.
  const isTold = ({ replies, shown, lost }: Told) =>
    replies === 0 ? shown === 0 : shown <= replies && shown + lost > 0;
  expect(chats.filter((told) => !isTold(told))).toEqual([]);
  return {
    messages: town.said.length,
    answered: town.places.flatMap((place) => town.heard(place)).length,
    uncertain: uncertain.size,
    notices: chats.reduce((sum, { shown }) => sum + shown, 0),
  };
}

/** What nobody can excuse in one chat. */
function faultsIn(town: Town, place: Town["places"][number], uncertain: ReadonlySet<string>) {
  const { said, chat } = place;
  const heard = town.heard(place);
  const missing = said.filter((mark) => !heard.includes(mark) && !uncertain.has(mark));
  const doubled = heard.filter((mark, at) => heard.indexOf(mark) !== at);
  const expected = said.filter((mark) => heard.includes(mark));
  const isOrdered = doubled.length > 0 || heard.every((mark, at) => mark === expected[at]);
  const isRight = missing.length + doubled.length === 0 && isOrdered;
  return isRight ? [] : [{ chat: chat.id, missing, doubled, ...(!isOrdered && { heard }) }];
}

interface Told {
  readonly chat: number;
  /** Answers nobody knows of whether they arrived. */
  readonly replies: number;
  /** Notices of them the chat shows, and notices nobody knows of either. */
  readonly shown: number;
  readonly lost: number;
}

function toldIn(texts: readonly string[], chat: number, unknown: readonly OutboxRow[]): Told {
  const here = unknown.filter(({ lane }) => lane === String(chat));
  const count = (wanted: string) => here.filter(({ origin }) => origin === wanted).length;
  const shown = texts.filter((text) => NOTICE.test(text)).length;
  return { chat, replies: count("reply"), shown, lost: count("unconfirmed") };
}

function brief({ id, lane, state, lastError }: InboxRow | OutboxRow) {
  return { id, lane, state, lastError };
}
