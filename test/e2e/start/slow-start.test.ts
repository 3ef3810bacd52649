import { expect, test } from "bun:test";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { MIGRATIONS } from "../../../src/store/sqlite/migrations/index.ts";
import { openWith } from "../../../src/store/sqlite/open.ts";
import { listenForDatagrams } from "../../lib/datagram-socket.ts";
import { spawnGateway, tempHome, until } from "../../support/index.ts";

const onLinux = test.if(process.platform === "linux");

onLinux(
  "systemd hears of each step that may take long before it begins, and gives it the time that the size of the database asks for",
  async () => {
    await using home = await tempHome();
    await home.write(".openclaw/.keep", "");
    const path = home.at(".openclaw/state/openclaw.sqlite");
    await openWith({ path, clock: systemClock, log: silentLogger }, MIGRATIONS.slice(0, 2)).close();
    using systemd = listenForDatagrams(home.at("notify"));
    // As systemd does, who lets no message wait.
    const said: string[] = [];
    const reader = setInterval(() => said.push(...systemd.received()), 10);
    await using gateway = await spawnGateway({ home, env: { NOTIFY_SOCKET: home.at("notify") } });
    expect(gateway.output()).toContain("state database is about to be migrated");
    await until("readiness", () => said.some((one) => one.startsWith("READY=1")));
    clearInterval(reader);
    const steps = said
      .slice(
        0,
        said.findIndex((one) => one.startsWith("READY=1")),
      )
      .map((one) => one.split("\n"));
    for (const [extend = ""] of steps)
      expect(Number(/^EXTEND_TIMEOUT_USEC=(\d+)$/.exec(extend)?.[1])).toBeGreaterThanOrEqual(30_000_000);
    const status = steps.map(([, line = ""]) => /^STATUS=(\w+) the state database \(1 MB\)$/.exec(line)?.[1]);
    expect(status.slice(0, 3)).toEqual(["checking", "copying", "migrating"]);
    expect(new Set(status.slice(2))).toEqual(new Set(["migrating"]));
  },
);
