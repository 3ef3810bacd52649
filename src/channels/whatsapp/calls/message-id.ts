import { createHash } from "node:crypto";

/** What ids of messages begin with that WhatsApp Web makes. */
const PREFIX = "3EB0";

/**
 * The id of the message a call makes: the same for every attempt, so that a message that is sent again is the same message to
 * WhatsApp and to whoever gets it.
 */
export function messageIdOf(account: string, name: string): string {
  const digest = createHash("sha256").update(`${account}\n${name}`).digest("hex");
  return PREFIX + digest.slice(0, 18).toUpperCase();
}
