import { displayPath } from "../../../config/index.ts";
import type { Service, ServiceStatus } from "../../service/contract.ts";
import { inspectService, type ServiceReport } from "../../service/facts/inspect.ts";
import { installGateway, refreshGateway } from "../../service/operate.ts";
import type { Session } from "../../session.ts";
import type { Check, Finding, Look, NotNow, Repair } from "../check.ts";
import { handsOff } from "./hands-off.ts";
import { obstaclesOf } from "./supervisor.ts";

/** The service is installed as this version would install it, and is in the state its operator wants. */
export const serviceCheck: Check = {
  id: "service",
  title: "Service",
  reason:
    "A service that is not as it should be starts another gateway than the one that was configured, or none.",
  async run(session, look) {
    const report = await inspectService(session, { deep: false });
    const { status, absence, seat } = report;
    if (seat.service === undefined) {
      return { skipped: absence?.message ?? "no supported service manager was found on this machine" };
    }
    if (seat.service.identity.relocated) {
      const shown = displayPath(session.paths.stateDir, session.paths.home);
      return { skipped: `${shown} has no service of its own; a profile has` };
    }
    if (status === undefined) return { skipped: absence?.message ?? "the supervisor gave no answer" };
    if (!status.installed) return notInstalled(session, look, status, seat.service);
    return [...stateFindings(status), ...drift(session, look, report)];
  },
};

/** Differences between what is installed and what should be; one rewriting mends them all. */
function drift(session: Session, { force }: Look, { issues, seat, status }: ServiceReport): Finding[] {
  const kept = handsOff(session);
  const repair = kept === undefined ? refreshing(session) : undefined;
  const file = status?.command?.sourcePath ?? seat.service?.identity.path;
  const meant = issues.some(({ level }) => level === "recommended") || force;
  return issues.map(({ code, message, level, detail }): Finding => {
    const mended = level === "recommended" || force;
    return {
      severity: level === "recommended" ? "warning" : "info",
      message: `${message} (${code})`,
      target: code,
      ...(file !== undefined && { path: file }),
      ...(detail !== undefined && { details: [detail] }),
      ...(mended && meant && repair !== undefined && { repair }),
      ...(!mended && {
        fixHint: "Somebody may have meant it. Put it back with: openclaw doctor --fix --force",
      }),
      ...(kept !== undefined && { fixHint: kept }),
    };
  });
}

function refreshing(session: Session): Repair {
  return {
    summary: "Write the service anew, and keep it running or stopped as it is",
    async apply() {
      const { messages, answer } = await refreshGateway(session);
      const done = messages.join(" ");
      return answer === undefined ? done : `${done}; the gateway answers on port ${answer.port}`;
    },
  };
}

function stateFindings({ disabledByOperator, loaded, runtime }: ServiceStatus): Finding[] {
  const fixHint = "Start it: openclaw gateway start";
  if (disabledByOperator) {
    const message =
      "The service was stopped for good (openclaw gateway stop --disable); nothing starts it until you do.";
    return [{ severity: "info", message, fixHint }];
  }
  if (runtime.status === "stopped") {
    return [
      { severity: "warning", message: "The service is installed, and its gateway does not run.", fixHint },
    ];
  }
  if (!loaded && runtime.status === "running" && runtime.inspectionFailure === undefined) {
    const message = "The service runs, but will not start by itself after the next boot.";
    return [{ severity: "warning", message, fixHint: "Install it anew: openclaw gateway install --force" }];
  }
  return [];
}

async function notInstalled(
  session: Session,
  { aftermath }: Look,
  status: ServiceStatus,
  service: Service,
): Promise<readonly Finding[] | NotNow> {
  const obstacles = await obstaclesOf(service);
  if ("skipped" in obstacles) return obstacles;
  const refusal = obstacles.find(({ fatal }) => fatal);
  if (refusal !== undefined) {
    const { message, fix, code } = refusal;
    return [
      {
        severity: "info",
        message: `No service of this user is installed. ${message}`,
        target: code,
        fixHint: fix,
      },
    ];
  }
  const message = "The gateway is no service: it does not start by itself.";
  if (!aftermath.has("legacy-service-removed") || handsOff(session) !== undefined) {
    const fixHint = "Make it one: openclaw gateway install";
    return [{ severity: "info", message, ...(!status.disabledByOperator && { fixHint }) }];
  }
  return [
    {
      severity: "warning",
      message: "The service of an earlier version is gone, and this version has none yet.",
      repair: {
        summary: "Install the gateway as a service",
        async apply() {
          const { messages, answer } = await installGateway(session);
          return `${messages.join(" ")} The gateway answers on port ${answer?.port ?? "?"}`;
        },
      },
    },
  ];
}
