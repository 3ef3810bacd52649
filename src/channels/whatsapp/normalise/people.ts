import type { Person } from "../../inbound-event.ts";

/** Who the account is there: its number and its id without one, digits only. */
export interface OwnIds {
  readonly number: string;
  readonly lid?: string;
  readonly name?: string;
}

/** The number behind an id without one, as the server told it; digits. */
export type NumberOfLid = (lid: string) => Promise<string | undefined>;

/** What stands before the `@`, without the device. */
export function userOf(jid: string): string {
  return (jid.split("@")[0] ?? "").split(":")[0]?.split("_")[0] ?? "";
}

/** An id without a number, which says nothing of who it is. */
export function isLid(jid: string): boolean {
  return /@(?:hosted\.)?lid$/.test(jid);
}

/** A number; businesses that are hosted elsewhere have it at another host. */
function isNumber(jid: string): boolean {
  return /@(?:s\.whatsapp\.net|hosted|c\.us)$/.test(jid);
}

/** A group, by its id. */
export function isGroup(jid: string): boolean {
  return jid.endsWith("@g.us");
}

/** Statuses, lists and newsletters: nobody there speaks to us. */
export function isIgnoredChat(jid: string): boolean {
  return jid.endsWith("@broadcast") || jid.endsWith("@newsletter") || jid.endsWith("@bot");
}

/** The account itself, by its number or by its id without one; whichever device. */
export function isOwn(jid: string | null | undefined, { number, lid }: OwnIds): boolean {
  if (jid === null || jid === undefined || jid === "") return false;
  const user = userOf(jid);
  return isLid(jid) ? user === lid : isNumber(jid) && user === number;
}

/**
 * A person's stable id: `+` and the number when the server says which it is, else the id without a number. What they call
 * themselves proves nothing.
 */
export async function idOf(
  jid: string,
  alt: string | undefined,
  own: OwnIds,
  numberOfLid: NumberOfLid,
): Promise<string> {
  if (isOwn(jid, own)) return `+${own.number}`;
  const told = [jid, alt].find((one) => one !== undefined && isNumber(one));
  if (told !== undefined) return `+${userOf(told)}`;
  const known = isLid(jid) ? await numberOfLid(userOf(jid)) : undefined;
  return known === undefined ? `${userOf(jid)}@lid` : `+${known}`;
}

/** A person as the rest of the program has them; `name` is what they call themselves, `~` when they do not. */
export function personOf(id: string, name: string | undefined, own: OwnIds): Person {
  const shown = name?.trim() ?? "";
  return {
    id,
    ...(shown !== "" && shown !== "~" && { name: shown }),
    isBot: false,
    ...(id === `+${own.number}` && { isSelf: true }),
  };
}
