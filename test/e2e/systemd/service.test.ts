import { expect, test } from "bun:test";
import { until } from "../../support/index.ts";
import { type Bed, GATEWAY_UNIT, HOME, openBed } from "./bed.ts";

const UNIT_PATH = `${HOME}/.config/systemd/user/${GATEWAY_UNIT}`;

/** systemd's restart and the gateway's start, on a machine that is busy. */
const COMEBACK_MS = 20_000;

/** Boot, install, and what the test is about. */
const TEST_MS = 120_000;

/** In place of thirty; no less, so that a busy machine is not taken for one that hangs. */
const WATCHDOG_SEC = 4;

/** Valid in itself, and nothing a gateway starts on. */
const UNFIT = '{"gateway":{"mode":"local","bind":"lan","auth":{"mode":"none"}}}';

/** Namespaces and systemd are Linux's. */
const onSystemd = test.if(process.platform === "linux");

/** A user's machine with the gateway installed as people do it. */
async function installed(): Promise<Bed> {
  const bed = await openBed();
  try {
    const { code, stdout, stderr } = await bed.openclaw("gateway", "install");
    if (code !== 0) throw new Error(`${stdout}${stderr}`);
    return bed;
  } catch (error) {
    await bed[Symbol.asyncDispose]();
    throw error;
  }
}

/** Waits for another main process than `before` that is ready. */
function comeback(bed: Bed, before: string): Promise<string> {
  return until(
    "the gateway to be back",
    async () => {
      const pid = await bed.property("MainPID");
      return pid !== "0" && pid !== before && (await bed.property("ActiveState")) === "active" && pid;
    },
    COMEBACK_MS,
  );
}

/** Settings of the operator in a drop-in, as `systemctl --user edit` makes it. */
async function dropIn(bed: Bed, ...lines: string[]): Promise<void> {
  await bed.write(`${UNIT_PATH}.d/override.conf`, `[Service]\n${lines.join("\n")}\n`);
  await bed.systemctl("daemon-reload");
}

onSystemd(
  "seed 88, 138, 139, 142-151, 163-165: install writes a private unit that systemd loads, enables and starts",
  async () => {
    await using bed = await openBed();
    const env = { ANTHROPIC_API_KEY: "sk-ant-very-secret" };
    await bed.write(
      `${HOME}/.openclaw/openclaw.json`,
      '{"gateway":{"mode":"local"},"models":{"providers":{"anthropic":{"apiKey":"${ANTHROPIC_API_KEY}"}}}}',
    );
    const install = await bed.run("me", ["openclaw", "gateway", "install"], { env });
    expect(install).toMatchObject({ code: 0 });
    expect(install.stdout).toContain(`Installed systemd service: ${UNIT_PATH}`);

    const unit = await bed.output("me", "cat", UNIT_PATH);
    expect(unit).toContain(`ExecStart=${HOME}/.local/bin/openclaw gateway --port 18789`);
    expect(unit).not.toContain("very-secret");
    expect(await bed.output("me", "stat", "-c", "%a", UNIT_PATH)).toBe("600");
    expect(await bed.output("me", "stat", "-c", "%a", `${HOME}/.openclaw/gateway.systemd.env`)).toBe("600");
    expect(await bed.systemctl("is-enabled", GATEWAY_UNIT)).toBe("enabled");
    expect(await bed.property("ActiveState")).toBe("active");
    expect(await bed.property("StatusText")).toBe("serving on port 18789");
    const pid = await bed.property("MainPID");
    const environment = await bed.output("me", "cat", `/proc/${pid}/environ`);
    expect(environment).toContain("ANTHROPIC_API_KEY=sk-ant-very-secret");
    expect(environment).toContain("OPENCLAW_SERVICE_MARKER=openclaw");
    expect(await bed.output("me", "cat", `/proc/${pid}/status`)).toContain("Umask:\t0077");

    const again = await bed.openclaw("gateway", "install", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, result: "already-installed", warnings: [] });
    const status = JSON.parse((await bed.openclaw("gateway", "status", "--json")).stdout);
    expect(status.service).toMatchObject({
      label: "systemd user",
      loaded: true,
      systemdInstallation: { kind: "user", user: { unitName: GATEWAY_UNIT, unitPath: UNIT_PATH } },
      runtime: { status: "running", pid: Number(pid), systemd: { killMode: "control-group", nRestarts: 0 } },
      configAudit: { ok: true, issues: [] },
    });
    expect(status.rpc).toMatchObject({ ok: true });
    const transport = { kind: "private", address: "unix:path=/run/user/1717/systemd/private" };
    expect(status.service.runtime.systemd.transport).toEqual(transport);
    const deep = await bed.openclaw("gateway", "status", "--deep");
    expect(deep.stdout).toContain(`Systemd transport: private (${transport.address})\nFile logs: `);
    expect((await bed.openclaw("gateway", "status")).stdout).not.toContain("Systemd transport");
    await bed.output("me", "touch", UNIT_PATH);
    expect((await bed.openclaw("gateway", "status")).stdout).toContain(
      "Systemd reload: pending (run systemctl --user daemon-reload)",
    );
    await bed.systemctl("daemon-reload");

    const user = ["env", "XDG_RUNTIME_DIR=/run/user/1717"];
    const verify = await bed.run("me", [...user, "systemd-analyze", "--user", "verify", UNIT_PATH]);
    expect({ code: verify.code, said: verify.stderr }).toEqual({ code: 0, said: "" });
    const security = await bed.output(
      "me",
      ...user,
      "systemd-analyze",
      "--user",
      "--no-pager",
      "security",
      GATEWAY_UNIT,
    );
    console.log(`systemd-analyze verify: no complaint\n${security.split("\n").at(-1)}`);
  },
  TEST_MS,
);

