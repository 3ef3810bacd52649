/** A path below a surface, as sent. */
export interface ForeignPath {
  /** Decoded names, none of them empty, hidden or a way up. */
  readonly names: readonly string[];
  /** It ended in `/`, or was empty: a folder is meant. */
  readonly isFolder: boolean;
}

/**
 * Takes a percent-encoded path apart. Undefined for what no file of a canvas is called: a name with a slash, backslash,
 * colon or control character in it, a way up, a hidden file, anything encoded twice or wrongly. What is left still has to
 * go through the jail, which knows the disk.
 */
export function foreignPath(path: string): ForeignPath | undefined {
  const isFolder = path === "" || path.endsWith("/");
  const parts = (path.endsWith("/") ? path.slice(0, -1) : path).split("/");
  if (path === "" || path === "/") return path === "" ? { names: [], isFolder } : undefined;
  const names: string[] = [];
  for (const part of parts) {
    const name = decoded(part);
    if (name === undefined || !isPlainName(name)) return undefined;
    names.push(name);
  }
  return { names, isFolder };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Names that would be hidden (`.env`, `.git`) are nothing to show, which covers `.` and `..` too. */
function isPlainName(name: string): boolean {
  return (
    name !== "" &&
    !name.startsWith(".") &&
    !/[\\/:\u0000-\u001f\u007f]/.test(name) &&
    !/%[0-9a-f]{2}/i.test(name)
  );
}
