import { isRecord } from "../../../lib/records.ts";
import type { ChannelCreds } from "../../../store/index.ts";
import { type OwnIds, userOf } from "../normalise/index.ts";

/** Who an account is linked to; undefined while it is not. */
export function linkedAs(creds: ChannelCreds | undefined): OwnIds | undefined {
  const stored: unknown = creds === undefined ? undefined : JSON.parse(creds.value);
  const me = isRecord(stored) ? stored["me"] : undefined;
  if (!isRecord(me) || typeof me["id"] !== "string") return undefined;
  const { id, lid, name } = me;
  return {
    number: userOf(id),
    ...(typeof lid === "string" && { lid: userOf(lid) }),
    ...(typeof name === "string" && name !== "~" && { name }),
  };
}
