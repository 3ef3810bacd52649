import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  browserControlPlan,
  browserControlPort,
  expandPath,
  type OpenClawConfig,
} from "../../../config/index.ts";
import { openConfig } from "../../config/open.ts";
import type { Session } from "../../session.ts";
import type { Check, Finding } from "../check.ts";
import { type GatewayAt, gatewayAt, nameOf, othersAt } from "./ports.ts";

/** Browser control listens where it should, and there is a browser that starts. */
export const browserCheck: Check = {
  id: "browser",
  title: "Browser",
  reason: "An agent can open pages only with a browser of the Chromium family that starts.",
  async run(session) {
    const { config, valid } = openConfig(session).peek();
    if (!valid) return { skipped: "the configuration is not valid" };
    const plan = browserControlPlan(session.env, config);
    if (plan.off !== undefined) return { skipped: `browser control is off: ${plan.off}` };
    const { own, port } = await gatewayAt(session);
    const note: Finding[] =
      plan.note === undefined
        ? []
        : [{ severity: "warning", message: plan.note, path: "browser.controlUrl" }];
    return [
      ...note,
      ...(await portFindings(session, browserControlPort(plan, own?.port ?? port), own)),
      ...(await programFindings(session, config.browser)),
    ];
  },
};

/** Who has the port is told where that can be seen; the browser itself is looked at in any case. */
async function portFindings(session: Session, port: number, own: GatewayAt["own"]): Promise<Finding[]> {
  const others = (await othersAt(session, port, own)) ?? [];
  return others.map((one) => ({
    severity: "warning",
    message: `Port ${port} of browser control is used by ${nameOf(one)}; only the HTTP service is missing then.`,
    target: `port ${port}`,
    fixHint: "End that program, or choose another port: openclaw config set browser.controlPort <port>",
  }));
}

type BrowserConfig = OpenClawConfig["browser"];

async function programFindings({ env, paths }: Session, browser: BrowserConfig): Promise<Finding[]> {
  const remote = browser?.cdpUrl !== undefined || browser?.attachOnly === true;
  if (remote) return [];
  const { browserOnMachine } = await import("../../../browser/index.ts");
  const { platform, uid } = env.system;
  const named = browser?.executablePath;
  const path = named === undefined ? undefined : expandPath(named, paths.home);
  const machine = { platform, home: paths.home, variables: env.raw };
  const { found, advice } = await browserOnMachine(machine, path);
  if (!found) {
    const message =
      path === undefined
        ? "No browser of the Chromium family was found on this machine, so agents open no pages."
        : `There is no program ${path}, which browser.executablePath names.`;
    return [
      {
        severity: path === undefined ? "info" : "warning",
        message,
        ...(path !== undefined && { path: "browser.executablePath" }),
        fixHint: advice,
      },
    ];
  }
  const isRoot = platform !== "win32" && uid === 0;
  if (browser?.noSandbox === true) {
    return [
      {
        severity: "info",
        message: `${found.path} is started with --no-sandbox: a page that breaks out of it has the rights of this account${isRoot ? ", which is root" : ""}.`,
        path: "browser.noSandbox",
        fixHint: isRoot ? "Run the gateway as another user" : "openclaw config unset browser.noSandbox",
      },
    ];
  }
  // Who never used it has nothing to be told.
  const isUsed = browser !== undefined || existsSync(join(paths.stateDir, "browser"));
  return isRoot && isUsed
    ? [
        {
          severity: "info",
          message: `${found.path} does not start for root, who has no sandbox.`,
          path: "browser.noSandbox",
          fixHint:
            "Run the gateway as another user, or accept it: openclaw config set browser.noSandbox true",
        },
      ]
    : [];
}
