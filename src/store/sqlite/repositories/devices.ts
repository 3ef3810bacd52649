import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";
import type {
  ApprovedVia,
  CheckIn,
  DeviceRepository,
  DeviceRole,
  DeviceToken,
  DirectGrant,
  FiledRequest,
  PairedDevice,
  PairingAsk,
  PairingRequest,
  SetupCode,
  SetupCompletion,
  TokenIssuer,
} from "../../devices.ts";
import { act, look } from "../act.ts";
import {
  described,
  description,
  type DeviceRow,
  type RequestRow,
  type SetupRow,
  toCompletion,
  toDevice,
  toRequest,
  toSetupCode,
  type TokenRow,
  toToken,
} from "./device-rows.ts";
import {
  CLAIM_CODE,
  COMPLETE_CODE,
  DESCRIBE_REQUEST,
  PUT_DEVICE,
  PUT_REQUEST,
  PUT_TOKEN,
  REVOKE_TOKEN,
  TOKEN_OF,
} from "./device-statements.ts";
import { noteVisit, standingOf } from "./device-visits.ts";

/** Devices and pairing in SQLite. */
export class SqliteDeviceRepository implements DeviceRepository {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  async list(): Promise<{ pending: PairingRequest[]; paired: PairedDevice[] }> {
    return look(this.#db, () => {
      const tokens = this.#db
        .query<TokenRow, []>("SELECT * FROM device_tokens ORDER BY created_at, role")
        .all();
      const byDevice = Map.groupBy(tokens, (token) => token.device_id);
      const devices = this.#db.query<DeviceRow, []>("SELECT * FROM devices ORDER BY approved_at DESC").all();
      const requests = this.#db
        .query<RequestRow, [number]>(
          "SELECT * FROM device_requests WHERE expires_at > ? ORDER BY created_at DESC",
        )
        .all(this.#clock.now());
      return {
        pending: requests.map(toRequest),
        paired: devices.map((row) => toDevice(row, byDevice.get(row.device_id) ?? [])),
      };
    });
  }

  async find(deviceId: string): Promise<PairedDevice | undefined> {
    return look(this.#db, () => this.#device(deviceId));
  }

  async findRequest(requestId: string): Promise<PairingRequest | undefined> {
    return look(this.#db, () => this.#request(requestId));
  }

  async file(ask: PairingAsk): Promise<FiledRequest> {
    return act(this.#db, () => {
      const now = this.#clock.now();
      this.#db.query("DELETE FROM device_requests WHERE expires_at <= ?").run(now);
      const row = this.#db
        .query<RequestRow, [string]>("SELECT * FROM device_requests WHERE device_id = ?")
        .get(ask.deviceId);
      const pending = row === null ? undefined : toRequest(row);
      const isRepair = this.#device(ask.deviceId) !== undefined;
      if (pending && pending.publicKey === ask.publicKey && isWithin(ask, pending)) {
        this.#db.query(DESCRIBE_REQUEST).run(...described(ask), pending.requestId);
        return { request: this.#request(pending.requestId) ?? pending, created: false, superseded: [] };
      }
      const superseded = pending ? [pending] : [];
      if (pending) this.#dropRequest(pending.requestId);
      superseded.push(...this.#makeRoom(ask.maxPending));
      const request: PairingRequest = {
        requestId: ask.requestId,
        deviceId: ask.deviceId,
        publicKey: ask.publicKey,
        ...description(ask),
        role: ask.role,
        roles: union(pending?.roles ?? [], [ask.role]),
        scopes: union(pending?.scopes ?? [], ask.scopes),
        silent: false,
        isRepair,
        ts: now,
        expiresAtMs: now + ask.ttlMs,
      };
      this.#db
        .query(PUT_REQUEST)
        .run(
          request.requestId,
          request.deviceId,
          request.publicKey,
          ...described(request),
          request.role,
          JSON.stringify(request.roles),
          JSON.stringify(request.scopes),
          isRepair ? 1 : 0,
          now,
          request.expiresAtMs,
        );
      return { request, created: true, superseded };
    });
  }

  async approve(requestId: string, via: ApprovedVia, issuer: TokenIssuer): Promise<PairedDevice | undefined> {
    return act(this.#db, () => {
      const request = this.#request(requestId);
      if (request === undefined) return undefined;
      this.#dropRequest(requestId);
      return this.#admit({ ...request, approvedVia: via, issueTokens: true }, issuer);
    });
  }

  async reject(requestId: string): Promise<PairingRequest | undefined> {
    return act(this.#db, () => {
      const request = this.#request(requestId);
      if (request !== undefined) this.#dropRequest(requestId);
      return request;
    });
  }

  async grant(
    grant: DirectGrant,
    issuer: TokenIssuer,
  ): Promise<{ device: PairedDevice; settled: PairingRequest[] }> {
    return act(this.#db, () => {
      const device = this.#admit(grant, issuer);
      return { device, settled: this.#dropSatisfied(device) };
    });
  }

  async remove(deviceId: string): Promise<{ requestIds: string[] } | undefined> {
    return act(this.#db, () => {
      const removed = this.#db.query("DELETE FROM devices WHERE device_id = ?").run(deviceId).changes > 0;
      if (!removed) return undefined;
      this.#db.query("DELETE FROM device_tokens WHERE device_id = ?").run(deviceId);
      const requests = this.#db
        .query<{ request_id: string }, [string]>(
          "DELETE FROM device_requests WHERE device_id = ? RETURNING request_id",
        )
        .all(deviceId);
      return { requestIds: requests.map((row) => row.request_id) };
    });
  }

