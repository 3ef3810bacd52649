import {
  type CommandOwner,
  MAX_PENDING_PER_ACCOUNT,
  type Pairing,
  PAIRING_TTL_MS,
  type PairingAccount,
  type PendingRequest,
} from "../../../channels/index.ts";
import type { Logger } from "../../../lib/logger.ts";
import { channelPairing as specs, invalidRequest, type ProtocolError } from "../../../protocol/index.ts";
import { type BoundMethod, handle } from "../../method.ts";

export interface ChannelPairingMethodDeps {
  readonly pairing: Pick<Pairing, "pending" | "approve" | "dismiss">;
  readonly owner: Pick<CommandOwner, "isConfigured">;
  /** Accounts strangers may ask at, as configured now. */
  readonly accounts: () => readonly PairingAccount[];
  /** Tells a person that they were let in; rejects when they cannot be told. */
  readonly notify: (channel: string, accountId: string, senderId: string) => Promise<void>;
  readonly log: Logger;
}

/** The `channels.pairing.*` methods. */
export function channelPairingHandlers(deps: ChannelPairingMethodDeps): BoundMethod[] {
  const { pairing, owner } = deps;
  return [
    handle(specs.list, async (params) => {
      const accounts = accountsFor(deps.accounts(), params);
      const pending = await pairing.pending();
      return {
        accounts: accounts.map((account) => ({ ...accountView(account), notifySupported: true })),
        requests: accounts.flatMap((account) =>
          pending.filter(isFor(account)).map((request) => requestView(account, request)),
        ),
        commandOwnerConfigured: owner.isConfigured,
        limits: { pendingPerAccount: MAX_PENDING_PER_ACCOUNT, ttlMs: PAIRING_TTL_MS },
      };
    }),
    handle(specs.approve, async ({ channel, accountId, requestId, notify, bootstrapCommandOwner }) => {
      const account = accountFor(deps, channel, accountId);
      const approved = await pairing.approve(
        { channel: account.meta.id, accountId: account.accountId, code: requestId },
        { claimOwner: bootstrapCommandOwner === true },
      );
      if (approved === undefined) throw gone();
      const { senderId } = approved.request;
      return {
        requestId,
        senderId,
        notification: notify === true ? await tell(deps, account, senderId) : ("not-requested" as const),
        commandOwnerBootstrap: approved.owner,
      };
    }),
    handle(specs.dismiss, async ({ channel, accountId, requestId }) => {
      const account = accountFor(deps, channel, accountId);
      const request = await pairing.dismiss({
        channel: account.meta.id,
        accountId: account.accountId,
        code: requestId,
      });
      if (request === undefined) throw gone();
      return { requestId, senderId: request.senderId };
    }),
  ];
}

/** The approval stands whether the person hears of it or not. */
async function tell(
  { notify, log }: ChannelPairingMethodDeps,
  { meta, accountId }: PairingAccount,
  senderId: string,
): Promise<"sent" | "failed"> {
  try {
    await notify(meta.id, accountId, senderId);
    return "sent";
  } catch (error) {
    log.warn("a person who was let in could not be told", { channel: meta.id, account: accountId, error });
    return "failed";
  }
}

function accountsFor(
  accounts: readonly PairingAccount[],
  { channel, accountId }: { readonly channel?: string; readonly accountId?: string },
): readonly PairingAccount[] {
  const ofChannel =
    channel === undefined ? accounts : accounts.filter(({ meta }) => meta.id === nameOf(channel));
  return accountId === undefined ? ofChannel : ofChannel.filter((one) => one.accountId === accountId.trim());
}

function accountFor(
  { accounts }: ChannelPairingMethodDeps,
  channel: string,
  accountId: string,
): PairingAccount {
  const [account] = accountsFor(accounts(), { channel, accountId });
  if (account !== undefined) return account;
  throw invalidRequest(`no account ${channel}:${accountId} lets people in by pairing`, {
    reason: "CHANNEL_PAIRING_NOT_USED",
  });
}

function gone(): ProtocolError {
  return invalidRequest("no such pairing request: it was decided, or has expired", {
    reason: "CHANNEL_PAIRING_NOT_FOUND",
  });
}

function nameOf(channel: string): string {
  return channel.trim().toLowerCase();
}

function isFor({ meta, accountId }: PairingAccount): (request: PendingRequest) => boolean {
  return (request) => request.channel === meta.id && request.accountId === accountId;
}

function accountView({ meta, accountId, name }: PairingAccount) {
  const label = name?.trim() ?? "";
  return {
    channel: meta.id,
    channelLabel: meta.label,
    accountId,
    ...(label !== "" && { accountLabel: label }),
  };
}

function requestView(account: PairingAccount, request: PendingRequest) {
  const { code, senderId, meta, createdAt, lastSeenAt, expiresAt } = request;
  return {
    requestId: code,
    ...accountView(account),
    senderId,
    senderLabel: account.meta.idLabel,
    ...(Object.keys(meta).length > 0 && { metadata: meta }),
    createdAt: new Date(createdAt).toISOString(),
    lastSeenAt: new Date(lastSeenAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    notifySupported: true,
  };
}
