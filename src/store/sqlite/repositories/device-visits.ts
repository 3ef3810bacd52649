import type { Database } from "bun:sqlite";
import type { CheckIn, DeviceRole, DeviceToken, TokenIssuer } from "../../devices.ts";
import { VISIT_RESOLUTION_MS } from "../../limits.ts";
import { type DeviceRow, roleList, type TokenRow, toToken } from "./device-rows.ts";
import { DEVICE_SEEN, SEE_DEVICE, TOKEN_OF, USE_TOKEN } from "./device-statements.ts";

/** What a visit of a device may change, and the roles it has. */
type SeenRow = Pick<DeviceRow, "roles" | "last_seen_at" | "display_name" | "platform" | "remote_ip">;

/** Notes when a device came, and how it was then; returns its roles, undefined for one that is unknown. Part of an act. */
export function noteVisit(db: Database, visit: CheckIn, now: number): readonly DeviceRole[] | undefined {
  const { deviceId, displayName = null, platform = null, remoteIp = null } = visit;
  const seen = db.query<SeenRow, [string]>(DEVICE_SEEN).get(deviceId);
  if (seen === null) return undefined;
  if (!isNoted(seen, visit, now)) db.query(SEE_DEVICE).run(now, displayName, platform, remoteIp, deviceId);
  if (visit.usedToken) db.query(USE_TOKEN).run(now, deviceId, visit.role);
  return roleList(seen.roles);
}

/** A visit that changes nothing. */
export interface Standing {
  /** What the device is handed. */
  readonly token: DeviceToken | undefined;
}

/** Undefined when the visit leaves something to be written down. A transaction costs more than all that is read here. */
export function standingOf(
  db: Database,
  visit: CheckIn,
  issuer: Pick<TokenIssuer, "covers">,
  now: number,
): Standing | undefined {
  const { deviceId, role, scopes, issueToken, usedToken } = visit;
  const seen = db.query<SeenRow, [string]>(DEVICE_SEEN).get(deviceId);
  if (seen === null || usedToken || !isNoted(seen, visit, now)) return undefined;
  if (!issueToken || !roleList(seen.roles).includes(role)) return { token: undefined };
  const row = db.query<TokenRow, [string, string]>(TOKEN_OF).get(deviceId, role);
  if (row === null) return undefined;
  if (row.revoked_at !== null) return { token: undefined };
  const token = toToken(row);
  return issuer.covers(token.scopes, scopes) ? { token } : undefined;
}

/** True when it has just been seen as it is now: a write costs more than all else of a visit. */
function isNoted(seen: SeenRow, visit: CheckIn, now: number): boolean {
  return (
    seen.last_seen_at !== null &&
    Math.abs(now - seen.last_seen_at) < VISIT_RESOLUTION_MS &&
    seen.display_name === (visit.displayName ?? seen.display_name) &&
    seen.platform === (visit.platform ?? seen.platform) &&
    seen.remote_ip === (visit.remoteIp ?? null)
  );
}
