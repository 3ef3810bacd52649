import { version } from "../../package.json" with { type: "json" };

// Constants that build/compile.ts writes into the executable; none of them exists when running from source.
declare const OPENCLAW_BUILD_COMMIT: string | undefined;
declare const OPENCLAW_BUILD_DATE: string | undefined;

/** The product version, for example `2026.11.1`. */
export const VERSION: string = version;

/** The short commit the executable was built from; `source` when running from source. */
export const COMMIT: string = typeof OPENCLAW_BUILD_COMMIT === "string" ? OPENCLAW_BUILD_COMMIT : "source";

/** When the executable was built, ISO 8601 in UTC; undefined when running from source. */
export const BUILD_DATE: string | undefined =
  typeof OPENCLAW_BUILD_DATE === "string" ? OPENCLAW_BUILD_DATE : undefined;

/** What `openclaw --version` prints: name, version, short commit. */
export function versionLine(): string {
  return `OpenClaw ${VERSION} (${COMMIT})`;
}
