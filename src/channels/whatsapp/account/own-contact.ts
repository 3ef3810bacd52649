import { isRecord } from "../../../lib/records.ts";

/** Who an account is, as the phone wrote it into the credentials when it linked them. */
export interface OwnContact {
  /** Number and device, such as `4366412345:12@s.whatsapp.net`. */
  readonly id: string;
  /** The id without a number. */
  readonly lid?: string;
  readonly name?: string;
}

/** What stands for a name that is not known yet. */
const NAMELESS = "~";

/** Whom credentials belong to; undefined for those that were never linked, or cannot be read. */
export function ownContact(creds: string | undefined): OwnContact | undefined {
  const me = creds === undefined ? undefined : meIn(creds);
  if (!isRecord(me) || typeof me["id"] !== "string" || me["id"] === "") return undefined;
  const { id, lid, name } = me;
  return {
    id,
    ...(typeof lid === "string" && { lid }),
    ...(typeof name === "string" && name !== "" && name !== NAMELESS && { name }),
  };
}

function meIn(creds: string): unknown {
  try {
    const value: unknown = JSON.parse(creds);
    return isRecord(value) ? value["me"] : undefined;
  } catch {
    return undefined;
  }
}
