import { gzipSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { createHash } from "node:crypto";
import tar from "tar-stream";

/** One entry as an attacker may write it. */
export interface ForgedEntry {
  readonly name: string;
  readonly type?:
    | "file"
    | "directory"
    | "symlink"
    | "link"
    | "character-device"
    | "block-device"
    | "fifo"
    | "contiguous-file";
  readonly content?: string | Buffer;
  readonly linkname?: string;
  readonly mode?: number;
}

/** A compressed archive of exactly these entries. */
export async function forge(entries: readonly ForgedEntry[]): Promise<Buffer> {
  const pack = tar.pack();
  const whole = buffer(pack);
  for (const { name, type = "file", content = "", linkname, mode } of entries) {
    pack.entry(
      { name, type, ...(mode !== undefined && { mode }), ...(linkname !== undefined && { linkname }) },
      type === "file" ? content : "",
    );
  }
  pack.finalize();
  return gzipSync(await whole);
}

/** An archive that is right in all things but those that are added or changed. */
export function forgedBackup(
  extra: readonly ForgedEntry[],
  change: (manifest: Record<string, unknown>) => void = () => {},
): Promise<Buffer> {
  const root = "b-openclaw-backup";
  const state = `${root}/payload/posix/home/me/.openclaw`;
  const content = "{}\n";
  const manifest = {
    schemaVersion: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    archiveRoot: root,
    runtimeVersion: "2026.1.1",
    platform: "linux",
    options: { includeWorkspace: true, onlyConfig: false },
    paths: { stateDir: "/home/me/.openclaw", configPath: "/home/me/.openclaw/openclaw.json" },
    assets: [{ kind: "state", sourcePath: "/home/me/.openclaw", archivePath: state }],
    files: [
      {
        path: `${state}/openclaw.json`,
        size: content.length,
        sha256: createHash("sha256").update(content).digest("hex"),
      },
    ],
    links: [],
    skipped: [],
  };
  change(manifest);
  return forge([
    { name: `${state}/`, type: "directory" },
    { name: `${state}/openclaw.json`, content },
    ...extra,
    { name: `${root}/manifest.json`, content: JSON.stringify(manifest) },
  ]);
}

/** Where the state folder is in {@link forgedBackup}. */
export const FORGED_STATE = "b-openclaw-backup/payload/posix/home/me/.openclaw";
