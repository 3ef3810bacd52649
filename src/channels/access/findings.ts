import type { OpenClawConfig } from "../../config/index.ts";
import type { Channel, ChannelAccount } from "../channel.ts";
import type { ConfigFinding } from "../config-finding.ts";
import { patternProblem } from "./mentions.ts";
import { accessGroupOf, localEntry } from "./sender-list.ts";
import { type AccessSettings, accessSettings, type ChatSettings, type Entries, own } from "./settings.ts";

type DescribedChannel = Pick<Channel, "meta" | "senderId">;

/** What of an account's lists and policies does not do what it says. */
export function accountFindings(
  account: ChannelAccount,
  channel: DescribedChannel,
  config: OpenClawConfig,
): ConfigFinding[] {
  const settings = accessSettings(account.settings);
  const path = (key: string) => `${sectionOf(account, config, key)}.${key}`;
  const lists: (readonly [string, Entries | undefined])[] = [
    [path("allowFrom"), settings.allowFrom],
    [path("groupAllowFrom"), settings.groupAllowFrom],
    ...chatLists(path("groups"), settings.groups),
    ...chatLists(path("direct"), settings.direct),
  ];
  return [
    ...lists.flatMap(([at, entries]) => entryFindings(at, entries ?? [], [channel], config)),
    ...policyFindings(settings, path),
    ...openGroups(settings, path, config),
  ];
}

/** What of the lists that hold for all channels does not: owners, commands, access groups, mention patterns. */
export function commonFindings(
  channels: readonly DescribedChannel[],
  config: OpenClawConfig,
): ConfigFinding[] {
  const { ownerAllowFrom = [], allowFrom = {} } = config.commands;
  const of = (id: string) => channels.filter(({ meta }) => id === "*" || meta.id === id);
  return [
    ...ownerAllowFrom.filter((entry) => isWildcard(entry)).map(wildcardOwner),
    ...entryFindings(
      "commands.ownerAllowFrom",
      ownerAllowFrom.filter((entry) => !isWildcard(entry)),
      channels,
      config,
    ),
    ...Object.entries(allowFrom).flatMap(([id, entries]) =>
      entryFindings(`commands.allowFrom.${id}`, entries, of(id), config),
    ),
    ...Object.entries(config.accessGroups ?? {}).flatMap(([name, { members }]) =>
      Object.entries(members).flatMap(([id, entries]) =>
        memberFindings(`accessGroups.${name}.members.${id}`, entries, of(id), config),
      ),
    ),
    ...patternFindings(config),
  ];
}

function entryFindings(
  path: string,
  entries: Entries,
  channels: readonly DescribedChannel[],
  config: OpenClawConfig,
): ConfigFinding[] {
  // Nobody is here to read the entries of a channel that this program does not have.
  if (channels.length === 0) return [];
  return entries.flatMap((entry) => {
    const text = String(entry).trim();
    const group = accessGroupOf(text);
    if (group !== undefined) return groupFinding(path, group, config);
    if (text === "*" || channels.some((channel) => names(channel, text))) return [];
    return [unreadable(path, text, channels)];
  });
}

function names({ meta, senderId }: DescribedChannel, text: string): boolean {
  return senderId(localEntry(text, meta.id)) !== undefined;
}

function unreadable(path: string, text: string, channels: readonly DescribedChannel[]): ConfigFinding {
  if (/^-\d+$/.test(text)) {
    return {
      path,
      message: `${text} is the id of a group, not of a person; it lets nobody in.`,
      fix: "Groups that are heard stand under groups, next to this list; put the ids of people here.",
    };
  }
  const [only, ...others] = channels;
  const what = only !== undefined && others.length === 0 ? only.meta.idLabel : "stable id";
  return {
    path,
    message: `${JSON.stringify(text)} is no ${what}; names can be taken by others, so it lets nobody in.`,
    fix: `Put the ${what} in its place: whoever writes to the account without being let in is told theirs.`,
  };
}

function memberFindings(
  path: string,
  entries: Entries,
  channels: readonly DescribedChannel[],
  config: OpenClawConfig,
): ConfigFinding[] {
  const isPerson = (entry: string | number) =>
    !isWildcard(entry) && accessGroupOf(String(entry)) === undefined;
  return [
    ...entries
      .filter((entry) => !isPerson(entry))
      .map((entry) => ({
        path,
        message: `An access group holds people; ${JSON.stringify(String(entry))} in it lets nobody in.`,
        fix: "Write it into the list of the channel itself.",
      })),
    ...entryFindings(path, entries.filter(isPerson), channels, config),
  ];
}

function groupFinding(path: string, name: string, config: OpenClawConfig): ConfigFinding[] {
  const group = own(config.accessGroups, name);
  if (group?.type === "message.senders") return [];
  return [
    group === undefined
      ? {
          path,
          message: `There is no access group ${JSON.stringify(name)}; the entry lets nobody in.`,
          fix: `Define accessGroups.${name}, or remove the entry.`,
        }
      : {
          path,
          message: `The access group ${JSON.stringify(name)} is of the kind ${group.type}, which this version does not have; the entry lets nobody in.`,
          fix: "List the people instead: type message.senders with members.",
        },
  ];
}

