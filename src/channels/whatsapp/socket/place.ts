import { readEnv } from "../../../config/index.ts";

/** Where WhatsApp Web is reached, and whose certificate is believed there. */
export interface WebPlace {
  /** `ws:` or `wss:`. */
  readonly url: string;
  /** Public key of the certificates' issuer; WhatsApp's own when absent. */
  readonly rootKey?: Uint8Array;
  /** Somewhere else than WhatsApp itself, named by the owner of this machine. */
  readonly isOther: boolean;
}

const WHATSAPP: WebPlace = { url: "wss://web.whatsapp.com/ws/chat", isOther: false };

/** WhatsApp itself, unless `OPENCLAW_WHATSAPP_WEB_URL` and `_ROOT_KEY` of the process name a mirror of it. */
export function webPlace(variables: Readonly<Record<string, string>>): WebPlace {
  const { url, rootKey } = readEnv(variables).whatsappWeb;
  if (url === undefined) return WHATSAPP;
  return { url, isOther: true, ...(rootKey !== undefined && { rootKey: Buffer.from(rootKey, "hex") }) };
}
