import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { PRIVATE_DIR_MODE, writeFileAtomic } from "../../config/index.ts";
import { copyAnew } from "../../lib/files/index.ts";
import { ServiceError } from "../errors.ts";
import type { ServiceIdentity } from "../identity.ts";
import { writeSecretsFile } from "../secrets-file.ts";
import type { ServiceDefinition } from "../service.ts";
import { launchAgent } from "./agent.ts";
import { plistText } from "./plist.ts";

/** launchd takes no property list that others may write, and reads it as the user. */
const PLIST_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** What stood there before an installation, to be put back when it fails. */
export interface FormerFiles {
  readonly plist: Buffer | undefined;
  readonly secrets: string | undefined;
}

/** The files of one LaunchAgent: its property list, its secrets, and the folder of its log. */
export class AgentFiles {
  constructor(
    private readonly identity: Pick<ServiceIdentity, "name" | "path" | "secretsPath">,
    private readonly home: string,
    private readonly logPath: string,
  ) {}

  exist(): boolean {
    return existsSync(this.identity.path);
  }

  former(): FormerFiles {
    const { path, secretsPath } = this.identity;
    return {
      plist: existsSync(path) ? readFileSync(path) : undefined,
      secrets: existsSync(secretsPath) ? readFileSync(secretsPath, "utf8") : undefined,
    };
  }

  /** Writes what the definition says. @throws ServiceError */
  write(definition: ServiceDefinition): void {
    const { name, path, secretsPath } = this.identity;
    try {
      const text = plistText(launchAgent(definition, name, this.logPath));
      mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
      mkdirSync(dirname(this.logPath), { recursive: true, mode: PRIVATE_DIR_MODE });
      writeSecretsFile(secretsPath, definition.secretEnvironment);
      writeFileAtomic(path, text);
      chmodSync(path, PLIST_MODE);
    } catch (cause) {
      if (cause instanceof ServiceError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ServiceError("failed", `The LaunchAgent could not be written: ${reason}`, [], { cause });
    }
  }

  /** Keeps the property list that is about to be replaced as `.bak`. */
  backUp(): void {
    const { path } = this.identity;
    if (existsSync(path)) copyAnew(path, `${path}.bak`, PLIST_MODE);
  }

  restore({ plist, secrets }: FormerFiles): void {
    const { path, secretsPath } = this.identity;
    // As it was, to the letter: what reads it may be a script of an earlier version.
    if (secrets === undefined) rmSync(secretsPath, { force: true });
    else writeFileAtomic(secretsPath, secrets);
    if (plist === undefined) {
      rmSync(path, { force: true });
      return;
    }
    // Beside it first: a property list that is half written would be loaded at the next login.
    const beside = `${path}.restored`;
    rmSync(beside, { force: true });
    writeFileSync(beside, plist, { mode: PLIST_MODE, flag: "wx" });
    renameSync(beside, path);
  }

  /** Removes the secrets, and moves the property list to the Trash; returns where it is, or was. */
  discard(now: Date): { readonly path: string; readonly trashed: boolean } | undefined {
    const { path, secretsPath } = this.identity;
    writeSecretsFile(secretsPath, {});
    if (!existsSync(path)) return undefined;
    const trash = join(this.home, ".Trash");
    const stamp = now.toISOString().replaceAll(/[:.]/g, "-");
    const target = join(trash, `${basename(path, ".plist")}-${stamp}.plist`);
    try {
      mkdirSync(trash, { recursive: true, mode: PRIVATE_DIR_MODE });
      renameSync(path, target);
      return { path: target, trashed: true };
    } catch {
      // The system keeps programs without the user's consent out of the Trash.
      rmSync(path, { force: true });
      return { path, trashed: false };
    }
  }
}
