import { type OpenClawConfig, partByReaders, planReload, type WriteOutcome } from "../../config/index.ts";

/** What a written change asks of a gateway that runs. */
export interface ReloadOutcome {
  /** `unread`: nothing in this version reads what was changed. */
  readonly needs: "restart" | "hot" | "none" | "unread";
  /** A running gateway restarts without being told to. */
  readonly restartsItself: boolean;
}

/** What becomes of a change under the reload mode that the written configuration has. */
export function reloadOutcome({ changedPaths, snapshot }: WriteOutcome<OpenClawConfig>): ReloadOutcome {
  const { read, unread } = partByReaders(changedPaths);
  if (read.length === 0 && unread.length > 0) return { needs: "unread", restartsItself: false };
  const { action, ignored } = planReload(read, snapshot.config.gateway.reload.mode);
  const restartsItself = action === "restart";
  if (restartsItself || ignored.length > 0) return { needs: "restart", restartsItself };
  return { needs: action === "apply" ? "hot" : "none", restartsItself };
}

/** One sentence for a person. */
export const RELOAD_TEXT: Readonly<Record<ReloadOutcome["needs"], string>> = {
  restart: "Restart the gateway to apply.",
  hot: "Change will apply without restarting the gateway.",
  none: "No gateway restart needed.",
  unread: "Nothing reads it in this version; the gateway does as before.",
};

/** Beside {@link RELOAD_TEXT}, when a gateway that runs needs nobody for its restart. */
export const RESTARTS_ITSELF = "A gateway that is running restarts by itself (gateway.reload.mode).";
