import { resolvePort } from "../../config/index.ts";
import { hostTools } from "../../lib/host-tools.ts";
import { runningGateway } from "../../lib/locks/index.ts";
import { portOwners } from "../../lib/port-owner.ts";
import { readTargetConfig } from "../rpc/target-config.ts";
import type { Check, Finding } from "./check.ts";

/** The gateway's port is free, or the gateway's own. */
export const portCheck: Check = {
  id: "port",
  title: "Port",
  reason: "Only one program can listen on the gateway's port.",
  async run(session) {
    const { env, paths, clock } = session;
    const config = await readTargetConfig(session);
    const { port } = resolvePort({ env: env.gateway.port, config: config.port, profile: session.profile });
    const own = runningGateway({ stateLockPath: paths.stateLockPath, clock });
    const owners = await portOwners(port, hostTools(env.raw).run);
    if (owners === undefined)
      return { skipped: "lsof is not installed, so nobody can say who uses the port" };
    const others = owners.filter(({ pid }) => pid !== own?.pid);
    const moved = own?.port !== undefined && own.port !== port ? [elsewhere(own.pid, own.port, port)] : [];
    return [
      ...moved,
      ...others.map(({ pid, user, command }): Finding => ({
        severity: own === undefined ? "error" : "warning",
        message: `Port ${port} is used by ${command} (pid ${pid}${user === undefined ? "" : `, user ${user}`}).`,
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
