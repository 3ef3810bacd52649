import { systemClock } from "../../lib/clock.ts";
import { randomIds } from "../../lib/ids.ts";
import type { RunOptions } from "./options.ts";
import type { Gateway } from "../gateway.ts";
import { Launched } from "./launch.ts";
import { StartRefusal } from "./refusal.ts";
import { listenForSignals, type SignalRequest } from "./signals.ts";

/**
 * Runs the gateway in this process until it is told to stop; a restart begins it anew on the settings then in force.
 * Returns the exit code: 0 after a clean stop, 78 when the configuration forbids the start, 1 for other refusals.
 */
export async function runGateway(options: RunOptions): Promise<number> {
  const launched = await launchOrExplain(options);
  if (typeof launched === "number") return launched;
  try {
    for (;;) {
      const end = await superviseOne(launched.gateway, options);
      if (!end.restart) return 0;
      await launched.restart();
    }
  } catch (error) {
    return explain(error, options);
  } finally {
    await launched.dispose();
  }
}

async function launchOrExplain(options: RunOptions): Promise<number | Launched> {
  try {
    return await Launched.start({ ...options, clock: systemClock, ids: randomIds });
  } catch (error) {
    return explain(error, options);
  }
}

function explain(error: unknown, options: RunOptions): number {
  if (!(error instanceof StartRefusal)) throw error;
  for (const line of error.lines) options.err(line);
  return error.exitCode;
}

/** Waits for the end of one gateway; signals end it or restart it. */
async function superviseOne(gateway: Gateway, options: RunOptions): Promise<{ restart: boolean }> {
  let asked = false;
  const onSignal = ({ kind, signal }: SignalRequest): void => {
    if (kind === "restart") {
      gateway.restartBySignal(signal);
      return;
    }
    if (asked && signal === "SIGINT" && options.isTerminal) gateway.abandon();
    asked = true;
    gateway.log.info(`received ${signal}; shutting down`);
    void gateway.stop();
  };
  using _signals = listenForSignals(onSignal);
  return await gateway.ended;
}
