import { editMethods } from "./edit.ts";
import { factMethods } from "./facts.ts";
import { forumMethods } from "./forum.ts";
import { markMethods } from "./marks.ts";
import type { Method } from "./method.ts";
import { pollMethods } from "./polls.ts";
import { sendMethods } from "./send.ts";
import { updateMethods } from "./updates.ts";

export { type MediaDetails, type MediaKind, mediaFields, storeMedia } from "./media.ts";
export type { Method, MethodContext } from "./method.ts";

const ALL: Readonly<Record<string, Method>> = {
  ...factMethods,
  ...updateMethods,
  ...sendMethods,
  ...editMethods,
  ...markMethods,
  ...pollMethods,
  ...forumMethods,
};

const BY_LOWER_NAME = new Map(Object.entries(ALL).map(([name, method]) => [name.toLowerCase(), method]));

/** A method by its name, which may be spelled in any case; undefined for what Telegram, or this fake, has not. */
export function methodNamed(name: string): Method | undefined {
  return BY_LOWER_NAME.get(name.toLowerCase());
}
