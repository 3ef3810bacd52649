import type { Ids } from "../../lib/ids.ts";
import { PAIRING_CODE_CHARS } from "./limits.ts";

/** Without the letters and digits that are taken for each other. */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A code that nobody guesses: the alphabet has 32 letters, so every random byte gives one without bias. */
export function pairingCode(ids: Pick<Ids, "hex">): string {
  const bytes = Buffer.from(ids.hex(PAIRING_CODE_CHARS), "hex");
  return [...bytes].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
}

/** A code as a person typed it: in capitals, without what was copied along. */
export function readPairingCode(text: string): string {
  return text.trim().toUpperCase();
}
