import { canvasPlan, canvasPort, resolvePort } from "../../../config/index.ts";
import { hostTools } from "../../../lib/host-tools.ts";
import { runningGateway } from "../../../lib/locks/index.ts";
import { portOwners } from "../../../lib/port-owner.ts";
import { openConfig } from "../../config/open.ts";
import { readTargetConfig } from "../../rpc/target-config.ts";
import type { Check, Finding } from "../check.ts";

/** The port of the canvas is free, or the gateway's own. */
export const canvasPortCheck: Check = {
  id: "canvas-port",
  title: "Canvas port",
  reason: "A canvas whose port another program has is to be found on the gateway's own port only.",
  async run(session) {
    const { env, paths, clock } = session;
    const { config, valid } = openConfig(session).peek();
    if (!valid) return { skipped: "the configuration is not valid" };
    const plan = canvasPlan(env, config);
    const own = runningGateway({ stateLockPath: paths.stateLockPath, clock });
    const { port: configured } = await readTargetConfig(session);
    const { port: main } = resolvePort({
      env: env.gateway.port,
      config: configured,
      profile: session.profile,
    });
    const port = plan.off === undefined ? canvasPort(plan, own?.port ?? main) : undefined;
    if (port === undefined) return [];
    const owners = await portOwners(port, hostTools(env.raw).run);
    if (owners === undefined)
      return { skipped: "lsof is not installed, so nobody can say who uses the port" };
    return owners
      .filter(({ pid }) => pid !== own?.pid)
      .map(({ pid, user, command }): Finding => {
        return {
          severity: "warning",
          message: `Port ${port} of the canvas is used by ${command} (pid ${pid}${user === undefined ? "" : `, user ${user}`}).`,
          target: `port ${port}`,
          fixHint:
            "End that program and restart the gateway, or choose another port: openclaw config set canvasHost.port <port>",
        };
      });
  },
};
