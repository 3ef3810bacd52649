import type { OpenClawConfig } from "../../../config/index.ts";

/** `hooks` of the configuration. */
export type HookSettings = NonNullable<OpenClawConfig["hooks"]>;

/** The path that hooks arrive at: with a slash before it and none after; empty for the root, which is refused at start. */
export function hookPath({ path }: HookSettings): string {
  const trimmed = (path ?? "/hooks").trim().replace(/\/+$/, "");
  return trimmed === "" || trimmed.startsWith("/") ? trimmed : `/${trimmed}`;
}