onSystemd(
  "seed 143: a killed gateway is back after five seconds, and no restart is counted as a failure for good",
  async () => {
    await using bed = await installed();
    const pid = await bed.property("MainPID");
    const killed = performance.now();
    await bed.output("me", "kill", "-KILL", pid);
    await comeback(bed, pid);
    expect(performance.now() - killed).toBeGreaterThan(4_900);
    expect(await bed.property("NRestarts")).toBe("1");
    expect((await bed.openclaw("gateway", "status", "--require-rpc")).code).toBe(0);
  },
  TEST_MS,
);

onSystemd(
  "a stopped process gives no sign of life, and the watchdog starts another",
  async () => {
    await using bed = await installed();
    await dropIn(bed, `WatchdogSec=${WATCHDOG_SEC}s`, "RestartSec=100ms");
    expect((await bed.openclaw("gateway", "restart")).code).toBe(0);
    const pid = await bed.property("MainPID");
    expect(await bed.property("WatchdogUSec")).toBe(`${WATCHDOG_SEC}s`);
    await bed.output("me", "kill", "-STOP", pid);
    await comeback(bed, pid);
    expect(await bed.output("root", "journalctl", "--no-pager", "-o", "cat")).toContain(
      `Watchdog timeout (limit ${WATCHDOG_SEC}s)`,
    );
    // What the operator set in a drop-in is theirs: no repair, no complaint.
    expect((await bed.openclaw("gateway", "install", "--force")).code).toBe(0);
    expect(await bed.output("me", "cat", `${UNIT_PATH}.d/override.conf`)).toContain(
      `WatchdogSec=${WATCHDOG_SEC}s`,
    );
    const status = JSON.parse((await bed.openclaw("gateway", "status", "--json")).stdout);
    expect(status.service.configAudit).toEqual({ ok: true, issues: [] });
  },
  TEST_MS,
);

onSystemd(
  "B13: a configuration that forbids the start is tried once, and the person is told why",
  async () => {
    await using bed = await installed();
    await bed.write(`${HOME}/.openclaw/openclaw.json`, UNFIT);
    const restart = await bed.openclaw("gateway", "restart");
    expect(restart.code).toBe(1);
    expect(restart.stderr).toContain("78");
    await until("systemd to give up", async () => (await bed.property("ActiveState")) === "failed");
    expect(await bed.property("ExecMainStatus")).toBe("78");
    expect(await bed.property("NRestarts")).toBe("0");
    const status = await bed.openclaw("gateway", "status");
    expect(status.stderr).toContain(
      "gateway.bind=lan reaches beyond this machine: a gateway does not start so",
    );
    await bed.write(`${HOME}/.openclaw/openclaw.json`, '{"gateway":{"mode":"local"}}');
    expect((await bed.openclaw("gateway", "start")).code).toBe(0);
    expect(await bed.property("ActiveState")).toBe("active");
  },
  TEST_MS,
);

onSystemd(
  "B15: a port that a healthy gateway of another profile has is tried once, and that gateway is left alone",
  async () => {
    await using bed = await installed();
    await bed.systemctl("stop", GATEWAY_UNIT);
    const rescue =
      "setsid openclaw --profile rescue gateway --allow-unconfigured --port 18789 >/dev/null 2>&1 &";
    await bed.output("me", "sh", "-c", rescue);
    const ask = ["--profile", "rescue", "gateway", "probe", "--port", "18789"];
    const isUp = async () => (await bed.openclaw(...ask)).code === 0;
    await until("the other gateway", isUp, COMEBACK_MS);
    const unit = ["env", "XDG_RUNTIME_DIR=/run/user/1717", "systemctl", "--user", "start", GATEWAY_UNIT];
    expect((await bed.run("me", unit)).code).not.toBe(0);
    expect(await bed.property("ActiveState")).toBe("failed");
    expect([await bed.property("ExecMainStatus"), await bed.property("NRestarts")]).toEqual(["78", "0"]);
    const journal = await bed.output("root", "journalctl", "--no-pager", "-o", "cat");
    expect(journal).toMatch(/pid \d+.*OpenClaw Gateway \(rescue\), version/);
    expect(await isUp()).toBe(true);
  },
  TEST_MS,
);

