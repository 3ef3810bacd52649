import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { type ParamsOf, status } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import type { RestartControl } from "../state/restart.ts";
import type { RestartSentinel, RestartSentinels } from "../state/restart-sentinel.ts";

export interface RestartHandlerDeps {
  readonly restart: RestartControl;
  readonly sentinels: Pick<RestartSentinels, "leave" | "settle">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: () => OpenClawConfig;
  /** Ends this gateway and its process, as a signal would. */
  readonly stop: () => void;
}

export function restartHandlers(deps: RestartHandlerDeps): BoundMethod[] {
  return [
    handle(status.gatewayRestartPreflight, () => deps.restart.preflight()),
    handle(status.gatewayRestartRequest, (params) => requestRestart(deps, params)),
    handle(status.gatewayStop, () => {
      // After the answer: the end closes the socket that asked.
      deps.clock.after(0, deps.stop);
      deps.log.info("received gateway.stop; shutting down");
      return { ok: true as const, pid: process.pid };
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

async function requestRestart(
  { restart, sentinels, clock }: RestartHandlerDeps,
  params: ParamsOf<typeof status.gatewayRestartRequest>,
) {
  const { reason, skipDeferral, restartDelayMs } = params;
  const left = noteOf(params, clock.now());
  if (left !== undefined) await sentinels.leave(left);
  const receipt = restart.request({
    reason: textIn(reason) ?? "gateway.restart.request",
    skipDeferral: skipDeferral === true,
    delayMs: typeof restartDelayMs === "number" && restartDelayMs > 0 ? restartDelayMs : undefined,
    // Nobody is told of a restart that never was.
    givenUp: () => {
      if (left !== undefined) void sentinels.settle();
    },
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
}

/** What the next gateway is to say, and to whom; params of another type than documented count as absent, as others do here. */
function noteOf(
  { note, sessionKey, deliveryContext }: ParamsOf<typeof status.gatewayRestartRequest>,
  ts: number,
): RestartSentinel | undefined {
  const key = textIn(sessionKey);
  const message = textIn(note) ?? null;
  const place =
    typeof deliveryContext === "object" && deliveryContext !== null ? { ...deliveryContext } : undefined;
  if (key === undefined && message === null && place === undefined) return undefined;
  const at = (name: string) => {
    const value: unknown = place && Reflect.get(place, name);
    return typeof value === "number" ? String(value) : textIn(value);
  };
  return {
    kind: "restart-request",
    status: "ok",
    ts,
    message,
    ...(key !== undefined && { sessionKey: key }),
    ...(place && {
      deliveryContext: {
        channel: at("channel"),
        to: at("to"),
        accountId: at("accountId"),
        threadId: at("threadId"),
      },
    }),
    stats: { mode: "gateway.restart.request" },
  };
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
