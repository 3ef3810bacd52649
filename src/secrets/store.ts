import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import {
  isObject,
  PRIVATE_DIR_MODE,
  REDACTED,
  SECRET_NAME_PATTERN,
  withWriteLock,
  writeFileAtomic,
} from "../config/index.ts";
import { SecretFailure } from "./errors.ts";
import { MAX_STORED_SECRET_BYTES, PROVIDER_MAX_BYTES } from "./limits.ts";
import { type FileOwner, readOwnFile } from "./trust.ts";

/** Where `store` references are looked up. */
export interface SecretStore {
  /** The value of an entry, or `undefined`. */
  get(name: string): Promise<string | undefined>;
}

/** `secret`: can be used and replaced, never shown. `env`: an ordinary setting that people may read again. */
export type StoredKind = "secret" | "env";

/** An entry with its value. */
export interface StoredEntry {
  readonly name: string;
  readonly kind: StoredKind;
  readonly value: string;
}

type Entries = ReadonlyMap<string, Omit<StoredEntry, "name">>;

const NAME = new RegExp(SECRET_NAME_PATTERN);

/**
 * A secret store in one private JSON file; writers of all processes take turns. A secret is its text there, any other entry
 * `{kind, value}`.
 */
export class FileSecretStore implements SecretStore {
  constructor(
    private readonly path: string,
    private readonly owner: FileOwner,
  ) {}

  async get(name: string): Promise<string | undefined> {
    return this.#read().get(name)?.value;
  }

  /** Names of all entries, sorted; never a value. */
  async names(): Promise<string[]> {
    return [...this.#read().keys()].sort();
  }

  /** Every entry, sorted by name, values included: they are the caller's to keep. */
  async entries(): Promise<StoredEntry[]> {
    const entries = [...this.#read()].map(([name, entry]) => ({ name, ...entry }));
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Stores an entry. Throws `SecretFailure` as `checkEntry` does. */
  set(name: string, value: string, kind: StoredKind = "secret"): Promise<void> {
    return this.setAll([{ name, value, kind }]);
  }

  /** Stores several entries as one act. Throws `SecretFailure` as `checkEntry` does; nothing is stored then. */
  async setAll(entries: readonly StoredEntry[]): Promise<void> {
    for (const entry of entries) checkEntry(entry);
    if (entries.length === 0) return;
    await this.#change((all) => {
      for (const { name, kind, value } of entries) all.set(name, { kind, value });
    });
  }

  /** Removes an entry; an absent one is fine. */
  delete(name: string): Promise<void> {
    return this.deleteAll([name]);
  }

  /** Removes several entries as one act; absent ones are fine. */
  async deleteAll(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await this.#change((all) => {
      for (const name of names) all.delete(name);
    });
  }

  async #change(change: (entries: Map<string, Omit<StoredEntry, "name">>) => void): Promise<void> {
    mkdirSync(dirname(this.path), { recursive: true, mode: PRIVATE_DIR_MODE });
    await withWriteLock(this.path, () => {
      const entries = new Map(this.#read());
      change(entries);
      const document = [...entries].map(([name, { kind, value }]) => [
        name,
        kind === "secret" ? value : { kind, value },
      ]);
      writeFileAtomic(this.path, `${JSON.stringify(Object.fromEntries(document), null, 2)}\n`);
    });
  }

  #read(): Entries {
    let text: string;
    try {
      text = readOwnFile(this.path, PROVIDER_MAX_BYTES * 4, this.owner);
    } catch (cause) {
      if (cause instanceof SecretFailure && cause.code === "NOT_FOUND") return new Map();
      throw cause;
    }
    const entries = new Map<string, Omit<StoredEntry, "name">>();
    for (const [name, entry] of Object.entries(this.#parse(text))) {
      if (typeof entry === "string") entries.set(name, { kind: "secret", value: entry });
      else if (isObject(entry) && typeof entry["value"] === "string")
        entries.set(name, { kind: entry["kind"] === "env" ? "env" : "secret", value: entry["value"] });
    }
    return entries;
  }

  #parse(text: string): Record<string, unknown> {
    try {
      const parsed: unknown = JSON.parse(text);
      if (isObject(parsed)) return parsed;
    } catch {
      // The parser's message quotes the text, which is secret.
    }
    throw new SecretFailure("BAD_ANSWER", `${this.path} is no JSON object; mend or remove it`);
  }
}

/** Throws `SecretFailure` for a bad name, an empty secret, an oversized value and the redaction placeholder. */
export function checkEntry({ name, kind, value }: StoredEntry): void {
  if (!NAME.test(name)) throw new SecretFailure("INVALID_REF", `${name} is no entry name`);
  if (value === "" && kind === "secret")
    throw new SecretFailure("BAD_ANSWER", `${name}: a secret must not be empty`);
  if (value.includes(REDACTED)) throw new SecretFailure("PLACEHOLDER", `${name}: ${REDACTED} is no secret`);
  if (Buffer.byteLength(value) > MAX_STORED_SECRET_BYTES) {
    throw new SecretFailure("TOO_LARGE", `${name} is larger than ${MAX_STORED_SECRET_BYTES} bytes`);
  }
}
