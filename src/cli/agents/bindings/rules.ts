import { valueAt, withoutValue, withValue } from "../../../config/index.ts";
import { isRecord, recordOf } from "../../../lib/records.ts";
import { accountId } from "../../channels/account-path.ts";
import { channelNamed } from "../../channels/known.ts";
import { CliError } from "../../errors.ts";

/** Every account of a channel. */
const ANY_ACCOUNT = "*";

/** What is bound: a channel's default account, one of its accounts, or all (`*`). */
export interface Place {
  readonly channel: string;
  readonly accountId: string | undefined;
}

type Rule = Readonly<Record<string, unknown>>;

/** Reads `telegram`, `telegram:work` and `telegram:*`. @throws CliError */
export async function placeOf(text: string): Promise<Place> {
  const [, channel = "", account] = /^([^:]*)(?::(.*))?$/s.exec(text.trim()) ?? [];
  if (channel === "" || account === "") {
    throw new CliError(`"${text}" names no account.`, {
      hint: "Write --bind telegram, --bind telegram:work or --bind 'telegram:*'.",
    });
  }
  const { meta } = await channelNamed(channel, undefined);
  return { channel: meta.id, accountId: account === ANY_ACCOUNT ? ANY_ACCOUNT : accountId(account) };
}

/** The rules of a configuration as they are written. */
export function rulesOf(config: unknown): readonly Rule[] {
  const rules = valueAt(config, ["bindings"]);
  return Array.isArray(rules) ? rules.filter(isRecord) : [];
}

/** The configuration with other rules; without any the key goes. */
export function withRules(config: unknown, rules: readonly Rule[]): unknown {
  if (rules.length > 0) return withValue(config, ["bindings"], rules);
  return withoutValue(config, ["bindings"]) ?? config;
}

/** The agent a rule is for. */
export function agentOf({ agentId }: Rule): string {
  return typeof agentId === "string" ? agentId.trim() : "";
}

/** What a rule binds; undefined for one that asks for more than an account. */
export function boundPlace({ type, match }: Rule): Place | undefined {
  if (type === "acp" || !isRecord(match) || typeof match.channel !== "string") return undefined;
  const { channel, accountId: account, ...more } = match;
  if (Object.values(more).some((value) => value !== undefined)) return undefined;
  const named = typeof account === "string" ? account.trim() : "";
  return { channel: channel.trim().toLowerCase(), accountId: named === "" ? undefined : named };
}

/** True for the same account. */
export function isSame(a: Place, b: Place): boolean {
  return a.channel === b.channel && a.accountId === b.accountId;
}

/** A place as scripts know it: `telegram accountId=work`. */
export function placeFact({ channel, accountId: account }: Place): string {
  return account === undefined ? channel : `${channel} accountId=${account}`;
}

/** A rule as scripts know it: `telegram accountId=work peer=group:-100123`. */
export function ruleFact({ match }: Rule): string {
  const { channel, accountId: account, peer, ...more } = recordOf(match);
  const parts = [typeof channel === "string" ? channel : "?"];
  if (typeof account === "string") parts.push(`accountId=${account}`);
  if (isRecord(peer)) parts.push(`peer=${String(peer.kind)}:${String(peer.id)}`);
  for (const [name, value] of Object.entries(more)) parts.push(`${name}=${JSON.stringify(value)}`);
  return parts.join(" ");
}
