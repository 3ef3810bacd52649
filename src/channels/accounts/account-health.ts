import type { OpenClawConfig } from "../../config/index.ts";
import type { ChannelAccount, ConnectionStatus } from "../channel.ts";
import { CONNECT_GRACE_MS, SILENCE_MS } from "./limits.ts";

/** What a connection's health is judged by; times are epoch ms. */
export interface ObservedConnection {
  readonly status: ConnectionStatus;
  readonly startedAt: number;
}

/** Whether the monitor may restart this account: `healthMonitor.enabled`, its own before that of all channels. */
export function isMonitored(config: OpenClawConfig, account: ChannelAccount): boolean {
  return account.settings.healthMonitor?.enabled ?? config.channels?.defaults?.healthMonitor?.enabled ?? true;
}

/** Why a connection has to be built anew; undefined when it does not. What waits for a person is left alone. */
export function silenceOf({ status, startedAt }: ObservedConnection, now: number): string | undefined {
  if (status.lifecycle === "blocked") return undefined;
  const heardAt = Math.max(status.lastTransportActivityAt ?? 0, status.lastConnectedAt ?? 0);
  if (heardAt < startedAt && now - startedAt >= CONNECT_GRACE_MS && status.lifecycle === "starting") {
    return "no sign of life since the start";
  }
  // A listener that nobody calls is quiet, not dead; it says nothing of its transport.
  const isWatched = status.lifecycle !== "ready" || status.lastTransportActivityAt !== undefined;
  const quietMs = now - Math.max(heardAt, startedAt);
  return isWatched && quietMs >= SILENCE_MS
    ? `no sign of life for ${Math.round(quietMs / 60_000)} minutes`
    : undefined;
}
