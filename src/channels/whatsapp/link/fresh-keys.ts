import type { ChannelCreds, ChannelKeyRepository, KeyCommit, KeyOwner } from "../../../store/index.ts";

/** Keys of an identity that is not linked yet: they lie in memory, and are gone when nothing comes of it. */
export class FreshKeys implements ChannelKeyRepository {
  private credentials: string | undefined;
  private readonly values = new Map<string, Map<string, string>>();

  /** Everything, as it would be kept. */
  all(): KeyCommit {
    const keys = [...this.values].flatMap(([type, entries]) =>
      [...entries].map(([id, value]) => ({ type, id, value })),
    );
    return { keys, ...(this.credentials !== undefined && { creds: this.credentials }) };
  }

  async creds(): Promise<ChannelCreds | undefined> {
    return this.credentials === undefined
      ? undefined
      : { value: this.credentials, createdAt: 0, updatedAt: 0 };
  }

  async keys(_owner: KeyOwner, type: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const known = this.values.get(type);
    return new Map(
      ids.flatMap((id) => {
        const value = known?.get(id);
        return value === undefined ? [] : [[id, value]];
      }),
    );
  }

  async commit(_owner: KeyOwner, { creds, keys = [] }: KeyCommit): Promise<void> {
    this.credentials = creds ?? this.credentials;
    for (const { type, id, value } of keys) {
      const entries = this.values.get(type) ?? new Map<string, string>();
      this.values.set(type, entries);
      if (value === null) entries.delete(id);
      else entries.set(id, value);
    }
  }

  async replace(owner: KeyOwner, changes: KeyCommit): Promise<boolean> {
    await this.clear();
    await this.commit(owner, changes);
    return true;
  }

  /** Whoever is not linked receives nothing. */
  async arrival(): Promise<undefined> {
    return undefined;
  }

  async arrivals(): Promise<readonly never[]> {
    return [];
  }

  async taken(): Promise<void> {}

  async prune(): Promise<number> {
    return 0;
  }

  async owners(): Promise<readonly KeyOwner[]> {
    return [];
  }

  async clear(): Promise<boolean> {
    const had = this.credentials !== undefined || this.values.size > 0;
    this.credentials = undefined;
    this.values.clear();
    return had;
  }
}