function policyFindings(settings: AccessSettings, path: (key: string) => string): ConfigFinding[] {
  const findings: ConfigFinding[] = [];
  const allowFrom = (settings.allowFrom ?? []).map((entry) => String(entry).trim());
  if (settings.dmPolicy === "allowlist" && allowFrom.length === 0) {
    findings.push({
      path: path("dmPolicy"),
      message: "dmPolicy is allowlist, but allowFrom is empty: nobody can write directly.",
      fix: `openclaw config set ${path("allowFrom")} '["<id>"]'`,
    });
  }
  if (settings.dmPolicy === "open" && !allowFrom.includes("*")) {
    const who = allowFrom.length === 0 ? "nobody can write directly" : "only those it names can";
    findings.push({
      path: path("dmPolicy"),
      message: `dmPolicy is open, but allowFrom does not contain "*": ${who}.`,
      fix: `openclaw config set ${path("dmPolicy")} allowlist, or add "*" to ${path("allowFrom")}`,
    });
  }
  if (settings.dmPolicy !== "disabled" && allowFrom.includes("*")) {
    // Under any other policy the wildcard stands for everybody all the same.
    const isOpen = settings.dmPolicy === "open";
    findings.push({
      path: path(isOpen ? "dmPolicy" : "allowFrom"),
      message: "Anyone who finds this account can write to the agent directly.",
      fix: isOpen
        ? `If that is not meant: openclaw config set ${path("dmPolicy")} pairing`
        : `If that is not meant, take "*" out of ${path("allowFrom")}`,
    });
  }
  return findings;
}

/** Groups nobody has listed: whoever adds the account to one of theirs is heard there. */
function openGroups(
  { groupPolicy, groups = {} }: AccessSettings,
  path: (key: string) => string,
  { channels }: OpenClawConfig,
): ConfigFinding[] {
  const policy = groupPolicy ?? channels?.defaults?.groupPolicy;
  const isAny = Object.keys(groups).length === 0 || Object.hasOwn(groups, "*");
  if (policy !== "open" || !isAny) return [];
  return [
    {
      path: path("groupPolicy"),
      message: "Anyone can add this account to a group and speak to the agent there.",
      fix: `If that is not meant: openclaw config set ${path("groupPolicy")} allowlist, and list the groups under ${path("groups")}`,
    },
  ];
}

function patternFindings({ agents, messages }: OpenClawConfig): ConfigFinding[] {
  const lists: (readonly [string, readonly string[] | undefined])[] = [
    ["messages", messages?.groupChat?.mentionPatterns],
    ...Object.entries(agents.entries).map(
      ([id, { groupChat }]) => [`agents.entries.${id}`, groupChat?.mentionPatterns] as const,
    ),
  ];
  return lists.flatMap(([at, patterns]) =>
    (patterns ?? []).flatMap((pattern) => {
      const problem = patternProblem(pattern);
      if (problem === undefined) return [];
      return [
        {
          path: `${at}.groupChat.mentionPatterns`,
          message: `The pattern ${JSON.stringify(pattern)} is ignored: ${problem}.`,
          fix: "Write it without that; letters match in either case.",
        },
      ];
    }),
  );
}

function chatLists(
  at: string,
  chats: Readonly<Record<string, ChatSettings>> | undefined,
): (readonly [string, Entries | undefined])[] {
  return Object.entries(chats ?? {}).flatMap(([id, { allowFrom, topics }]) => [
    [`${at}.${id}.allowFrom`, allowFrom] as const,
    ...Object.entries(topics ?? {}).map(
      ([topic, settings]) => [`${at}.${id}.topics.${topic}.allowFrom`, settings.allowFrom] as const,
    ),
  ]);
}

/** Where a key that holds for an account is written: in the account itself, or in its channel. */
function sectionOf(account: ChannelAccount, { channels }: OpenClawConfig, key: string): string {
  const root = `channels.${account.channel}`;
  const sections: Readonly<
    Record<string, { readonly accounts?: Readonly<Record<string, object>> } | undefined>
  > = {
    telegram: channels?.telegram,
    whatsapp: channels?.whatsapp,
  };
  const section = own(own(sections, account.channel)?.accounts, account.id);
  return section !== undefined && Object.hasOwn(section, key) ? `${root}.accounts.${account.id}` : root;
}

function isWildcard(entry: string | number): boolean {
  const text = String(entry).trim();
  return text === "*" || text.endsWith(":*");
}

function wildcardOwner(entry: string | number): ConfigFinding {
  return {
    path: "commands.ownerAllowFrom",
    message: `${JSON.stringify(String(entry))} makes nobody an owner: owners are named one by one.`,
    fix: `openclaw config set commands.ownerAllowFrom '["telegram:<your id>"]'`,
  };
}
