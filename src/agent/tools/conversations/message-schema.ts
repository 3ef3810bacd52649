import { type TSchema, Type } from "@sinclair/typebox";
import { flag, list, maybe, number, parameters, text, word } from "../parameters.ts";
import type { ChatOffer } from "../ports.ts";

/** Every action of the tool; which of them a turn is offered depends on the chat and on who speaks. */
export const ACTIONS = [
  "send",
  "poll",
  "react",
  "edit",
  "delete",
  "pin",
  "unpin",
  "read",
  "sticker",
  "topic-create",
  "topic-edit",
] as const;

/** What people other than the owner may have done, in the chat they speak in: nothing that needs rights in it. */
const FOR_ANYONE: ReadonlySet<string> = new Set(["send", "poll", "react", "edit", "read", "sticker"]);

/** Everything there is, for the catalogue. */
export const EVERYTHING: ChatOffer = { actions: ACTIONS, buttons: true };

/** What `offer` leaves for somebody. */
export function offerFor(offer: ChatOffer, isOwner: boolean): ChatOffer {
  return isOwner ? offer : { ...offer, actions: offer.actions.filter((action) => FOR_ANYONE.has(action)) };
}

interface Field {
  readonly name: string;
  readonly schema: TSchema;
  /** Actions that take it; all of them when absent. */
  readonly of?: readonly string[];
  /** Names a place, so it is nothing for those who have only the one they speak in. */
  readonly isPlace?: true;
  readonly isButton?: true;
}

const button = () => Type.Object({ label: text(), value: maybe(text()), url: maybe(text()) });

const FIELDS: readonly Field[] = [
  { name: "message", schema: text(), of: ["send", "edit"] },
  { name: "media", schema: list(text(), "paths, URLs"), of: ["send"] },
  { name: "buttons", schema: list(list(button())), of: ["send"], isButton: true },
  { name: "replyTo", schema: text('id or "current"'), of: ["send", "poll", "sticker"] },
  { name: "asVoice", schema: flag(), of: ["send"] },
  { name: "silent", schema: flag(), of: ["send", "poll"] },
  { name: "question", schema: text(), of: ["poll"] },
  { name: "options", schema: list(text()), of: ["poll"] },
  { name: "multiple", schema: flag(), of: ["poll"] },
  { name: "messageId", schema: text(), of: ["react", "edit", "delete", "pin", "unpin"] },
  { name: "emoji", schema: text(), of: ["react"] },
  { name: "limit", schema: number(), of: ["read"] },
  { name: "fileId", schema: text(), of: ["sticker"] },
  { name: "name", schema: text(), of: ["topic-create", "topic-edit"] },
  { name: "closed", schema: flag(), of: ["topic-edit"] },
  { name: "channel", schema: text(), isPlace: true },
  { name: "target", schema: text("chat id"), isPlace: true },
  { name: "accountId", schema: text(), isPlace: true },
  { name: "threadId", schema: text(), isPlace: true },
  { name: "dryRun", schema: flag(), isPlace: true },
];

/** The parameters of the tool under an offer. */
export function messageParameters({ actions, buttons }: ChatOffer, isOwner: boolean) {
  const fields = FIELDS.filter(
    ({ of, isPlace, isButton }) =>
      (of?.some((action) => actions.includes(action)) ?? true) &&
      (isPlace !== true || isOwner) &&
      (isButton !== true || buttons),
  );
  return parameters({
    action: word(actions),
    ...Object.fromEntries(fields.map(({ name, schema }) => [name, maybe(schema)])),
  });
}
