import { canvasPlan, canvasPort } from "../../../config/index.ts";
import { openConfig } from "../../config/open.ts";
import type { Check, Finding } from "../check.ts";
import { gatewayAt, nameOf, NO_LSOF, othersAt } from "./ports.ts";

/** The port of the canvas is free, or the gateway's own. */
export const canvasPortCheck: Check = {
  id: "canvas-port",
  title: "Canvas port",
  reason: "A canvas whose port another program has is to be found on the gateway's own port only.",
  async run(session) {
    const { config, valid } = openConfig(session).peek();
    if (!valid) return { skipped: "the configuration is not valid" };
    const plan = canvasPlan(session.env, config);
    const { own, port: main } = await gatewayAt(session);
    const port = plan.off === undefined ? canvasPort(plan, own?.port ?? main) : undefined;
    if (port === undefined) return [];
    const others = await othersAt(session, port, own);
    if (others === undefined) return { skipped: NO_LSOF };
    return others.map((one): Finding => {
      return {
        severity: "warning",
        message: `Port ${port} of the canvas is used by ${nameOf(one)}.`,
        target: `port ${port}`,
        fixHint:
          "End that program and restart the gateway, or choose another port: openclaw config set canvasHost.port <port>",
      };
    });
  },
};
