import type {
  ApprovedVia,
  DeviceDescription,
  DeviceRole,
  DeviceToken,
  PairedDevice,
  PairingRequest,
  SetupAccess,
  SetupCode,
  SetupCompletion,
} from "../../devices.ts";

interface DescriptionRow {
  readonly display_name: string | null;
  readonly platform: string | null;
  readonly device_family: string | null;
  readonly client_id: string | null;
  readonly client_mode: string | null;
  readonly remote_ip: string | null;
}

export interface DeviceRow extends DescriptionRow {
  readonly device_id: string;
  readonly public_key: string;
  readonly operator_label: string | null;
  readonly role: DeviceRole;
  readonly roles: string;
  readonly scopes: string;
  readonly approved_via: ApprovedVia;
  readonly created_at: number;
  readonly approved_at: number;
  readonly last_seen_at: number | null;
  readonly last_seen_reason: string | null;
}

export interface TokenRow {
  readonly device_id: string;
  readonly role: DeviceRole;
  readonly token: string;
  readonly scopes: string;
  readonly created_at: number;
  readonly rotated_at: number | null;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

export interface RequestRow extends DescriptionRow {
  readonly request_id: string;
  readonly device_id: string;
  readonly public_key: string;
  readonly role: DeviceRole;
  readonly roles: string;
  readonly scopes: string;
  readonly is_repair: number;
  readonly created_at: number;
  readonly expires_at: number;
}

export interface SetupRow {
  readonly setup_id: string;
  readonly token_hash: string;
  readonly access: SetupAccess;
  readonly expires_at: number;
  readonly claimed_by: string | null;
  readonly completed_by: string | null;
  readonly completed_name: string | null;
  readonly completed_at: number | null;
}

export function toDevice(row: DeviceRow, tokens: readonly TokenRow[]): PairedDevice {
  return {
    deviceId: row.device_id,
    publicKey: row.public_key,
    ...rowDescription(row),
    ...(row.operator_label !== null && { operatorLabel: row.operator_label }),
    role: row.role,
    roles: roleList(row.roles),
    scopes: textList(row.scopes),
    approvedVia: row.approved_via,
    createdAtMs: row.created_at,
    approvedAtMs: row.approved_at,
    ...(row.last_seen_at !== null && { lastSeenAtMs: row.last_seen_at }),
    ...(row.last_seen_reason !== null && { lastSeenReason: row.last_seen_reason }),
    tokens: tokens.map(toToken),
  };
}

export function toToken(row: TokenRow): DeviceToken {
  return {
    role: row.role,
    token: row.token,
    scopes: textList(row.scopes),
    createdAtMs: row.created_at,
    ...(row.rotated_at !== null && { rotatedAtMs: row.rotated_at }),
    ...(row.last_used_at !== null && { lastUsedAtMs: row.last_used_at }),
    ...(row.revoked_at !== null && { revokedAtMs: row.revoked_at }),
  };
}

export function toRequest(row: RequestRow): PairingRequest {
  return {
    requestId: row.request_id,
    deviceId: row.device_id,
    publicKey: row.public_key,
    ...rowDescription(row),
    role: row.role,
    roles: roleList(row.roles),
    scopes: textList(row.scopes),
    silent: false,
    isRepair: row.is_repair !== 0,
    ts: row.created_at,
    expiresAtMs: row.expires_at,
  };
}

export function toSetupCode(row: SetupRow): SetupCode {
  return {
    setupId: row.setup_id,
    tokenHash: row.token_hash,
    access: row.access,
    expiresAtMs: row.expires_at,
  };
}

export function toCompletion(row: SetupRow): SetupCompletion | undefined {
  if (row.completed_by === null || row.completed_at === null) return undefined;
  return {
    setupId: row.setup_id,
    deviceId: row.completed_by,
    ...(row.completed_name !== null && { deviceName: row.completed_name }),
    access: row.access,
    ts: row.completed_at,
  };
}

function rowDescription(row: DescriptionRow): DeviceDescription {
  return {
    ...(row.display_name !== null && { displayName: row.display_name }),
    ...(row.platform !== null && { platform: row.platform }),
    ...(row.device_family !== null && { deviceFamily: row.device_family }),
    ...(row.client_id !== null && { clientId: row.client_id }),
    ...(row.client_mode !== null && { clientMode: row.client_mode }),
    ...(row.remote_ip !== null && { remoteIp: row.remote_ip }),
  };
}

function textList(json: string): string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** The roles of a stored list. */
export function roleList(json: string): DeviceRole[] {
  return textList(json).filter((entry) => entry === "operator" || entry === "node");
}

/** The part of a record that describes the device, and nothing else of it. */
export function description(from: DeviceDescription): DeviceDescription {
  const { displayName, platform, deviceFamily, clientId, clientMode, remoteIp } = from;
  return { displayName, platform, deviceFamily, clientId, clientMode, remoteIp };
}

/** The description's columns, in the order of the statements. */
export function described(from: DeviceDescription): (string | null)[] {
  const { displayName, platform, deviceFamily, clientId, clientMode, remoteIp } = from;
  return [displayName, platform, deviceFamily, clientId, clientMode, remoteIp].map((value) => value ?? null);
}