  async rename(deviceId: string, label: string): Promise<boolean> {
    return act(this.#db, () => {
      const query = this.#db.query("UPDATE devices SET operator_label = ? WHERE device_id = ?");
      return query.run(label, deviceId).changes > 0;
    });
  }

  async checkIn(visit: CheckIn, issuer: TokenIssuer): Promise<DeviceToken | undefined> {
    const standing = await look(this.#db, () => standingOf(this.#db, visit, issuer, this.#clock.now()));
    if (standing) return standing.token;
    return act(this.#db, () => {
      const roles = noteVisit(this.#db, visit, this.#clock.now());
      if (roles === undefined) return undefined;
      if (!visit.issueToken || !roles.includes(visit.role)) return undefined;
      const held = this.#token(visit.deviceId, visit.role);
      if (held?.revokedAtMs !== undefined) return undefined;
      return this.#issue(visit.deviceId, visit.role, visit.scopes, issuer, held);
    });
  }

  async rotate(
    deviceId: string,
    role: DeviceRole,
    token: string,
    scopes?: readonly string[],
  ): Promise<DeviceToken | undefined> {
    return act(this.#db, () => {
      const held = this.#token(deviceId, role);
      if (held === undefined || held.revokedAtMs !== undefined) return undefined;
      const rotated: DeviceToken = {
        ...held,
        token,
        scopes: scopes === undefined ? held.scopes : sorted(scopes),
        rotatedAtMs: this.#clock.now(),
      };
      this.#putToken(deviceId, rotated);
      return rotated;
    });
  }

  async revoke(deviceId: string, role: DeviceRole): Promise<DeviceToken | undefined> {
    return act(this.#db, () => {
      this.#db.query(REVOKE_TOKEN).run(this.#clock.now(), deviceId, role);
      return this.#token(deviceId, role);
    });
  }

  async addSetupCode(code: SetupCode, forgetBefore: number): Promise<void> {
    await act(this.#db, () => {
      this.#db.query("DELETE FROM setup_codes WHERE expires_at < ?").run(forgetBefore);
      this.#db
        .query("INSERT INTO setup_codes (setup_id, token_hash, access, expires_at) VALUES (?, ?, ?, ?)")
        .run(code.setupId, code.tokenHash, code.access, code.expiresAtMs);
    });
  }

  async claimSetupCode(tokenHash: string, deviceId: string): Promise<SetupCode | undefined> {
    return act(this.#db, () => {
      const row = this.#db
        .query<SetupRow, [string, string, number]>(CLAIM_CODE)
        .get(deviceId, tokenHash, this.#clock.now());
      return row === null ? undefined : toSetupCode(row);
    });
  }

  async redeemSetupCode(
    tokenHash: string,
    grant: DirectGrant,
    issuer: TokenIssuer,
  ): Promise<{ device: PairedDevice; completion: SetupCompletion } | undefined> {
    return act(this.#db, () => {
      const row = this.#db
        .query<SetupRow, [string, string | null, number, string]>(COMPLETE_CODE)
        .get(grant.deviceId, grant.displayName ?? null, this.#clock.now(), tokenHash);
      const completion = row === null ? undefined : toCompletion(row);
      if (completion === undefined) return undefined;
      const device = this.#admit(grant, issuer);
      this.#dropSatisfied(device);
      return { device, completion };
    });
  }

  async setupCompletion(setupId: string): Promise<SetupCompletion | undefined> {
    return look(this.#db, () => {
      const row = this.#db
        .query<SetupRow, [string]>("SELECT * FROM setup_codes WHERE setup_id = ?")
        .get(setupId);
      return row === null ? undefined : toCompletion(row);
    });
  }

  /** Writes the approved device and the tokens of the granted roles. */
  #admit(grant: DirectGrant, issuer: TokenIssuer): PairedDevice {
    const now = this.#clock.now();
    const known = this.#device(grant.deviceId);
    // What was revoked is not part of the new approval; only what is approved now counts.
    const revoked = known?.tokens.some(
      ({ role, revokedAtMs }) => role === "operator" && revokedAtMs !== undefined,
    );
    const roles = union(known?.roles ?? [], grant.roles);
    const scopes = union(revoked ? [] : (known?.scopes ?? []), grant.scopes);
    this.#db
      .query(PUT_DEVICE)
      .run(
        grant.deviceId,
        grant.publicKey,
        ...described(grant),
        known === undefined ? grant.role : known.role,
        JSON.stringify(roles),
        JSON.stringify(scopes),
        grant.approvedVia,
        now,
        now,
      );
    if (grant.issueTokens) {
      for (const role of grant.roles) {
        this.#issue(grant.deviceId, role, role === "operator" ? grant.scopes : [], issuer);
      }
    }
    const device = this.#device(grant.deviceId);
    if (device === undefined) throw new Error(`device ${grant.deviceId} vanished inside its own transaction`);
    return device;
  }

  /** The role's token: the one there is if it covers `scopes`, otherwise a new secret that covers both. */
  #issue(
    deviceId: string,
    role: DeviceRole,
    scopes: readonly string[],
    issuer: TokenIssuer,
    held = this.#token(deviceId, role),
  ): DeviceToken {
    const now = this.#clock.now();
    if (held === undefined || held.revokedAtMs !== undefined) {
      const token = { role, token: issuer.mint(), scopes: sorted(scopes), createdAtMs: now };
      this.#putToken(deviceId, token);
      return token;
    }
    if (issuer.covers(held.scopes, scopes)) return held;
    const widened = {
      ...held,
      token: issuer.mint(),
      scopes: sorted([...held.scopes, ...scopes]),
      rotatedAtMs: now,
    };
    this.#putToken(deviceId, widened);
    return widened;
  }

  #putToken(deviceId: string, token: DeviceToken): void {
    this.#db
      .query(PUT_TOKEN)
      .run(
        deviceId,
        token.role,
        token.token,
        JSON.stringify(token.scopes),
        token.createdAtMs,
        token.rotatedAtMs ?? null,
        token.lastUsedAtMs ?? null,
      );
  }

  #device(deviceId: string): PairedDevice | undefined {
    const row = this.#db
      .query<DeviceRow, [string]>("SELECT * FROM devices WHERE device_id = ?")
      .get(deviceId);
    if (row === null) return undefined;
    // They come in the order of the key, by role. Sorting in SQLite costs more than all the rest of this read.
    const tokens = this.#db
      .query<TokenRow, [string]>("SELECT * FROM device_tokens WHERE device_id = ?")
      .all(deviceId)
      .sort((a, b) => a.created_at - b.created_at);
    return toDevice(row, tokens);
  }

  #token(deviceId: string, role: DeviceRole): DeviceToken | undefined {
    const row = this.#db.query<TokenRow, [string, string]>(TOKEN_OF).get(deviceId, role);
    return row === null ? undefined : toToken(row);
  }

  #request(requestId: string): PairingRequest | undefined {
    const row = this.#db
      .query<RequestRow, [string, number]>(
        "SELECT * FROM device_requests WHERE request_id = ? AND expires_at > ?",
      )
      .get(requestId, this.#clock.now());
    return row === null ? undefined : toRequest(row);
  }

  #dropRequest(requestId: string): void {
    this.#db.query("DELETE FROM device_requests WHERE request_id = ?").run(requestId);
  }

  /** Drops the device's pending request when the device now has all it asked for. */
  #dropSatisfied(device: PairedDevice): PairingRequest[] {
    const row = this.#db
      .query<RequestRow, [string]>("SELECT * FROM device_requests WHERE device_id = ?")
      .get(device.deviceId);
    if (row === null) return [];
    const request = toRequest(row);
    const satisfied =
      request.roles.every((role) => device.roles.includes(role)) &&
      request.scopes.every((scope) => device.scopes.includes(scope));
    if (satisfied) this.#dropRequest(request.requestId);
    return satisfied ? [request] : [];
  }

  /** Drops the oldest requests until one more fits. */
  #makeRoom(maxPending: number): PairingRequest[] {
    return this.#db
      .query<RequestRow, [number]>(
        `DELETE FROM device_requests WHERE request_id IN
          (SELECT request_id FROM device_requests ORDER BY created_at DESC LIMIT -1 OFFSET ?) RETURNING *`,
      )
      .all(maxPending - 1)
      .map(toRequest);
  }
}

function isWithin(ask: PairingAsk, pending: PairingRequest): boolean {
  return pending.roles.includes(ask.role) && ask.scopes.every((scope) => pending.scopes.includes(scope));
}

function union<T>(first: readonly T[], second: readonly T[]): T[] {
  return [...new Set([...first, ...second])];
}

function sorted(scopes: readonly string[]): string[] {
  return [...new Set(scopes)].toSorted();
}
