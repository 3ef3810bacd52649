import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { childEnv, findProgram, runProgram } from "../../lib/spawn/index.ts";
import type { KvRepository } from "../../store/index.ts";
import { BOOTSTRAP_FILES, type BootstrapFile, sha256 } from "../workspace/index.ts";
import { GIT_MAX_OUTPUT_BYTES, GIT_TIMEOUT_MS } from "./limits.ts";
import { type SeedRecord, seedKey } from "./seed-record.ts";
import { TEMPLATES } from "./templates.ts";

export interface SeedingDeps {
  readonly kv: KvRepository;
  readonly clock: Clock;
  readonly log: Logger;
  /** Variables of this process; `git` sees the few it needs. */
  readonly env: Readonly<Record<string, string>>;
}

export interface SeedRules {
  /** Leaves the folder as it is. */
  readonly skip: boolean;
  /** Files not to write. */
  readonly without: readonly string[];
}

/** Only its owner looks into a workspace. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** What `git` needs of the environment. */
const GIT_ENV = ["PATH", "HOME", "USERPROFILE", "SystemRoot", "LANG"] as const;

/** Makes workspaces and fills each of them once. */
export class Seeding {
  readonly #deps: SeedingDeps;
  /** Folders that are being set up, so that two turns do not do it twice. */
  readonly #running = new Map<string, Promise<SeedRecord | undefined>>();

  constructor(deps: SeedingDeps) {
    this.#deps = deps;
  }

  /** What was done about a folder earlier; undefined when nothing was. @throws StoreError */
  record(workspace: string): Promise<SeedRecord | undefined> {
    return this.#deps.kv.get(seedKey(workspace));
  }

  /** Makes the folder, and gives a new one its first files. @throws Error of the file system; StoreError */
  async prepare(workspace: string, rules: SeedRules): Promise<SeedRecord | undefined> {
    const running = this.#running.get(workspace);
    if (running) return running;
    const work = this.#prepare(workspace, rules).finally(() => this.#running.delete(workspace));
    this.#running.set(workspace, work);
    return work;
  }

  async #prepare(workspace: string, rules: SeedRules): Promise<SeedRecord | undefined> {
    await mkdir(workspace, { recursive: true, mode: FOLDER_MODE });
    const known = await this.record(workspace);
    if (known || rules.skip) return known;
    const isNew = [...BOOTSTRAP_FILES, "memory"].every((name) => !existsSync(join(workspace, name)));
    const files: Record<string, string> = {};
    for (const [name, text] of TEMPLATES) {
      if (rules.without.includes(name) || (name === "BOOTSTRAP.md" && !isNew)) continue;
      if (await writeNew(join(workspace, name), text)) files[name] = sha256(text);
    }
    const { kv, clock, log } = this.#deps;
    const record = { path: workspace, seededAt: clock.now(), files };
    await kv.set(seedKey(workspace), record);
    if (isNew) await this.#initRepository(workspace);
    log.info("workspace set up", { workspace, files: Object.keys(files) });
    return record;
  }

  /** A history of the folder helps whoever looks after it; without `git` there is none. */
  async #initRepository(workspace: string): Promise<void> {
    const { env: variables, log } = this.#deps;
    const env = childEnv(variables, GIT_ENV);
    const git = findProgram("git", env["PATH"] ?? "");
    if (git === undefined || existsSync(join(workspace, ".git"))) return;
    try {
      const { exitCode, stderr } = await runProgram({
        command: git,
        args: ["init", "--quiet"],
        env,
        cwd: workspace,
        timeoutMs: GIT_TIMEOUT_MS,
        maxOutputBytes: GIT_MAX_OUTPUT_BYTES,
      });
      if (exitCode !== 0) log.warn("git init of a new workspace failed", { workspace, stderr });
    } catch (error) {
      log.warn("git init of a new workspace failed", { workspace, error });
    }
  }
}

/** Writes a file that is not there; false when there is one. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx", mode: FILE_MODE });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** The files a folder would be given now, if it was never set up. */
export function plannedFiles(rules: SeedRules): ReadonlyMap<BootstrapFile, string> {
  if (rules.skip) return new Map();
  return new Map([...TEMPLATES].filter(([name]) => !rules.without.includes(name)));
}
