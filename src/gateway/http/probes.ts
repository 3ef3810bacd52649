import type { EventLoopHealth } from "../../protocol/index.ts";
import type { Metrics } from "../state/metrics.ts";
import { jsonResponse, textResponse } from "./responses.ts";
import type { Route } from "./route.ts";

export interface ProbeDeps {
  /** Names of what keeps this gateway from being ready; empty when it is. */
  readonly failing: () => Promise<readonly string[]> | readonly string[];
  /** Which gateway it is, told to callers of this machine: whoever finds its port taken has to know. */
  readonly self: { readonly pid: number; readonly version: string; readonly name: string };
  readonly phase: () => "starting" | "ready" | "stopping";
  readonly uptimeMs: () => number;
  readonly eventLoop: () => EventLoopHealth;
  readonly metrics: Metrics;
}

/** Liveness, start-up, readiness and metrics. */
export function probeRoutes(deps: ProbeDeps): Route[] {
  const live = (): Response => jsonResponse(200, { ok: true, status: "live" });
  const started = (): Response => {
    const phase = deps.phase();
    if (phase === "ready") return jsonResponse(200, { ok: true, status: "started" });
    return jsonResponse(503, { ok: false, status: phase === "stopping" ? "draining" : "starting" });
  };
  const ready: Route["handle"] = async (_request, { trusted }) => {
    const failing = await deps.failing();
    const body = {
      ready: failing.length === 0,
      ...(trusted && {
        failing,
        uptimeMs: deps.uptimeMs(),
        eventLoop: deps.eventLoop(),
        gateway: deps.self,
      }),
    };
    return jsonResponse(failing.length === 0 ? 200 : 503, body);
  };
  const metrics = (): Response =>
    textResponse(200, deps.metrics.render(), "text/plain; version=0.0.4; charset=utf-8");

  const open = { methods: ["GET", "HEAD"], auth: "none", whileLeaving: true } as const;
  return [
    { ...open, path: "/healthz", summary: "The process answers.", handle: live },
    { ...open, path: "/health", summary: "The same as /healthz.", handle: live },
    { ...open, path: "/startupz", summary: "Start-up is over.", handle: started },
    { ...open, path: "/startup", summary: "The same as /startupz.", handle: started },
    { ...open, path: "/readyz", summary: "Ready for work; 503 with the reasons until then.", handle: ready },
    { ...open, path: "/ready", summary: "The same as /readyz.", handle: ready },
    {
      path: "/metrics",
      methods: ["GET", "HEAD"],
      auth: "local-or-operator",
      whileLeaving: true,
      summary: "Prometheus text.",
      handle: metrics,
    },
  ];
}
