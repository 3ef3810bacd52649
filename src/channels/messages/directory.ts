import { recordOf } from "../../lib/records.ts";
import { invalidRequest, unavailable } from "../../protocol/index.ts";
import type { ChannelPairingRepository, SessionRepository } from "../../store/index.ts";
import type { AccountView } from "../accounts/index.ts";
import type { DirectoryEntry } from "../action.ts";
import type { Channel, ChannelAccount } from "../channel.ts";
import { DIRECTORY_LIMIT, DIRECTORY_LIMIT_MAX, DIRECTORY_SESSIONS } from "./limits.ts";
import { sendFailure } from "./outcomes.ts";

export interface DirectoryDeps {
  readonly sessions: Pick<SessionRepository, "list">;
  readonly pairing: Pick<ChannelPairingRepository, "allowed">;
}

export interface DirectoryQuestion {
  readonly kind: "self" | "peers" | "groups" | "members";
  /** Part of an id or a name. */
  readonly query?: string | undefined;
  readonly limit?: number | undefined;
  /** The group whose members are asked for. */
  readonly groupId?: string | undefined;
}

/**
 * Whom an account knows: those its settings name, those who were let in, and the chats there are conversations with.
 * Platforms tell bots no more.
 */
export class Directory {
  constructor(private readonly deps: DirectoryDeps) {}

  /** @throws ProtocolError for a group that is not named or cannot be asked about; StoreError */
  async list(view: AccountView, question: DirectoryQuestion): Promise<readonly DirectoryEntry[]> {
    const entries = await this.entries(view, question);
    const wanted = question.query?.toLowerCase();
    const found = wanted === undefined ? entries : entries.filter((entry) => matches(entry, wanted));
    return found.slice(0, Math.min(question.limit ?? DIRECTORY_LIMIT, DIRECTORY_LIMIT_MAX));
  }

  /** Those whose name or public name is exactly this, whatever its case. */
  async named(channel: Channel, account: ChannelAccount, name: string): Promise<readonly DirectoryEntry[]> {
    const wanted = plainName(name);
    return (await this.known(channel, account)).filter(
      (entry) => plainName(entry.name) === wanted || plainName(entry.handle) === wanted,
    );
  }

  private async entries(view: AccountView, question: DirectoryQuestion): Promise<readonly DirectoryEntry[]> {
    switch (question.kind) {
      case "self": {
        const self = view.connection?.status().self;
        if (!self) return [];
        const { id, name, username } = self;
        return [
          {
            kind: "self",
            id,
            ...(name !== undefined && { name }),
            ...(username !== undefined && { handle: username }),
          },
        ];
      }
      case "members":
        return members(view, question.groupId);
      case "peers":
      case "groups": {
        const isGroups = question.kind === "groups";
        return (await this.known(view.channel, view.account)).filter(
          ({ kind }) => (kind === "user") !== isGroups,
        );
      }
    }
  }

  private async known(channel: Channel, account: ChannelAccount): Promise<readonly DirectoryEntry[]> {
    const found = new Map<string, DirectoryEntry>();
    const add = (entry: DirectoryEntry) => {
      const key = `${entry.kind === "user" ? "user" : "group"}\0${entry.id}`;
      const before = found.get(key);
      found.set(key, before ? { ...entry, ...before } : entry);
    };
    for (const entry of await this.spokenWith(channel, account)) add(entry);
    for (const entry of configured(channel, account)) add(entry);
    for (const id of await this.deps.pairing.allowed(channel.meta.id, account.id)) add({ kind: "user", id });
    return [...found.values()];
  }

  /** Chats there are conversations with, the newest first. */
  private async spokenWith(channel: Channel, account: ChannelAccount): Promise<readonly DirectoryEntry[]> {
    const { rows } = await this.deps.sessions.list({ limit: DIRECTORY_SESSIONS });
    return rows.flatMap(({ entry }): DirectoryEntry[] => {
      const { lastRoute } = entry;
      if (lastRoute?.channel !== channel.meta.id || lastRoute.to === undefined) return [];
      if ((lastRoute.accountId ?? account.id) !== account.id) return [];
      const target = targetOf(channel, lastRoute.to);
      if (!target) return [];
      const kind = entry.chatType === "group" ? "group" : entry.chatType === "room" ? "channel" : "user";
      const opener = entry.createdBy?.id === target.chatId ? entry.createdBy.label : undefined;
      const name = entry.subject ?? entry.displayName ?? opener;
      return [{ kind, id: target.chatId, ...(name !== undefined && { name }) }];
    });
  }
}

function configured(channel: Channel, account: ChannelAccount): DirectoryEntry[] {
  const { settings } = account;
  const people = [
    ...(settings.allowFrom ?? []),
    ...(settings.groupAllowFrom ?? []),
    ...keysOf(settings.direct),
  ];
  const ids = new Set(people.flatMap((entry) => channel.senderId(String(entry)) ?? []));
  return [
    ...[...ids].map((id): DirectoryEntry => ({ kind: "user", id })),
    ...keysOf(settings.groups).map((id): DirectoryEntry => ({ kind: "group", id })),
  ];
}

function keysOf(map: unknown): string[] {
  return Object.keys(recordOf(map)).filter((key) => key !== "*");
}

/** Who administers a group: the members platforms tell bots of. */
async function members({ channel, account, connection }: AccountView, groupId: string | undefined) {
  if (groupId === undefined || groupId.trim() === "") throw invalidRequest("the id of the group is needed");
  const target = targetOf(channel, groupId);
  if (!target) throw invalidRequest(`"${groupId}" is no group of ${channel.meta.label}`);
  if (!connection)
    throw unavailable(`${channel.meta.label} account ${account.id} is not connected`, { retryable: true });
  try {
    return (await connection.act({ action: "chat-admins", target })).entries ?? [];
  } catch (error) {
    throw sendFailure(error);
  }
}

function targetOf(channel: Channel, text: string) {
  try {
    return channel.target(text);
  } catch {
    return undefined;
  }
}

function matches({ id, name, handle }: DirectoryEntry, wanted: string): boolean {
  return [id, name, handle].some((text) => text?.toLowerCase().includes(wanted) === true);
}

function plainName(name: string | undefined): string | undefined {
  return name?.trim().replace(/^[@#]/, "").toLowerCase();
}
