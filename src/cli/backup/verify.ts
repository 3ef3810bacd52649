import { statSync } from "node:fs";
import { resolve } from "node:path";
import { displayPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { verifyFlags } from "../commands/installation.ts";
import { bytes, plural } from "../words.ts";
import type { ArchiveContents } from "./archive/reader.ts";
import { examine, examineDatabase } from "./archive/examine.ts";
import { showProgress } from "./progress.ts";
import { explained } from "./refusal.ts";

export const run: Run<typeof verifyFlags> = async ({ flags, args, session }) => {
  const { out, paths, env } = session;
  const archive = resolve(args[0] ?? "");
  const signal = session.interrupted();
  const contents = await explained(session, { archive, signal }, async () => {
    using bar = showProgress(session, "Reading", statSync(archive, { throwIfNoEntry: false })?.size);
    const found = await examine(archive, { signal, onProgress: (count) => bar.at(count) });
    await examineDatabase(archive, found, { tmpDir: env.tmpDir, signal });
    return found;
  });
  if (flags.json) {
    out.json({ ok: true, ...factsOf(archive, contents) });
    return;
  }
  const { manifest, files } = contents;
  out.line(`${displayPath(archive, paths.home)} is complete and sound.`);
  out.line(`Made ${manifest.createdAt} by openclaw ${manifest.runtimeVersion} on ${manifest.platform}.`);
  out.line(`${plural(files.size, "file")}, ${bytes(contents.bytes)} unpacked.`);
  for (const { kind, sourcePath } of manifest.assets) out.line(`- ${kind}: ${sourcePath}`);
  if (manifest.files === undefined) {
    out.warn(
      "It has no checksums of its files, as archives of the earlier program: only its structure was checked.",
    );
  }
};

/** What `--json` tells of an archive. */
export function factsOf(archive: string, { manifest, files, folders, root, bytes: size }: ArchiveContents) {
  return {
    archivePath: archive,
    archiveRoot: root,
    createdAt: manifest.createdAt,
    runtimeVersion: manifest.runtimeVersion,
    assetCount: manifest.assets.length,
    entryCount: files.size + folders.size + 1,
    symlinkCount: manifest.links?.length ?? 0,
    bytes: size,
    checksums: manifest.files !== undefined,
    databaseSchemaVersion: manifest.database?.schemaVersion ?? null,
  };
}
