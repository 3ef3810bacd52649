import type { OpenClawConfig } from "../../config/index.ts";
import type { Sender } from "../sender.ts";
import type { CommandAudience } from "./chat-command.ts";

type CommandsConfig = NonNullable<OpenClawConfig["commands"]>;

/** Why a sender may not use a command. */
export type Refusal = "unauthorized" | "owner" | "admin";

/** Channels with a command menu of their own: typed commands can be switched off there. */
const NATIVE_CHANNELS: ReadonlySet<string> = new Set(["telegram", "discord", "slack"]);

/** What a command asks of who gives it. */
export interface CommandRule {
  readonly audience: CommandAudience;
  readonly admin?: boolean;
}

/** True when typed commands are understood on this channel. */
export function understandsText(commands: CommandsConfig | undefined, channel: string): boolean {
  return commands?.text !== false || !NATIVE_CHANNELS.has(channel);
}

/** Undefined when the sender may. */
export function refusalOf(
  commands: CommandsConfig | undefined,
  sender: Sender,
  rule: CommandRule,
): Refusal | undefined {
  if (!mayCommand(commands, sender)) return "unauthorized";
  if (rule.admin === true && sender.client !== undefined && !sender.isAdmin) return "admin";
  return rule.audience === "owner" && !isOwner(commands, sender) ? "owner" : undefined;
}

/**
 * `commands.allowFrom` decides alone where it has a list for the channel, or one for all; an administrator of the gateway
 * could change that list and is not bound by it. Elsewhere the channel has decided.
 */
export function mayCommand(commands: CommandsConfig | undefined, sender: Sender): boolean {
  if (isJudged(sender)) return sender.isAuthorized;
  const lists = commands?.allowFrom ?? {};
  const list = Object.hasOwn(lists, sender.channel) ? lists[sender.channel] : lists["*"];
  if (list === undefined) return sender.isAuthorized;
  if (sender.client !== undefined && sender.isAdmin) return true;
  return list.some((entry) => entry === "*" || names(entry, sender));
}

/** The channel says so, or `commands.ownerAllowFrom` names the sender. No wildcard makes an owner. */
export function isOwner(commands: CommandsConfig | undefined, sender: Sender): boolean {
  if (isJudged(sender)) return sender.isOwner;
  return sender.isOwner || (commands?.ownerAllowFrom ?? []).some((entry) => names(entry, sender));
}

/**
 * Came in through an account of a channel. Access control has read the lists for them already, and it knows more than an
 * id: a chat that posts in its own name must not be taken for a person.
 */
function isJudged({ accountId }: Sender): boolean {
  return accountId !== undefined;
}

/** True for `id`, `channel:id`, `channel:user:id` and `user:id`; ids only, because names can be chosen. */
function names(entry: string | number, { channel, id }: Sender): boolean {
  const text = String(entry).trim();
  const local = text.startsWith(`${channel}:`) ? text.slice(channel.length + 1) : text;
  return bare(local.startsWith("user:") ? local.slice("user:".length) : local) === bare(id);
}

/** Phone numbers are written with and without their plus. */
function bare(id: string): string {
  return id.startsWith("+") ? id.slice(1) : id;
}

/** What a refused sender is told; empty for nothing. */
export function refusalText(refusal: Refusal, name: string, sender: Sender): string {
  switch (refusal) {
    case "unauthorized":
      return sender.client === undefined ? "" : "You are not authorized to use commands here.";
    case "admin":
      return `/${name} needs operator.admin on this connection. Ask the administrator of the gateway.`;
    case "owner":
      return sender.client === undefined
        ? `/${name} is for the owner. If that is you, run on the gateway's machine: ` +
            `openclaw config set commands.ownerAllowFrom '["${sender.channel}:${sender.id}"]' --merge`
        : `/${name} is for the owner of this gateway.`;
  }
}
