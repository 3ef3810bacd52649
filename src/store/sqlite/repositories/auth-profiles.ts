import type { Database } from "bun:sqlite";
import type { AuthProfile, AuthProfileRepository, AuthProfileState } from "../../auth-profiles.ts";
import { StoreError } from "../../errors.ts";
import { act, look } from "../act.ts";
import type { RepositoryDeps } from "./deps.ts";

interface ProfileRow {
  readonly id: string;
  readonly provider: string;
  readonly type: string;
  readonly credential: string;
  readonly email: string | null;
  readonly created_at: number;
  readonly updated_at: number;
}

interface StateRow {
  readonly id: string;
  readonly last_used_at: number | null;
  readonly cooldown_until: number | null;
  readonly reason: string | null;
  readonly failures: number;
}

const PUT = `INSERT INTO auth_profiles (id, provider, type, credential, email, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET provider = excluded.provider, type = excluded.type,
    credential = excluded.credential, email = excluded.email, updated_at = excluded.updated_at`;
const NOTE = `INSERT INTO auth_profile_states (id, last_used_at, cooldown_until, reason, failures)
  VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at, cooldown_until = excluded.cooldown_until,
    reason = excluded.reason, failures = excluded.failures`;

/** Credentials of model providers, and how they fared. */
export class SqliteAuthProfileRepository implements AuthProfileRepository {
  readonly #db: Database;

  constructor({ db }: RepositoryDeps) {
    this.#db = db;
  }

  async list(provider?: string): Promise<readonly AuthProfile[]> {
    const sql = "SELECT * FROM auth_profiles WHERE ?1 IS NULL OR provider = ?1 ORDER BY id";
    return look(this.#db, () =>
      this.#db
        .query<ProfileRow, [string | null]>(sql)
        .all(provider ?? null)
        .map(profileOf),
    );
  }

  async get(id: string): Promise<AuthProfile | undefined> {
    return look(this.#db, () => {
      const row = this.#db.query<ProfileRow, [string]>("SELECT * FROM auth_profiles WHERE id = ?").get(id);
      return row === null ? undefined : profileOf(row);
    });
  }

  async put({ id, provider, type, credential, email, createdAt, updatedAt }: AuthProfile): Promise<void> {
    const json = JSON.stringify(credential);
    // A refreshed token that is lost with the power cannot be asked for again: the old one is spent.
    await this.#forgetting(() =>
      act(
        this.#db,
        () => this.#db.query(PUT).run(id, provider, type, json, email ?? null, createdAt, updatedAt),
        "power",
      ),
    );
  }

  async remove(id: string): Promise<boolean> {
    return this.#forgetting(() =>
      act(this.#db, () => {
        this.#db.query("DELETE FROM auth_profile_states WHERE id = ?").run(id);
        return this.#db.query("DELETE FROM auth_profiles WHERE id = ?").run(id).changes > 0;
      }),
    );
  }

  /** A write after which the files hold nothing more of the secret it replaces: neither freed space nor the journal. */
  async #forgetting<T>(write: () => Promise<T>): Promise<T> {
    this.#db.run("PRAGMA secure_delete = ON");
    try {
      return await write();
    } finally {
      this.#db.run("PRAGMA secure_delete = OFF");
      this.#emptyJournal();
    }
  }

  async states(): Promise<readonly AuthProfileState[]> {
    const sql = "SELECT * FROM auth_profile_states ORDER BY id";
    return look(this.#db, () => this.#db.query<StateRow, []>(sql).all().map(stateOf));
  }

  async note({ id, lastUsedAt, cooldownUntil, reason, failures }: AuthProfileState): Promise<void> {
    await act(this.#db, () =>
      this.#db.query(NOTE).run(id, lastUsedAt ?? null, cooldownUntil ?? null, reason ?? null, failures),
    );
  }

  /** While somebody reads an older state, or the disk is full, it stays; the next write of a credential, or the end, empties it. */
  #emptyJournal(): void {
    try {
      this.#db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // The write itself is done and durable.
    }
  }
}

function profileOf(row: ProfileRow): AuthProfile {
  if (row.type !== "api_key" && row.type !== "oauth" && row.type !== "token") {
    throw new StoreError("corrupt", `The stored credential ${row.id} is of an unknown type.`);
  }
  const credential: unknown = JSON.parse(row.credential);
  return {
    id: row.id,
    provider: row.provider,
    type: row.type,
    credential,
    ...(row.email !== null && { email: row.email }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function stateOf(row: StateRow): AuthProfileState {
  return {
    id: row.id,
    failures: row.failures,
    ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
    ...(row.cooldown_until !== null && { cooldownUntil: row.cooldown_until }),
    ...(row.reason !== null && { reason: row.reason }),
  };
}
