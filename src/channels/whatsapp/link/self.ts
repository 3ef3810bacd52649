import type { ChannelSelf, LinkIdentity } from "../../linking.ts";
import { ownContact } from "../account/index.ts";

/** Whom credentials make us; undefined for those that were never paired, or cannot be read. */
export function identityOf(creds: string | undefined): LinkIdentity | undefined {
  const own = ownContact(creds);
  if (!own) return undefined;
  const { id, name } = own;
  return { self: { id: numberOf(id), ...(name !== undefined && { name }) }, device: id };
}

/** Who that is to people. */
export function selfOf(creds: string | undefined): ChannelSelf | undefined {
  return identityOf(creds)?.self;
}

/** `4366412345:12@s.whatsapp.net` as people write it: `+4366412345`. What is no number stays as it is. */
function numberOf(jid: string): string {
  const [, digits] = /^(\d+)(?:_\d+)?(?::\d+)?@s\.whatsapp\.net$/.exec(jid) ?? [];
  return digits === undefined ? jid : `+${digits}`;
}
