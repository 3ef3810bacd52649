import { accountOption, displayPath } from "../../../config/index.ts";
import { realOf } from "../../../lib/files/index.ts";
import { runningGateway } from "../../../lib/locks/index.ts";
import { onState, type StoredIdentity, storedLinks } from "../../channels/link/stored-links.ts";
import { openConfig } from "../../config/open.ts";
import { findNeighbours } from "../../gateway/neighbours.ts";
import type { Session } from "../../session.ts";
import type { Check, Finding } from "../check.ts";

/** Accounts that are linked to a phone are linked, here and nowhere else. */
export const linkedAccountsCheck: Check = {
  id: "linked-accounts",
  title: "Linked accounts",
  reason:
    "An account that is not linked hears nobody, and a link that two gateways use is cut off on one of them.",
  async run(session) {
    const own = await linksOf(session);
    if (own === undefined) return { skipped: "the configuration cannot be used" };
    const { states } = await findNeighbours(session);
    const others = await Promise.all(states.map(({ stateDir }) => linksOf(onState(session, stateDir))));
    const { paths, clock } = session;
    // A running gateway says itself which of its accounts are not linked; the check of the channels asks it.
    const isRunning = runningGateway({ stateLockPath: paths.stateLockPath, clock }) !== undefined;
    return [
      ...twice(
        own.links,
        others.flatMap((one) => one?.links ?? []),
        session,
      ),
      ...(isRunning ? [] : own.open.flatMap((account) => unlinked(account, session))),
      ...own.open.flatMap((account) => takenOver(account, session)),
    ];
  },
};

/** A link, with the state folder that has it. */
interface PlacedLink extends Pick<StoredIdentity, "label" | "channel" | "accountId" | "self" | "device"> {
  readonly stateDir: string;
}

/** An account without a link. */
interface OpenAccount {
  readonly channel: string;
  readonly label: string;
  readonly accountId: string;
  /** Files of an earlier version that hold one, and the state folder that has taken it over, if any. */
  readonly files: { readonly folder: string; readonly owner?: string } | undefined;
}

interface Links {
  readonly links: readonly PlacedLink[];
  readonly open: readonly OpenAccount[];
}

/** What a state folder has of links: in its database, and in files that it would take over. */
async function linksOf(session: Session): Promise<Links | undefined> {
  const { stateDir, home, dbPath } = session.paths;
  const { config, variables, valid } = await openConfig(session).load();
  if (!valid) return undefined;
  const { describedChannels } = await import("../../../channels/index.ts");
  const stored = await storedLinks(dbPath);
  const links: PlacedLink[] = stored.map((link) => ({ ...link, stateDir }));
  const open: OpenAccount[] = [];
  for (const { channel, linking } of describedChannels()) {
    if (!linking) continue;
    const { id, label } = channel.meta;
    for (const account of channel.accounts(config, variables)) {
      const accountId = account.id;
      if (!account.enabled || stored.some((link) => link.channel === id && link.accountId === accountId))
        continue;
      const folder = "authDir" in account.settings ? account.settings.authDir : undefined;
      const authDir = typeof folder === "string" ? folder : undefined;
      const atRest = await linking.atRest();
      const files = await atRest.files({ accountId, authDir, stateDir, home });
      open.push({ channel: id, label, accountId, files });
      // An earlier version may use them still.
      if (files && files.owner === undefined) {
        const { self, device } = files.identity;
        links.push({ label, channel: id, accountId, self: self.id, device, stateDir });
      }
    }
  }
  return { links, open };
}

/** Links that another state folder of this home has, too. */
function twice(own: readonly PlacedLink[], others: readonly PlacedLink[], session: Session): Finding[] {
  return own.flatMap((link): Finding[] => {
    const other =
      others.find((one) => one.channel === link.channel && one.device === link.device) ??
      others.find((one) => one.channel === link.channel && one.self === link.self);
    if (!other) return [];
    const where = `${shown(session, link.stateDir)} (account ${link.accountId}) and ${shown(session, other.stateDir)} (account ${other.accountId})`;
    const isOneDevice = other.device === link.device;
    return [
      {
        severity: "warning",
        message: isOneDevice
          ? `${where} have the same link to ${link.label} ${link.self}: whichever connects last cuts the other one off.`
          : `${where} are both linked to ${link.label} ${link.self}, so that both answer whoever writes to it.`,
        target: `${link.channel} ${link.accountId}`,
        fixHint: isOneDevice
          ? `Keep it in one of them. In the other one link a number of its own: ${login(link)} --force`
          : `Give each gateway a number of its own. Unlink one of them: openclaw channels logout --channel ${link.channel}${accountOption(link.accountId)}`,
      },
    ];
  });
}

function unlinked(account: OpenAccount, session: Session): Finding[] {
  const { label, accountId, channel, files } = account;
  const target = `${channel} ${accountId}`;
  if (files && files.owner === undefined) {
    return [
      {
        severity: "info",
        message: `${label} account ${accountId} is linked by files of an earlier version. The gateway takes the link over when it starts.`,
        path: files.folder,
        target,
        fixHint: "End the earlier version first, then run: openclaw gateway start",
      },
    ];
  }
  if (files?.owner !== undefined && files.owner !== realOf(session.paths.stateDir)) return [];
  return [
    {
      severity: "warning",
      message: `${label} account ${accountId} is not linked, so it hears nobody.`,
      target,
      fixHint: `With the gateway running: ${login(account)}`,
    },
  ];
}

/** The files that an account names belong to another state folder. */
function takenOver(account: OpenAccount, session: Session): Finding[] {
  const { label, accountId, channel, files } = account;
  if (files?.owner === undefined || files.owner === realOf(session.paths.stateDir)) return [];
  return [
    {
      severity: "warning",
      message: `The link that ${label} account ${accountId} names belongs to ${shown(session, files.owner)}, so it is not used here.`,
      path: files.folder,
      target: `${channel} ${accountId}`,
      fixHint: `Link a number of its own: ${login(account)}`,
    },
  ];
}

function login(account: { readonly channel: string; readonly accountId: string }): string {
  return `openclaw channels login --channel ${account.channel}${accountOption(account.accountId)}`;
}

function shown({ paths }: Session, path: string): string {
  return displayPath(path, paths.home);
}
