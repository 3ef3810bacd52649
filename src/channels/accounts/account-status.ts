import type { ChannelAccountStatus } from "../../protocol/index.ts";
import type { ConnectionStatus } from "../channel.ts";
import type { AccountView } from "./channel-accounts.ts";
import type { KnownLink } from "./links.ts";
import type { QueueFacts } from "./queues.ts";

/** Where an account stands. `stopped`: nothing runs and nothing should. */
export type AccountLifecycle = NonNullable<ChannelAccountStatus["lifecycle"]>;

/** What the present connection says, or the last one at its end. */
export function observed({ connection, facts }: AccountView): ConnectionStatus | undefined {
  return connection?.status() ?? facts.setback?.status;
}

export function lifecycleOf(view: AccountView): AccountLifecycle {
  const { account, connection, facts } = view;
  if (connection) return connection.status().lifecycle;
  if (!account.enabled || facts.isHeld) return "stopped";
  if (!account.configured) return "blocked";
  if (facts.setback) return facts.setback.isRetried ? "recovering" : "blocked";
  return facts.isBusy ? "starting" : "stopped";
}

/** Who it is to its platform: as the connection says, else as its link says. */
function selfOf(status: ConnectionStatus | undefined, link: KnownLink | undefined) {
  const self = status?.self ?? (link?.linked === true ? link.self : undefined);
  return self && { self: { ...self } };
}

/** One row of `channelAccounts`: what was observed, never what was meant. */
export function accountStatus(view: AccountView, queue?: QueueFacts, link?: KnownLink): ChannelAccountStatus {
  const { account, connection, facts } = view;
  const status = observed(view);
  const lifecycle = lifecycleOf(view);
  const lastError =
    connection?.status().lastError ?? (connection ? undefined : (facts.lastError ?? account.problem));
  return {
    accountId: account.id,
    ...(account.name !== undefined && { name: account.name }),
    enabled: account.enabled,
    configured: account.configured,
    running: connection !== undefined,
    connected: connection?.status().connected ?? false,
    lifecycle,
    restartPending: facts.setback?.isRetried ?? (view.isRunning && !connection),
    reconnectAttempts: (connection?.status().reconnectAttempts ?? 0) + facts.restarts,
    lastConnectedAt: status?.lastConnectedAt ?? null,
    lastEventAt: status?.lastEventAt ?? null,
    lastTransportActivityAt: status?.lastTransportActivityAt ?? null,
    lastInboundAt: view.lastInboundAt ?? null,
    lastOutboundAt: view.lastOutboundAt ?? null,
    lastStartAt: facts.lastStartAt ?? null,
    lastStopAt: facts.lastStopAt ?? null,
    lastError: lastError ?? null,
    tokenSource: account.tokenSource,
    tokenStatus: account.tokenSource === "none" ? "missing" : "available",
    ...(status && { mode: status.mode }),
    ...(account.settings.dmPolicy !== undefined && { dmPolicy: account.settings.dmPolicy }),
    allowUnmentionedGroups: Object.values(account.settings.groups ?? {}).some(
      (group) => group.requireMention === false,
    ),
    ...(link && { linked: link.linked, authAgeMs: (link.linked ? link.authAgeMs : undefined) ?? null }),
    ...(status?.link && { healthState: status.link.health }),
    ...(status?.link?.lastDisconnect && { lastDisconnect: { ...status.link.lastDisconnect } }),
    ...selfOf(status, link),
    ...(queue && {
      queue: {
        waiting: queue.waiting,
        deadInbound: queue.deadInbound,
        queued: queue.queued,
        unknown: queue.unknown,
        dead: queue.dead,
      },
    }),
  };
}
