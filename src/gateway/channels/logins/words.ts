import type { Channel, ChannelSelf, LoginState } from "../../../channels/index.ts";
import { accountOption, DEFAULT_ACCOUNT } from "../../../config/index.ts";

/** Whose login it is. */
export interface Place {
  readonly channel: Pick<Channel, "meta">;
  readonly accountId: string;
}

/** What there is to tell of an account's login. */
export type Told =
  | LoginState
  /** There was nothing to do. */
  | { readonly kind: "linked already"; readonly self: ChannelSelf }
  /** There is no link and no login. */
  | { readonly kind: "none" };

/** Where a login stands, for people and for programs. */
export function describe({ channel: { meta }, accountId }: Place, told: Told, isOff = false) {
  const place = { channel: meta.id, accountId };
  const login = `openclaw channels login --channel ${meta.id}${accountOption(accountId)}`;
  switch (told.kind) {
    case "opening":
      return { ...place, message: `Waiting for a code from ${meta.label}.` };
    case "code":
      return {
        ...place,
        message: `Scan the code on the phone: ${meta.label}, Linked devices, Link a device.`,
      };
    case "finishing":
      return { ...place, message: `The code was scanned; ${meta.label} completes the link.` };
    case "none":
      return {
        ...place,
        connected: false,
        message: `${meta.label} account ${accountId} is not linked. Link it: ${login}`,
      };
    case "linked already":
      return {
        ...place,
        connected: true,
        outcome: "linked",
        self: selfOf(told.self),
        message: `${meta.label} account ${accountId} is linked already, as ${nameOf(told.self)}. Link it anew: ${login} --force`,
      };
    case "over": {
      const { outcome } = told;
      if (outcome.kind !== "linked") {
        return { ...place, connected: false, outcome: outcome.kind, message: outcome.message };
      }
      const off = isOff
        ? ` It is switched off in the configuration. Switch it on: openclaw config set channels.${meta.id}${accountId === DEFAULT_ACCOUNT ? "" : `.accounts.${accountId}`}.enabled true`
        : "";
      return {
        ...place,
        connected: true,
        outcome: outcome.kind,
        self: selfOf(outcome.self),
        message: `Linked ${meta.label} account ${accountId} as ${nameOf(outcome.self)}.${off}`,
      };
    }
  }
}

function nameOf({ id, name }: ChannelSelf): string {
  return name === undefined ? id : `${id} (${name})`;
}

function selfOf({ id, name }: ChannelSelf) {
  return { id, ...(name !== undefined && { name }) };
}
