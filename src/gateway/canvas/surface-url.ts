import { CAPABILITY_PREFIX } from "./surface-paths.ts";

/** The address of everything a pass opens; what is appended is the path of a surface. */
export function surfaceUrl(gateway: string, token: string): string {
  return `${gateway}${CAPABILITY_PREFIX}/${token}`;
}

/** The token in such an address; undefined when it is none. */
export function tokenOf(url: string): string | undefined {
  const path = URL.parse(url)?.pathname;
  if (!path?.startsWith(`${CAPABILITY_PREFIX}/`)) return undefined;
  return path.slice(CAPABILITY_PREFIX.length + 1).split("/", 1)[0] || undefined;
}
