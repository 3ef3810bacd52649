import { DEFAULT_ACCOUNT, type OpenClawConfig } from "../../../config/index.ts";
import type { ChannelAccount } from "../../channel.ts";
import { inherited, sectionOf, type WhatsappSection } from "./settings.ts";

/**
 * The accounts `channels.whatsapp` describes, the default one first: those it names, or the section itself as `default`. What
 * an account says goes before what `accounts.default` says, and that before the section. Whether one is linked stands in the store.
 */
export function whatsappAccounts(config: OpenClawConfig): readonly ChannelAccount[] {
  const section = config.channels?.whatsapp;
  if (section === undefined) return [];
  const named = Object.keys(section.accounts ?? {});
  const ids = named.length > 0 ? named : [DEFAULT_ACCOUNT];
  const first = [section.defaultAccount, DEFAULT_ACCOUNT].find((id) => id !== undefined && ids.includes(id));
  return ids
    .toSorted((a, b) => Number(b === (first ?? ids[0])) - Number(a === (first ?? ids[0])))
    .map((id) => accountOf(id, section));
}

function accountOf(id: string, whole: WhatsappSection): ChannelAccount {
  const { accounts = {}, defaultAccount: _default, name: channelName, ...section } = whole;
  const own = accounts[id] ?? {};
  const { name: _name, authDir: _dir, ...shared } = accounts[DEFAULT_ACCOUNT] ?? {};
  const settings = sectionOf(withoutAuthDir(inherited(inherited(section, shared), own)));
  const name = (own.name ?? (id === DEFAULT_ACCOUNT ? channelName : undefined))?.trim() ?? "";
  const authDir = own.authDir?.trim() ?? "";
  return {
    channel: "whatsapp",
    id,
    ...(name !== "" && { name }),
    enabled: whole.enabled !== false && own.enabled !== false,
    configured: true,
    tokenSource: "link",
    settings: { ...settings, ...(name !== "" && { name }), ...(authDir !== "" && { authDir }) },
    // Everything else is read when it is needed.
    fingerprint: authDir,
  };
}

/** The section itself has no such key. */
function withoutAuthDir(settings: Readonly<Record<string, unknown>>): object {
  const { authDir: _dir, ...rest } = settings;
  return rest;
}
