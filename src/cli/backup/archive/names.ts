import { basename, dirname, join, posix } from "node:path";

/** A moment as a file name tells it: local time with its offset, `2026-03-09T08-00-00.000+08-00`. */
export function localStamp(epochMs: number): string {
  const at = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const offset = -at.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}`;
  const ms = String(at.getMilliseconds()).padStart(3, "0");
  return `${date}T${time}.${ms}${offset < 0 ? "-" : "+"}${two(hours)}-${two(minutes)}`;
}

/** A dated place beside another: `openclaw.json.removed-2026-03-09T08-00-00.000+08-00`. */
export function besideOf(path: string, word: string, epochMs: number): string {
  return join(dirname(path), `${basename(path)}.${word}-${localStamp(epochMs)}`);
}

/** Name of the archive's own folder for a backup made at that time. */
export function archiveRootOf(epochMs: number): string {
  return `${localStamp(epochMs)}-openclaw-backup`;
}

/** Where a file or folder of this machine goes in an archive. */
export function payloadPath(
  root: string,
  path: string,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform !== "win32") return posix.join(root, "payload", "posix", path);
  const slashes = path.replaceAll("\\", "/").replace(/^([a-z]):/i, (_, drive: string) => drive.toUpperCase());
  return posix.join(root, "payload", "windows", slashes);
}
