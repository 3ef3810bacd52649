import type { Obstacle, Service } from "../../service/contract.ts";
import { isServiceError } from "../../service/failure.ts";
import { inspectService } from "../../service/facts/inspect.ts";
import type { Check, Finding, NotNow } from "../check.ts";

/** The supervisor can keep a service of this user running. */
export const supervisorCheck: Check = {
  id: "supervisor",
  title: "Supervisor",
  reason: "Without a session bus no service can be started, and without lingering it ends at logout.",
  async run(session) {
    const { seat, status } = await inspectService(session, { deep: false });
    const { service } = seat;
    if (service === undefined) return { skipped: "no supported service manager was found on this machine" };
    const obstacles = await obstaclesOf(service);
    if ("skipped" in obstacles) return obstacles;
    const installed = status?.installed === true;
    return obstacles.map((obstacle) => findingOf(obstacle, installed));
  },
};

/** What is in a service's way; or why nobody can say. */
export async function obstaclesOf(service: Service): Promise<readonly Obstacle[] | NotNow> {
  try {
    return await service.obstacles();
  } catch (error) {
    if (isServiceError(error)) return { skipped: error.message };
    throw error;
  }
}

/** Where no service is installed, nothing is broken by what would be in its way. */
function findingOf({ code, message, fix, fatal }: Obstacle, installed: boolean): Finding {
  return {
    severity: installed ? (fatal ? "error" : "warning") : "info",
    message,
    target: code,
    ...(fix !== "" && { fixHint: fix }),
  };
}
