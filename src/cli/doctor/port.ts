import type { Check, Finding } from "./check.ts";
import { gatewayAt, nameOf, NO_LSOF, othersAt } from "./machine/ports.ts";

/** The gateway's port is free, or the gateway's own. */
export const portCheck: Check = {
  id: "port",
  title: "Port",
  reason: "Only one program can listen on the gateway's port.",
  async run(session) {
    const { own, port } = await gatewayAt(session);
    const others = await othersAt(session, port, own);
    if (others === undefined) return { skipped: NO_LSOF };
    const moved = own?.port !== undefined && own.port !== port ? [elsewhere(own.pid, own.port, port)] : [];
    return [
      ...moved,
      ...others.map((one): Finding => ({
        severity: own === undefined ? "error" : "warning",
        message: `Port ${port} is used by ${nameOf(one)}.`,
        target: `port ${port}`,
        fixHint:
          "End that program (openclaw gateway run --force does), or choose another port: openclaw config set gateway.port <port>",
      })),
    ];
  },
};

function elsewhere(pid: number, actual: number, configured: number): Finding {
  return {
    severity: "info",
    message: `The gateway (pid ${pid}) listens on port ${actual}, not on ${configured} as configured.`,
    target: `port ${actual}`,
    fixHint: `Reach it with --port ${actual}, or restart it without its own --port`,
  };
}
