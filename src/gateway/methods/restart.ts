import type { OpenClawConfig } from "../../config/index.ts";
import { status } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import type { RestartControl } from "../state/restart.ts";

export interface RestartHandlerDeps {
  readonly restart: RestartControl;
  readonly config: () => OpenClawConfig;
}

export function restartHandlers(deps: RestartHandlerDeps): BoundMethod[] {
  return [
    handle(status.gatewayRestartPreflight, () => deps.restart.preflight()),
    handle(status.gatewayRestartRequest, ({ reason, skipDeferral }) => {
      const receipt = deps.restart.request({
        reason: typeof reason === "string" ? reason : "gateway.restart.request",
        skipDeferral: skipDeferral === true,
      });
      return {
        ok: true,
        status: receipt.status,
        preflight: receipt.preflight,
        restart: {
          ok: true,
          pid: process.pid,
          reason: receipt.reason,
          mode: "in-process",
          delayMs: receipt.delayMs,
          coalesced: receipt.coalesced,
        },
      };
    }),
    handle(status.updateStatus, () => {
      const { channel, auto } = deps.config().update ?? { channel: "stable" };
      return {
        sentinel: null,
        updateAvailable: null,
        effectiveChannel: channel,
        schedule: { channel, autoEnabled: auto?.enabled ?? false, install: { kind: "unknown" as const } },
      };
    }),
  ];
}
