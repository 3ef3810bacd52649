import type * as Baileys from "@whiskeysockets/baileys";

export type BaileysLibrary = typeof Baileys;

/** Loads what speaks WhatsApp's protocol: some 40 MB of memory, so nobody loads it before an account connects. */
export async function loadBaileys(): Promise<BaileysLibrary> {
  return await import("@whiskeysockets/baileys");
}
