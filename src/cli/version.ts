import { COMMIT, VERSION } from "../lib/version.ts";

/** What `--version` prints. */
export function versionLine(): string {
  return `OpenClaw ${VERSION} (${COMMIT})`;
}
