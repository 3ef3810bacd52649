import type { OpenClawConfig } from "../../config/index.ts";
import type { Person } from "../inbound-event.ts";
import { type ListReader, SenderList } from "./sender-list.ts";
import { type Entries, own } from "./settings.ts";

type Commands = OpenClawConfig["commands"];

/** `commands.ownerAllowFrom` names them. No wildcard makes an owner, and only people own a gateway. */
export function isOwner(commands: Commands, person: Person, reader: ListReader): boolean {
  if (person.isBot) return false;
  return new SenderList(commands.ownerAllowFrom ?? [], reader).names(person);
}

/** The list that alone says who may use commands on a channel; undefined when the channel itself says it. */
export function commandList(commands: Commands, channel: string): Entries | undefined {
  return own(commands.allowFrom, channel) ?? own(commands.allowFrom, "*");
}
