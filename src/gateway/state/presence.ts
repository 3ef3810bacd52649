import type { Clock, Timer } from "../../lib/clock.ts";
import { isTrackedInPresence, type PresenceEntry } from "../../protocol/index.ts";
import { MAX_PRESENCE_ROWS, PRESENCE_COALESCE_MS, PRESENCE_TTL_MS } from "../limits.ts";
import type { Client } from "../method.ts";
import type { Beacon } from "./beacon.ts";

interface Row {
  entry: PresenceEntry;
  /** Live connections behind this row; empty for beacons and for rows that wait for their TTL. */
  readonly connections: Set<string>;
}

export interface PresenceDeps {
  readonly clock: Clock;
  /** This gateway's own row, without `ts`. */
  readonly self: Omit<PresenceEntry, "ts">;
  /** Called with the whole list after it changed; calls are at least {@link PRESENCE_COALESCE_MS} apart. */
  readonly changed: (presence: PresenceEntry[], version: number) => void;
}

/**
 * Who is here. Rows are merged by instance id, else by device and client, so that a reconnecting client stays one row;
 * a row whose last connection closed stays for five minutes with reason `disconnect`.
 */
export class Presence {
  private readonly rows = new Map<string, Row>();
  private readonly onlineSince: number;
  private currentVersion = 1;
  private announcing: Timer | undefined;
  private lastAnnouncedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: PresenceDeps) {
    this.onlineSince = deps.clock.now();
  }

  /** Counts every change; carried in `stateVersion.presence`. */
  get version(): number {
    return this.currentVersion;
  }

  stop(): void {
    this.announcing?.cancel();
  }

  connected(client: Client): void {
    if (!isTrackedInPresence(client.client)) return;
    const key = rowKey(client);
    const previous = this.rows.get(key);
    const now = this.deps.clock.now();
    const connections = new Set(previous?.connections).add(client.connId);
    const since = previous && previous.connections.size > 0 ? previous.entry.onlineSince : now;
    this.rows.set(key, {
      connections,
      entry: {
        ...previous?.entry,
        ...describe(client),
        onlineSince: since ?? now,
        reason: "connect",
        ts: now,
      },
    });
    this.touch();
  }

  disconnected(client: Client): void {
    const row = this.rows.get(rowKey(client));
    if (!row?.connections.delete(client.connId)) return;
    if (row.connections.size > 0) return;
    const { onlineSince: _ended, ...rest } = row.entry;
    row.entry = { ...rest, reason: "disconnect", ts: this.deps.clock.now() };
    this.touch();
  }

  /** Adds to the row of the program that reports itself, or makes one; returns the row before and after. */
  beacon({ clearsLastInput, ...said }: Beacon): { before: PresenceEntry | undefined; after: PresenceEntry } {
    const key = this.keyOf(said);
    const previous = this.rows.get(key);
    const before = previous?.entry;
    const after: PresenceEntry = { ...before, ...said, ts: this.deps.clock.now() };
    if (clearsLastInput) delete after.lastInputSeconds;
    this.rows.set(key, { connections: previous?.connections ?? new Set(), entry: after });
    this.touch();
    return { before, after };
  }

  /** A connected program that also reports itself stays one row. */
  private keyOf({ instanceId, deviceId, host, text }: Beacon): string {
    if (instanceId !== undefined) return instanceKey(instanceId);
    if (deviceId === undefined) return `beacon:${host ?? text}`;
    for (const [key, { entry }] of this.rows) if (entry.deviceId === deviceId) return key;
    return `beacon:${deviceId}`;
  }

  /** The whole list, newest first, this gateway's row always in it with a fresh `ts`. */
  list(): PresenceEntry[] {
    this.expire();
    const now = this.deps.clock.now();
    const entries = [...this.rows.values()].map((row) => row.entry).sort((a, b) => b.ts - a.ts);
    return [{ ...this.deps.self, onlineSince: this.onlineSince, ts: now }, ...entries].slice(
      0,
      MAX_PRESENCE_ROWS,
    );
  }

  private expire(): void {
    const oldest = this.deps.clock.now() - PRESENCE_TTL_MS;
    for (const [key, row] of this.rows) {
      if (row.connections.size === 0 && row.entry.ts < oldest) this.rows.delete(key);
    }
    this.dropOverflow();
  }

  /** Rows without a connection go first; live ones are bounded by the number of sockets. */
  private dropOverflow(): void {
    if (this.rows.size < MAX_PRESENCE_ROWS) return;
    for (const [key, row] of this.rows) {
      if (this.rows.size < MAX_PRESENCE_ROWS) return;
      if (row.connections.size === 0) this.rows.delete(key);
    }
  }

  private touch(): void {
    this.currentVersion += 1;
    this.expire();
    if (this.announcing) return;
    const { clock } = this.deps;
    const wait = this.lastAnnouncedAt + PRESENCE_COALESCE_MS - clock.monotonic();
    if (wait <= 0) this.announce();
    else this.announcing = clock.after(wait, () => this.announce());
  }

  private announce(): void {
    this.announcing = undefined;
    this.lastAnnouncedAt = this.deps.clock.monotonic();
    this.deps.changed(this.list(), this.currentVersion);
  }
}

function instanceKey(instanceId: string): string {
  return `instance:${instanceId}`;
}

function rowKey(client: Client): string {
  if (client.role === "node" && client.deviceId !== undefined) return `node:${client.deviceId}`;
  if (client.client.instanceId !== undefined) return instanceKey(client.client.instanceId);
  if (client.deviceId !== undefined) return `device:${client.deviceId}:${client.client.id}`;
  return `conn:${client.connId}`;
}

function describe(client: Client): Omit<PresenceEntry, "ts"> {
  const { id, displayName, version, platform, deviceFamily, modelIdentifier, timeZone, mode, instanceId } =
    client.client;
  const host = displayName ?? id;
  return {
    host,
    clientId: id,
    version,
    platform,
    mode,
    text: `Node: ${host}${client.remoteIp ? ` (${client.remoteIp})` : ""} · app ${version} · mode ${mode}`,
    roles: [client.role],
    scopes: [...client.scopes],
    ...(client.remoteIp !== undefined && { ip: client.remoteIp }),
    ...(deviceFamily !== undefined && { deviceFamily }),
    ...(modelIdentifier !== undefined && { modelIdentifier }),
    ...(timeZone !== undefined && { timeZone }),
    ...(instanceId !== undefined && { instanceId }),
    ...(client.deviceId !== undefined && { deviceId: client.deviceId }),
  };
}