onSystemd(
  "B16: seed 92, 144, 146: a stop fits its budget and leaves no program behind; --disable is remembered until start",
  async () => {
    await using bed = await installed();
    const group = await bed.property("ControlGroup");
    // A program of the user that left its session, as one that an agent put into the background.
    await bed.output("me", "sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $! >child");
    await bed.output("root", "sh", "-c", `cat ${HOME}/child >/sys/fs/cgroup${group}/cgroup.procs`);
    expect(await bed.openclaw("gateway", "stop")).toMatchObject({ code: 0 });
    // Dead at once, and gone when the first process of the machine has looked.
    const child = ["sh", "-c", `kill -0 $(cat ${HOME}/child)`];
    await until("the child to be gone", async () => (await bed.run("root", child)).code !== 0);
    // Where the time of a stop is over, systemd kills and calls it "timeout".
    expect(await bed.property("Result")).toBe("success");
    expect(await bed.systemctl("is-enabled", GATEWAY_UNIT)).toBe("enabled");

    expect(await bed.openclaw("gateway", "stop", "--disable")).toMatchObject({ code: 0 });
    expect(await bed.property("UnitFileState")).toBe("disabled");
    expect(await bed.openclaw("gateway", "start")).toMatchObject({ code: 0 });
    expect(await bed.property("UnitFileState")).toBe("enabled");
  },
  TEST_MS,
);

onSystemd(
  "B20: the service outlives the replacement of its executable: the next start runs the new file by the same path",
  async () => {
    await using bed = await installed();
    const pid = await bed.property("MainPID");
    const program = `${HOME}/.local/bin/openclaw`;
    await bed.output("me", "sh", "-c", `cp ${program} ${program}.new && mv ${program}.new ${program}`);
    expect(await bed.output("me", "readlink", `/proc/${pid}/exe`)).toBe(`${program} (deleted)`);
    const status = JSON.parse((await bed.openclaw("gateway", "status", "--json")).stdout);
    expect(status.service.configAudit).toEqual({ ok: true, issues: [] });
    expect((await bed.openclaw("gateway", "restart")).code).toBe(0);
    const next = await bed.property("MainPID");
    expect(await bed.output("me", "readlink", `/proc/${next}/exe`)).toBe(program);
  },
  TEST_MS,
);

onSystemd(
  "from inside the service a restart is ordered and told, though it ends who orders it",
  async () => {
    await using bed = await installed();
    const pid = await bed.property("MainPID");
    const group = await bed.property("ControlGroup");
    const order = `echo $$ >/sys/fs/cgroup${group}/cgroup.procs && exec setpriv --reuid 1717 --regid 1717 --clear-groups env HOME=${HOME} USER=me PATH=$PATH ${HOME}/.local/bin/openclaw gateway restart`;
    const { code } = await bed.run("root", ["sh", "-c", order]);
    // Ended by systemd, unless it was done before.
    expect([0, 143, null]).toContain(code);
    await comeback(bed, pid);
    expect(await bed.property("Result")).toBe("success");
  },
  TEST_MS,
);

onSystemd(
  "SIGUSR1 restarts in the same process, and systemd sees it reload and be ready again",
  async () => {
    await using bed = await installed();
    const pid = await bed.property("MainPID");
    await bed.output("me", "kill", "-USR1", pid);
    const log = () => bed.output("root", "journalctl", "--no-pager", "-o", "cat");
    await until("two starts in the journal", async () => (await log()).split("ready version=").length >= 3);
    await until("readiness", async () => (await bed.property("ActiveState")) === "active");
    expect(await bed.property("MainPID")).toBe(pid);
    expect(await bed.property("NRestarts")).toBe("0");
  },
  TEST_MS,
);

onSystemd(
  "seed 90, 114: profiles have services of their own, and uninstall takes one of them with all it wrote",
  async () => {
    await using bed = await installed();
    const rescue = await bed.openclaw("--profile", "rescue", "gateway", "install");
    expect(rescue).toMatchObject({ code: 0 });
    const units = await bed.systemctl("list-units", "--plain", "--no-legend", "openclaw-gateway*");
    expect(units.split("\n").map((line) => line.split(/\s+/).slice(0, 3).join(" "))).toEqual([
      "openclaw-gateway-rescue.service loaded active",
      "openclaw-gateway.service loaded active",
    ]);
    expect(await bed.property("Description", "openclaw-gateway-rescue.service")).toMatch(
      /^OpenClaw Gateway \(profile: rescue, v.+\)$/,
    );
    expect(await bed.openclaw("gateway", "uninstall")).toMatchObject({ code: 0 });
    expect(await bed.property("LoadState")).toBe("not-found");
    expect(await bed.property("ActiveState", "openclaw-gateway-rescue.service")).toBe("active");
    const left = await bed.output("me", "find", `${HOME}/.config/systemd`, "-name", "*gateway.service*");
    expect(left).toBe("");
    expect(await bed.openclaw("gateway", "uninstall")).toMatchObject({ code: 0 });
  },
  TEST_MS,
);
