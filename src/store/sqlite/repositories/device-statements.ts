export const PUT_REQUEST = `INSERT INTO device_requests (request_id, device_id, public_key, display_name, platform,
  device_family, client_id, client_mode, remote_ip, role, roles, scopes, is_repair, created_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
export const DESCRIBE_REQUEST = `UPDATE device_requests SET display_name = ?, platform = ?, device_family = ?, client_id = ?,
  client_mode = ?, remote_ip = ? WHERE request_id = ?`;
export const PUT_DEVICE = `INSERT INTO devices (device_id, public_key, display_name, platform, device_family, client_id,
  client_mode, remote_ip, role, roles, scopes, approved_via, created_at, approved_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (device_id) DO UPDATE SET public_key = excluded.public_key, display_name = excluded.display_name,
    platform = excluded.platform, device_family = excluded.device_family, client_id = excluded.client_id,
    client_mode = excluded.client_mode, remote_ip = excluded.remote_ip, role = excluded.role, roles = excluded.roles,
    scopes = excluded.scopes, approved_via = excluded.approved_via, approved_at = excluded.approved_at`;
export const PUT_TOKEN = `INSERT INTO device_tokens (device_id, role, token, scopes, created_at, rotated_at, last_used_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (device_id, role) DO UPDATE SET token = excluded.token, scopes = excluded.scopes,
    created_at = excluded.created_at, rotated_at = excluded.rotated_at, last_used_at = excluded.last_used_at,
    revoked_at = NULL`;
export const DEVICE_SEEN = `SELECT roles, last_seen_at, display_name, platform, remote_ip FROM devices WHERE device_id = ?`;
export const SEE_DEVICE = `UPDATE devices SET last_seen_at = ?, last_seen_reason = 'connect',
  display_name = coalesce(?, display_name), platform = coalesce(?, platform), remote_ip = ? WHERE device_id = ?`;
export const TOKEN_OF = "SELECT * FROM device_tokens WHERE device_id = ? AND role = ?";
export const USE_TOKEN = "UPDATE device_tokens SET last_used_at = ? WHERE device_id = ? AND role = ?";
export const REVOKE_TOKEN = `UPDATE device_tokens SET revoked_at = coalesce(revoked_at, ?) WHERE device_id = ? AND role = ?`;
export const CLAIM_CODE = `UPDATE setup_codes SET claimed_by = ?1 WHERE token_hash = ?2 AND expires_at > ?3
  AND completed_at IS NULL AND (claimed_by IS NULL OR claimed_by = ?1) RETURNING *`;
export const COMPLETE_CODE = `UPDATE setup_codes SET completed_by = ?1, completed_name = ?2, completed_at = ?3
  WHERE token_hash = ?4 AND expires_at > ?3 AND completed_at IS NULL AND claimed_by = ?1 RETURNING *`;
