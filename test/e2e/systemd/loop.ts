import { findSupervisor } from "../../../src/gateway/start/supervisor.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";

// The gateway's tie to systemd, with an event loop that holds still on request: SIGUSR1 for a second, SIGUSR2 for
// good. Runs in the test machine, see `watchdog.test.ts`.

const PAUSE_MS = 1_000;

const supervisor = await findSupervisor(
  { raw: { ...process.env } as Record<string, string> },
  systemClock,
  console.error,
);

process.on("SIGUSR1", () => {
  Bun.sleepSync(PAUSE_MS);
  console.log("went on");
});
process.on("SIGUSR2", () => {
  console.log("hangs");
  for (;;);
});
setInterval(() => undefined, 1_000);
supervisor.ready(silentLogger, "ready");
