import { type Static, Type } from "@sinclair/typebox";
import { fits } from "../../../protocol/index.ts";
import { ArchiveError, quotedName } from "./errors.ts";

/** The kinds of things a backup is made of. */
const ASSET_KINDS = ["state", "config", "credentials", "workspace"] as const;

export type AssetKind = (typeof ASSET_KINDS)[number];

const Asset = Type.Object({
  kind: Type.String(),
  /** Absolute, where it was on the machine that made the backup. */
  sourcePath: Type.String(),
  /** In the archive. */
  archivePath: Type.String(),
});

const FileRow = Type.Object({
  /** In the archive. */
  path: Type.String(),
  size: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  /** It shrank while it was read: filled up with zeros, and left out by a restore. */
  torn: Type.Optional(Type.Literal(true)),
});

const LinkRow = Type.Object({
  /** In the archive, where no links are: they are made by a restore, when all files are there. */
  path: Type.String(),
  /** Relative, inside the same asset. */
  target: Type.String(),
});

/** `manifest.json`, version 1. */
export const Manifest = Type.Object({
  schemaVersion: Type.Literal(1),
  createdAt: Type.String(),
  archiveRoot: Type.String(),
  runtimeVersion: Type.String(),
  platform: Type.String(),
  options: Type.Object({ includeWorkspace: Type.Boolean(), onlyConfig: Type.Boolean() }),
  paths: Type.Object({
    stateDir: Type.String(),
    configPath: Type.String(),
    workspaceDirs: Type.Optional(Type.Array(Type.String())),
  }),
  assets: Type.Array(Asset),
  /** The copy of the state database; absent when there was none. */
  database: Type.Optional(Type.Object({ path: Type.String(), schemaVersion: Type.Integer({ minimum: 0 }) })),
  /** Every file; absent in archives of the program that came before this one. */
  files: Type.Optional(Type.Array(FileRow)),
  links: Type.Optional(Type.Array(LinkRow)),
  skipped: Type.Optional(Type.Array(Type.Unknown())),
});

export type Manifest = Static<typeof Manifest>;
export type ManifestAsset = Static<typeof Asset>;
export type ManifestFile = Static<typeof FileRow>;
export type ManifestLink = Static<typeof LinkRow>;

/** Name of the manifest below the archive's folder. */
export const MANIFEST_NAME = "manifest.json";

/** Reads a manifest of an archive whose folder is `root`. @throws ArchiveError */
export function parseManifest(text: string, root: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ArchiveError("no-manifest", `Its ${MANIFEST_NAME} is not JSON.`, cause);
  }
  const version: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, "schemaVersion") : undefined;
  if (typeof version === "number" && version > 1) {
    throw new ArchiveError(
      "newer",
      `It was made by a newer openclaw: its manifest has version ${version}, this program knows 1.`,
    );
  }
  if (!fits(Manifest, value)) {
    throw new ArchiveError("no-manifest", `Its ${MANIFEST_NAME} is not that of a backup.`);
  }
  if (value.archiveRoot !== root) {
    throw new ArchiveError(
      "mismatch",
      `Its manifest belongs to another archive (${quotedName(value.archiveRoot)}).`,
    );
  }
  for (const { archivePath } of value.assets) assertBelow(archivePath, root);
  for (const { path, target } of value.links ?? []) {
    assertBelow(path, root);
    const asset = value.assets.find((candidate) => path.startsWith(`${candidate.archivePath}/`));
    if (asset === undefined || !staysInside(path.slice(asset.archivePath.length + 1), target)) {
      throw new ArchiveError("unsafe-type", `The link ${quotedName(path)} leads out of the backup.`);
    }
  }
  return value;
}

function assertBelow(path: string, root: string): void {
  const parts = path.split("/");
  if (parts[0] === root && parts.length > 1 && parts.every(isPlainPart)) return;
  throw new ArchiveError(
    "unsafe-name",
    `Its manifest names ${quotedName(path)}, which is not a place in it.`,
  );
}

/** A name that is one level, and no way up. */
export function isPlainPart(part: string): boolean {
  return part !== "" && part !== "." && part !== ".." && !/[\0\\]/.test(part);
}

/**
 * Whether a relative link at `path` (relative to its asset) stays inside the asset whatever other links do: all steps up come
 * first, and are fewer than the levels there are.
 */
export function staysInside(path: string, target: string): boolean {
  const parts = target.replace(/\/$/, "").split("/");
  const ups = parts.findIndex((part) => part !== "..");
  const rest = ups === -1 ? [] : parts.slice(ups);
  const levels = path.split("/").length - 1;
  return (
    (ups === -1 ? parts.length : ups) <= levels && rest.every((part) => part === "." || isPlainPart(part))
  );
}
