import type { OpenClawConfig } from "../../config/index.ts";
import type { Person } from "../inbound-event.ts";
import { type Entries, own } from "./settings.ts";

const GROUP_PREFIX = "accessGroup:";

/** How entries of lists are read on one channel. */
export interface ListReader {
  readonly channel: string;
  /** The stable id an entry names; undefined for what can never be one. */
  readonly senderId: (entry: string) => string | undefined;
  readonly accessGroups: OpenClawConfig["accessGroups"];
}

/**
 * People as a list names them. Only stable ids count: a name may be taken by somebody else tomorrow, and a chat is
 * nobody. A list that names nobody that exists still is a list: it lets nobody in.
 */
export class SenderList {
  /** Nothing was written into it. */
  readonly isEmpty: boolean;
  /** It names everybody. */
  readonly isPublic: boolean;
  readonly #ids: ReadonlySet<string>;

  constructor(entries: Entries, reader: ListReader) {
    const texts = entries.map((entry) => String(entry).trim());
    // A blank entry is one too: what was left out by mistake must not open a group.
    this.isEmpty = texts.length === 0;
    this.isPublic = texts.includes("*");
    this.#ids = new Set(texts.flatMap((text) => idsOf(text, reader)));
  }

  /** Everybody where the list says so, else those it names. */
  admits(person: Person): boolean {
    return this.isPublic || this.names(person);
  }

  /** True for a person whose own id stands in the list; never for posts in the name of a chat. */
  names(person: Person): boolean {
    return person.isChat !== true && this.#ids.has(person.id);
  }
}

function idsOf(text: string, reader: ListReader): string[] {
  if (!text.startsWith(GROUP_PREFIX)) return idOf(text, reader);
  // What a group holds are people: neither everybody nor a further group.
  return membersOf(text, reader)
    .map((member) => String(member).trim())
    .filter((member) => !member.startsWith(GROUP_PREFIX))
    .flatMap((member) => idOf(member, reader));
}

function idOf(text: string, { channel, senderId }: ListReader): string[] {
  const own = localEntry(text, channel);
  const id = own === "*" ? undefined : senderId(own);
  return id === undefined ? [] : [id];
}

/** An entry without the name of its channel: `telegram:777`, `telegram:user:777`. */
export function localEntry(text: string, channel: string): string {
  const prefix = [`${channel}:user:`, `${channel}:`].find((start) => text.startsWith(start)) ?? "";
  return text.slice(prefix.length).trim();
}

function membersOf(text: string, { channel, accessGroups }: ListReader): Entries {
  const group = own(accessGroups, accessGroupOf(text) ?? "");
  if (group?.type !== "message.senders") return [];
  return [...(own(group.members, "*") ?? []), ...(own(group.members, channel) ?? [])];
}

/** The name of the access group an entry means; undefined for any other entry. */
export function accessGroupOf(entry: string): string | undefined {
  const text = entry.trim();
  return text.startsWith(GROUP_PREFIX) ? text.slice(GROUP_PREFIX.length).trim() : undefined;
}
