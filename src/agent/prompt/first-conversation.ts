import { existsSync } from "node:fs";
import { join } from "node:path";
import { type BootstrapFile, sha256, type WorkspaceFile } from "../workspace/index.ts";
import type { SeedRecord } from "./seed-record.ts";
import { PERSONAL_FILES, TEMPLATES } from "./templates.ts";

type Files = ReadonlyMap<BootstrapFile, WorkspaceFile>;

/** True until the agent and its person have made each other's acquaintance, which leaves traces in the files. */
export function isNew(workspace: string, files: Files, seeded: SeedRecord | undefined): boolean {
  const isChanged = (name: BootstrapFile) => files.has(name) && !isOurs(name, files, seeded);
  return (
    files.has("BOOTSTRAP.md") && !PERSONAL_FILES.some(isChanged) && !existsSync(join(workspace, "memory"))
  );
}

/** The file is still what we wrote, or would write. */
export function isOurs(name: BootstrapFile, files: Files, seeded: SeedRecord | undefined): boolean {
  const written = seeded?.files[name] ?? sha256(TEMPLATES.get(name) ?? "");
  return files.get(name)?.sha256 === written;
}
