import { expect, test } from "bun:test";
import { join } from "node:path";
import { until } from "../../support/index.ts";
import { HOME, openBed } from "./bed.ts";

const TEST_MS = 120_000;

const UNIT = "loop.service";

/** In place of thirty: a second is a good part of it, and a busy machine is not taken for one that hangs. */
const WATCHDOG_SEC = 4;

test.if(process.platform === "linux")(
  "a second of work in one piece kills nothing; an event loop that hangs is ended and another one started",
  async () => {
    await using bed = await openBed();
    const built = await Bun.build({
      entrypoints: [join(import.meta.dir, "loop.ts")],
      target: "bun",
      outdir: bed.files,
    });
    expect(built.success).toBe(true);
    await bed.write(
      `${HOME}/.config/systemd/user/${UNIT}`,
      [
        "[Service]",
        "Type=notify",
        "ExecStart=/run/runtime /run/files/loop.js",
        `WatchdogSec=${WATCHDOG_SEC}`,
        "WatchdogSignal=SIGKILL",
        "Restart=always",
        "RestartSec=100ms",
        "",
      ].join("\n"),
    );
    await bed.systemctl("start", UNIT);
    const pid = await bed.property("MainPID", UNIT);
    const journal = () => bed.output("root", "journalctl", "--no-pager", "-o", "cat");
    const said = async (words: string) => (await journal()).split(words).length - 1;
    for (let pauses = 1; pauses <= 3; pauses += 1) {
      await bed.output("me", "kill", "-USR1", pid);
      await until("the pause to be over", async () => (await said("went on")) === pauses);
    }
    expect(await bed.property("MainPID", UNIT)).toBe(pid);
    expect(await bed.property("NRestarts", UNIT)).toBe("0");

    await bed.output("me", "kill", "-USR2", pid);
    await until("another process", async () => (await bed.property("NRestarts", UNIT)) === "1");
    await until("readiness", async () => (await bed.property("ActiveState", UNIT)) === "active");
    expect(await bed.property("MainPID", UNIT)).not.toBe(pid);
    expect(await journal()).toContain(`Watchdog timeout (limit ${WATCHDOG_SEC}s)`);
  },
  TEST_MS,
);
