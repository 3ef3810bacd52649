import { resolvePort } from "../../config/index.ts";
import type { status } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { statusFlags } from "../commands/gateway.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { probeGateway } from "../rpc/probe.ts";
import { readConfigSummary } from "../rpc/target-config.ts";
import { lastLogError } from "./last-error.ts";
import { findListeners } from "./listeners.ts";
import { findNeighbours } from "./neighbours.ts";
import { findGatewayProcess } from "./process.ts";
import { statusJson } from "./status-json.ts";
import { isHealthy, type StatusReport } from "./status-report.ts";
import { printStatus } from "./status-text.ts";

export const run: Run<typeof statusFlags> = async ({ flags, session }) => {
  if (flags.requireRpc && !flags.probe)
    throw new CliError("Use either --require-rpc or --no-probe, not both.");
  const config = await readConfigSummary(session);
  const target = await targetFrom(session, flags, config.target);
  const choice = resolvePort({
    flag: flags.port,
    env: session.env.gateway.port,
    config: config.target.port,
    profile: session.profile,
  });
  const probing = async () =>
    probeGateway(session, target, flags.timeout, async (client) => {
      if (!flags.requireRpc) return client.hello.server.version;
      const options = { timeoutMs: flags.timeout };
      return (await client.request<typeof status.status>("status", {}, options)).runtimeVersion;
    });
  const found = findGatewayProcess(session);
  const [probe, listeners, neighbours] = await session.out.during(
    "Looking at the gateway",
    Promise.all([
      flags.probe ? probing() : undefined,
      findListeners(session, target, choice.port, found.pid),
      flags.deep ? findNeighbours(session) : undefined,
    ]),
  );
  const down = probe?.unreachable === true && target.implicitLocal;
  const report: StatusReport = {
    config,
    target,
    port: choice.port,
    portSource: choice.source === "flag" ? "--port" : "env/config",
    process: found,
    probe,
    readProbe: flags.requireRpc,
    // Whoever answers as a gateway is no stranger, whichever state folder it works on.
    listeners: probe?.ok === true ? { ...listeners, hints: [] } : listeners,
    lastError: down ? await lastLogError(session) : undefined,
    neighbours,
  };
  if (flags.json) session.out.json(statusJson(report, session));
  else printStatus(report, session);
  return flags.requireRpc && !isHealthy(report) ? EXIT_FAILURE : EXIT_OK;
};
