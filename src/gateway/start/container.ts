import { existsSync } from "node:fs";

/** Files that container engines put into every container. */
const MARKERS = ["/.dockerenv", "/run/.containerenv"] as const;

/** True inside a container, where a published port arrives from outside the loopback. */
export function isContainer(env: { readonly raw: Readonly<Record<string, string>> }): boolean {
  return env.raw["container"] !== undefined || MARKERS.some((marker) => existsSync(marker));
}
