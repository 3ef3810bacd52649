import { lstatSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeptLink, KeyChange } from "../../../../store/index.ts";
import { selfOf } from "../self.ts";
import { keyOfFile } from "./key-files.ts";
import { MAX_FILE_BYTES, MAX_FILES, READ_AT_ONCE } from "./limits.ts";

/** The credentials, and what they were before the last write. */
const CREDENTIALS = ["creds.json", "creds.json.bak"] as const;

/** A link as a folder of an earlier version holds it. */
export interface FolderLink {
  readonly link: KeptLink & { readonly creds: string };
  /** The credentials were broken, and their copy was taken. */
  readonly fromBackup: boolean;
  /** Files of keys that could not be read. */
  readonly skipped: number;
}

/** True when a folder holds credentials of a linked account, be it only their copy. */
export function holdsLink(folder: string): boolean {
  return CREDENTIALS.some((name) => isPlainFile(join(folder, name)));
}

/** Credentials that belong to a linked account, from the file or else its copy; undefined when there are none. */
export async function credentialsIn(
  folder: string,
): Promise<{ readonly text: string; readonly fromBackup: boolean; readonly since: number } | undefined> {
  for (const name of CREDENTIALS) {
    const path = join(folder, name);
    const text = await readPlain(path);
    if (text === undefined || !areCredentials(text)) continue;
    const { birthtimeMs, mtimeMs } = lstatSync(path);
    const since = Math.floor(birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs);
    return { text, fromBackup: name !== CREDENTIALS[0], since };
  }
  return undefined;
}

/** Reads a whole link; undefined when the folder has none that is complete. Nothing is changed. */
export async function readLink(folder: string): Promise<FolderLink | undefined> {
  const creds = await credentialsIn(folder);
  if (!creds) return undefined;
  const files = readdirSync(folder).slice(0, MAX_FILES);
  const keys: KeyChange[] = [];
  let skipped = 0;
  const read = async (): Promise<void> => {
    for (let name = files.pop(); name !== undefined; name = files.pop()) {
      const key = keyOfFile(name);
      if (!key) continue;
      const value = await readPlain(join(folder, name));
      if (value !== undefined && isJson(value)) keys.push({ ...key, value });
      else skipped += 1;
    }
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, read));
  const { text, since, fromBackup } = creds;
  return { link: { creds: text, keys, since }, fromBackup, skipped };
}

/** Half a file of credentials, and those of a code that nobody scanned, link nothing. */
function areCredentials(text: string): boolean {
  if (!isJson(text)) return false;
  const value: unknown = JSON.parse(text);
  const isWhole =
    typeof value === "object" &&
    value !== null &&
    ["noiseKey", "signedIdentityKey"].every((key) => key in value);
  return isWhole && selfOf(text) !== undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isPlainFile(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size > 0 && stat.size <= MAX_FILE_BYTES;
}

/** A link to elsewhere is nobody's key. */
async function readPlain(path: string): Promise<string | undefined> {
  if (!isPlainFile(path)) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
