import { Database } from "bun:sqlite";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { openStore } from "../../src/store/index.ts";
import type { TempHome } from "../support/index.ts";

const DEVICES = 10_000;
const STORE_BYTES = 100_000_000;
const LOG_BYTES = 20_000_000;
const FILLER = "x".repeat(10_000);

/** Makes a home look like years of use: a large state database with many devices and nodes, and a long log. */
export async function fillHome(home: TempHome): Promise<void> {
  const path = home.at(".openclaw", "state", "openclaw.sqlite");
  const store = await openStore({ path, clock: systemClock, log: silentLogger });
  await store.close();
  const db = new Database(path, { readwrite: true, strict: true });
  try {
    db.transaction(() => fill(db))();
  } finally {
    db.close();
  }
  const log = await home.write("gateway.log", logLine().repeat(LOG_BYTES / logLine().length));
  await home.write(".openclaw/openclaw.json", { logging: { file: log } });
}

function fill(db: Database): void {
  const device = db.query(
    `INSERT INTO devices (device_id, public_key, display_name, platform, role, roles, scopes, approved_via, created_at, approved_at)
     VALUES (?, ?, ?, 'linux', 'operator', '["operator"]', '["operator.admin"]', 'owner', 1, 1)`,
  );
  const token = db.query(
    "INSERT INTO device_tokens (device_id, role, token, scopes, created_at) VALUES (?, 'operator', ?, '[]', 1)",
  );
  const node = db.query("INSERT INTO nodes (node_id, identity, created_at) VALUES (?, ?, 1)");
  for (let i = 0; i < DEVICES; i += 1) {
    const id = i.toString(16).padStart(64, "0");
    device.run(id, id, `Device ${i}`);
    token.run(id, `token-${i}`);
    node.run(id, JSON.stringify({ displayName: `Device ${i}`, platform: "linux" }));
  }
  const kv = db.query("INSERT INTO kv (name, value, updated_at) VALUES (?, ?, 1)");
  for (let bytes = 0; bytes < STORE_BYTES; bytes += FILLER.length) {
    kv.run(`filler.${bytes}`, JSON.stringify(FILLER));
  }
}

function logLine(): string {
  return `${JSON.stringify({ time: "2026-01-01T00:00:00.000Z", level: "info", message: "y".repeat(180) })}\n`;
}
