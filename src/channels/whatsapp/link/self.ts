import type { ChannelSelf, LinkIdentity } from "../../linking.ts";

/** Whom credentials make us; undefined for those that were never paired, or cannot be read. */
export function identityOf(creds: string | undefined): LinkIdentity | undefined {
  if (creds === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(creds);
  } catch {
    return undefined;
  }
  const me = fieldOf(value, "me");
  const id = fieldOf(me, "id");
  const name = fieldOf(me, "name");
  if (typeof id !== "string" || id === "") return undefined;
  const self = { id: numberOf(id), ...(typeof name === "string" && name !== "" && { name }) };
  return { self, device: id };
}

/** Who that is to people. */
export function selfOf(creds: string | undefined): ChannelSelf | undefined {
  return identityOf(creds)?.self;
}

/** `4366412345:12@s.whatsapp.net` as people write it: `+4366412345`. What is no number stays as it is. */
export function numberOf(jid: string): string {
  const [, digits] = /^(\d+)(?:_\d+)?(?::\d+)?@s\.whatsapp\.net$/.exec(jid) ?? [];
  return digits === undefined ? jid : `+${digits}`;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
