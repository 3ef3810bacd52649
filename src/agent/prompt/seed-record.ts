import { type KvKey, kvKey } from "../../store/index.ts";
import { sha256 } from "../workspace/index.ts";

/** What is remembered of a workspace that was set up once, so that one wiped on purpose is not filled again. */
export interface SeedRecord {
  readonly path: string;
  /** Epoch ms. */
  readonly seededAt: number;
  /** Files written then, with the hash of what was written. */
  readonly files: Readonly<Record<string, string>>;
}

/** The row of one workspace folder. */
export function seedKey(workspace: string): KvKey<SeedRecord> {
  return kvKey(`agent.workspace.${sha256(workspace).slice(0, 32)}`, (value) => {
    if (!isRecord(value)) throw new TypeError(`the record of workspace ${workspace} is damaged`);
    return value;
  });
}

function isRecord(value: unknown): value is SeedRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "seededAt" in value &&
    typeof value.seededAt === "number" &&
    "files" in value &&
    typeof value.files === "object" &&
    value.files !== null
  );
}
