import { appState, blocklist, mediaHosts, mex, picture, privacy, props } from "./account.ts";
import type { Answerer } from "./ask.ts";
import { encrypt } from "./encrypt.ts";
import { groups } from "./groups.ts";
import { usync } from "./usync.ts";

export { type Answerer, type Ask, Refused } from "./ask.ts";

const nothing: Answerer = () => [];

/** Who answers questions, by namespace. */
export const ANSWERERS: Readonly<Record<string, Answerer>> = {
  encrypt,
  usync,
  "w:g2": groups,
  privacy,
  blocklist,
  abt: props,
  "w:profile:picture": picture,
  "w:sync:app:state": appState,
  "w:m": mediaHosts,
  "w:mex": mex,
  "w:p": nothing,
  "w:stats": nothing,
  "urn:xmpp:whatsapp:dirty": nothing,
  disappearing_mode: nothing,
  status: nothing,
};
