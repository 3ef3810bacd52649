import { PathJailError, quoted } from "./errors.ts";

/** Longest path that is looked at; systems take no longer ones. */
const MAX_PATH_CHARS = 4_096;

/** `file://`, `http://` and the like. */
const URL = /^[a-z][a-z0-9+.-]+:\/\//i;

/** `\\server\share`, `//server/share` of Windows, `\\?\`, `\\.\`. */
const NETWORK_OR_DEVICE = /^(?:\\\\|\/\/)/;

/** Names that are devices in every folder of Windows, with any extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/** Windows takes dots and blanks off the end of a name, so that another name is meant than is read. */
const WINDOWS_TRAILING = /[. ]$/;

/**
 * Refuses what cannot be an ordinary path on this system, before the system sees it. Nothing is decoded: `%2e%2e` is a
 * name. @throws PathJailError `form`
 */
export function assertForm(path: string, platform: NodeJS.Platform = process.platform): void {
  const refuse = (why: string): never => {
    throw new PathJailError("form", `${quoted(path)} is not a path that can be used: ${why}`);
  };
  if (path.trim() === "") refuse("it is empty");
  if (path.length > MAX_PATH_CHARS) refuse(`it has more than ${MAX_PATH_CHARS} characters`);
  if (path.includes("\0")) refuse("it holds a NUL character");
  if (URL.test(path)) refuse("it is a URL");
  if (path.startsWith("\\\\")) refuse("network and device paths are not served");
  if (platform === "win32") assertWindowsForm(path, refuse);
}

function assertWindowsForm(path: string, refuse: (why: string) => never): void {
  if (NETWORK_OR_DEVICE.test(path)) refuse("network and device paths are not served");
  const rest = /^[a-z]:/i.test(path) ? path.slice(2) : path;
  if (rest !== path && !/^[\\/]/.test(rest)) refuse("it depends on the current folder of a drive");
  if (rest.includes(":")) refuse("it names a stream of a file");
  for (const name of rest.split(/[\\/]/)) {
    if (WINDOWS_DEVICE.test(name)) refuse("it names a device");
    if (name !== "." && name !== ".." && WINDOWS_TRAILING.test(name))
      refuse("a name in it ends in a dot or a blank");
  }
}
