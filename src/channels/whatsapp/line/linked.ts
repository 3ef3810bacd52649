import type { ChannelCreds } from "../../../store/index.ts";
import { ownContact } from "../account/index.ts";
import { type OwnIds, userOf } from "../normalise/index.ts";

/** Who an account is linked to; undefined while it is not. */
export function linkedAs(creds: ChannelCreds | undefined): OwnIds | undefined {
  const own = ownContact(creds?.value);
  if (!own) return undefined;
  const { id, lid, name } = own;
  return {
    number: userOf(id),
    ...(lid !== undefined && { lid: userOf(lid) }),
    ...(name !== undefined && { name }),
  };
}
