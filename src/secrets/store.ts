import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { isObject, PRIVATE_DIR_MODE, REDACTED, withWriteLock, writeFileAtomic } from "../config/index.ts";
import { SecretFailure } from "./errors.ts";
import { MAX_STORED_SECRET_BYTES, PROVIDER_MAX_BYTES } from "./limits.ts";
import { type FileOwner, readPrivateFile } from "./trust.ts";

/** Where `store` references are looked up. */
export interface SecretStore {
  /** The value of an entry, or `undefined`. */
  get(name: string): Promise<string | undefined>;
}

/** A secret store in one private JSON file; writers of all processes take turns. */
export class FileSecretStore implements SecretStore {
  constructor(
    private readonly path: string,
    private readonly owner: FileOwner,
  ) {}

  async get(name: string): Promise<string | undefined> {
    return this.#read()[name];
  }

  /** Names of all entries, sorted; never a value. */
  async names(): Promise<string[]> {
    return Object.keys(this.#read()).sort();
  }

  /** Stores an entry. Throws `SecretFailure` for an empty value, an oversized one and the redaction placeholder. */
  async set(name: string, value: string): Promise<void> {
    if (!/^[A-Z][A-Z0-9_]{0,127}$/.test(name))
      throw new SecretFailure("INVALID_REF", `${name} is no entry name`);
    if (value === "") throw new SecretFailure("BAD_ANSWER", `${name}: a secret must not be empty`);
    if (value.includes(REDACTED)) throw new SecretFailure("PLACEHOLDER", `${name}: ${REDACTED} is no secret`);
    if (Buffer.byteLength(value) > MAX_STORED_SECRET_BYTES) {
      throw new SecretFailure("TOO_LARGE", `${name} is larger than ${MAX_STORED_SECRET_BYTES} bytes`);
    }
    await this.#change((entries) => ({ ...entries, [name]: value }));
  }

  /** Removes an entry; an absent one is fine. */
  async delete(name: string): Promise<void> {
    await this.#change((entries) => {
      const rest = { ...entries };
      delete rest[name];
      return rest;
    });
  }

  async #change(change: (entries: Record<string, string>) => Record<string, string>): Promise<void> {
    mkdirSync(dirname(this.path), { recursive: true, mode: PRIVATE_DIR_MODE });
    await withWriteLock(this.path, () => {
      writeFileAtomic(this.path, `${JSON.stringify(change(this.#read()), null, 2)}\n`);
    });
  }

  #read(): Record<string, string> {
    let text: string;
    try {
      text = readPrivateFile(this.path, PROVIDER_MAX_BYTES * 4, this.owner);
    } catch (cause) {
      if (cause instanceof SecretFailure && cause.code === "NOT_FOUND") return {};
      throw cause;
    }
    const entries: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.#parse(text))) {
      if (typeof value === "string") entries[name] = value;
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
