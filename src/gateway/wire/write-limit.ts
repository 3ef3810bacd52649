import type { Clock } from "../../lib/clock.ts";
import { unavailable } from "../../protocol/index.ts";
import { WRITE_LIMIT, WRITE_LIMIT_MAX_KEYS, WRITE_LIMIT_WINDOW_MS } from "../limits.ts";
import type { Client } from "../method.ts";

interface Window {
  startedAt: number;
  used: number;
}

/** Keeps a runaway client from rewriting the control plane: 30 writes a minute for each method and caller. */
export class WriteLimit {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly clock: Clock) {}

  /** Counts one write. Throws `UNAVAILABLE` with `retryAfterMs` when the caller has used up the window. */
  take(method: string, caller: Client): void {
    const key = `${method}\n${callerKey(caller)}`;
    const now = this.clock.now();
    const window = this.windows.get(key);
    if (!window || now - window.startedAt >= WRITE_LIMIT_WINDOW_MS) {
      this.forgetOldest();
      this.windows.delete(key);
      this.windows.set(key, { startedAt: now, used: 1 });
      return;
    }
    if (window.used >= WRITE_LIMIT) {
      const retryAfterMs = window.startedAt + WRITE_LIMIT_WINDOW_MS - now;
      throw unavailable(`rate limit exceeded for ${method}; retry after ${Math.ceil(retryAfterMs / 1000)}s`, {
        details: { method, limit: `${WRITE_LIMIT} per ${WRITE_LIMIT_WINDOW_MS / 1000}s` },
        retryable: true,
        retryAfterMs,
      });
    }
    window.used += 1;
  }

  private forgetOldest(): void {
    if (this.windows.size < WRITE_LIMIT_MAX_KEYS) return;
    const oldest = this.windows.keys().next();
    if (!oldest.done) this.windows.delete(oldest.value);
  }
}

function callerKey(caller: Client): string {
  if (caller.deviceId === undefined && caller.remoteIp === undefined) return caller.connId;
  return `${caller.deviceId ?? ""}|${caller.remoteIp ?? ""}`;
}
