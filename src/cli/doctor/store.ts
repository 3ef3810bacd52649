import { type GatewayOwner, runningGateway } from "../../lib/locks/index.ts";
import { askLoopback } from "../../lib/loopback-http.ts";
import { isRecord } from "../../client/index.ts";
import { readTargetConfig } from "../rpc/target-config.ts";
import { withStore } from "../local-store.ts";
import type { Session } from "../session.ts";
import type { Check, Finding, Repair } from "./check.ts";

/** A gateway on this machine answers its readiness within this, or is too busy to be called well. */
const READY_TIMEOUT_MS = 5_000;

/** The state database is sound. The file of a running gateway is never opened: the gateway itself is asked. */
export const storeCheck: Check = {
  id: "store",
  title: "State database",
  reason: "Devices, nodes, sessions and messages are kept in it.",
  async run(session) {
    const { paths, clock } = session;
    const owner = runningGateway({ stateLockPath: paths.stateLockPath, clock });
    if (owner !== undefined) return askGateway(session, owner);
    const { inspectStore } = await import("../../store/index.ts");
    const found = inspectStore(paths.dbPath);
    if (found.state !== "faulty") return [];
    const { corrupt, reason } = found;
    return [
      {
        severity: "error",
        message: reason,
        path: paths.dbPath,
        ...(corrupt && {
          repair: {
            summary: "Set the damaged database aside and restore the newest sound backup",
            async apply() {
              const repaired = await withStore(session, async (store) => store.recovery !== undefined);
              return repaired ? "Repaired the state database" : "The state database was in order by now";
            },
          },
        }),
      },
    ];
  },
};

/** A running gateway has the database open; once it is down, the file is repaired, and what was repaired counts as seen. */
function atRest(session: Session): Repair {
  return {
    summary: "Stop the gateway, repair its database or note that the repair was seen, and start it again",
    needsStop: true,
    apply: () =>
      withStore(session, async (store) => {
        await store.verify();
        const { recovery } = store;
        if (recovery === undefined) return "The state database is in order";
        await store.acknowledgeRecovery();
        return `The state database is in order; the damaged file stays where it is: ${recovery.setAside}`;
      }),
  };
}

async function askGateway(session: Session, { pid, port }: GatewayOwner): Promise<Finding[]> {
  if (port === undefined) return [];
  const { tls } = await readTargetConfig(session);
  try {
    const { body } = await askLoopback({
      host: "127.0.0.1",
      port,
      path: "/readyz",
      tls: tls === true,
      timeoutMs: READY_TIMEOUT_MS,
    });
    const answer: unknown = JSON.parse(body);
    const failing = isRecord(answer) && Array.isArray(answer.failing) ? answer.failing : [];
    return failing
      .filter((reason) => typeof reason === "string")
      .map((reason): Finding => ({
        severity: "error",
        message: `The running gateway (pid ${pid}) is not ready: ${reason}`,
        target: `port ${port}`,
        ...(/database/i.test(reason)
          ? { repair: atRest(session) }
          : { fixHint: "See what it says: openclaw logs" }),
      }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      {
        severity: "error",
        message: `The gateway (pid ${pid}) holds the state database but does not answer on port ${port}: ${reason}.`,
        target: `port ${port}`,
        fixHint: "See what it is doing: openclaw logs",
      },
    ];
  }
}
