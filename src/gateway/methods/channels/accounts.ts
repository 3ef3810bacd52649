import {
  type AccountView,
  type Addressing,
  type ChannelAccounts,
  type ChannelStatus,
  type Directory,
} from "../../../channels/index.ts";
import { channels as specs, invalidRequest, type ProtocolError } from "../../../protocol/index.ts";
import { type BoundMethod, handle } from "../../method.ts";
import type { LoggedOut } from "./logout.ts";

export interface ChannelMethodDeps {
  readonly accounts: Pick<ChannelAccounts, "channel" | "view" | "startAccount" | "stopAccount">;
  readonly status: ChannelStatus;
  readonly addressing: Pick<Addressing, "channel">;
  readonly directory: Pick<Directory, "list">;
  /** Takes an account's credential away. @throws ProtocolError */
  readonly logout: (view: AccountView) => Promise<LoggedOut>;
}

/** The methods `channels.*` but for pairing. */
export function channelHandlers(deps: ChannelMethodDeps): BoundMethod[] {
  const { accounts, status, addressing, directory } = deps;
  return [
    handle(specs.channelsStatus, async ({ probe, timeoutMs, channel: named }) => {
      const channel = named?.trim().toLowerCase();
      if (channel !== undefined && !accounts.channel(channel)) throw unknownChannel(channel);
      return status.report({ probe, timeoutMs, channel });
    }),
    handle(specs.channelsStart, async (params) => {
      const { channel, accountId } = known(deps, params);
      const view = await accounts.startAccount(channel, accountId);
      if (!view) throw unknownAccount(channel, accountId);
      const issues = status.connectionIssues(view);
      return {
        channel,
        accountId,
        started: view.connection !== undefined,
        outcome: outcomeOf(view),
        ...(issues.length > 0 && { statusIssues: issues }),
      };
    }),
    handle(specs.channelsStop, async (params) => {
      const { channel, accountId } = known(deps, params);
      const view = await accounts.stopAccount(channel, accountId);
      return { channel, accountId, stopped: view?.connection === undefined };
    }),
    handle(specs.channelsLogout, async (params) => {
      const { channel, accountId, view } = known(deps, params);
      return { channel, accountId, ...(await deps.logout(view)) };
    }),
    handle(specs.channelsDirectory, async ({ channel: named, accountId, ...question }) => {
      const { id } = addressing.channel(named, undefined).meta;
      const found = known(deps, { channel: id, accountId });
      const entries = await directory.list(found.view, question);
      return { channel: id, accountId: found.accountId, entries: [...entries] };
    }),
  ];
}

/** The account a request names, the channel's default one unless told. @throws ProtocolError */
function known(
  { accounts }: ChannelMethodDeps,
  params: { readonly channel: string; readonly accountId?: string | undefined },
): { readonly channel: string; readonly accountId: string; readonly view: AccountView } {
  const channel = params.channel.trim().toLowerCase();
  if (!accounts.channel(channel)) throw unknownChannel(params.channel);
  const named = params.accountId?.trim();
  const view = accounts.view(channel, named === "" ? undefined : named);
  if (!view) throw unknownAccount(channel, named);
  return { channel, accountId: view.account.id, view };
}

function outcomeOf({ account, connection, facts }: AccountView): { status: string; reason?: string } {
  if (connection) return { status: "handed-off" };
  if (facts.setback?.isRetried === true) return { status: "retry", reason: facts.setback.error };
  const reason =
    facts.setback?.error ?? account.problem ?? (account.enabled ? "channels are not started" : "disabled");
  return { status: "skipped", reason };
}

function unknownChannel(channel: string): ProtocolError {
  return invalidRequest(`unknown channel: ${channel}`);
}

function unknownAccount(channel: string, accountId: string | undefined): ProtocolError {
  return invalidRequest(
    accountId === undefined || accountId === ""
      ? `${channel} has no account. Run openclaw channels add --channel ${channel}.`
      : `${channel} has no account "${accountId}". openclaw channels list shows those there are.`,
  );
}
