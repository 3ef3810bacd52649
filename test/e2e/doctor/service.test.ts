import { expect, test } from "bun:test";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { freePort, within } from "../../support/index.ts";
import { type ServiceBed, serviceBed, UNIT } from "../service/bed.ts";

/** A service is started and stopped several times in each. */
const PATIENCE_MS = 40_000;

interface Finding {
  readonly checkId: string;
  readonly severity: string;
  readonly target?: string;
  readonly message: string;
  readonly fixHint: string | null;
  readonly fixable: boolean;
  readonly repair?: { readonly state: string; readonly message: string };
}

async function doctor(
  bed: ServiceBed,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Finding[]> {
  const report = await bed.json(["doctor", ...args], env);
  expect(report.code).toBe(0);
  return report["findings"] as readonly Finding[];
}

const SERVICE = ["--only", "service"] as const;

async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 200;
}

async function installed(): Promise<ServiceBed> {
  const bed = await serviceBed();
  await bed.home.write(".openclaw/openclaw.json", { gateway: { mode: "local", port: bed.port } });
  const done = await bed.run(["gateway", "install"]);
  expect({ code: done.code, stderr: done.code === 0 ? "" : done.stderr }).toEqual({ code: 0, stderr: "" });
  return bed;
}

test(
  "seed 76, 156: drift of port and unit is named by its code, mended by --fix, and gone",
  async () => {
    await using bed = await installed();
    expect(await doctor(bed, SERVICE)).toEqual([]);

    const port = await freePort();
    await bed.run(["config", "set", "gateway.port", String(port)]);
    writeFileSync(bed.unitPath(), (await bed.unit()).replace(/^RestartSec=.*\n/m, ""));
    const found = await doctor(bed, SERVICE);
    const codes = found.map(({ target }) => target);
    expect(codes).toContain("gateway-port-mismatch");
    expect(codes).toContain("systemd-restart-sec");
    expect(await bed.unit()).toContain(`--port ${bed.port}`);

    const fixed = await doctor(bed, [...SERVICE, "--fix"]);
    expect(fixed.every(({ repair }) => repair?.state === "done")).toBe(true);
    expect(fixed[0]?.repair?.message).toContain(`answers on port ${port}`);
    expect(await bed.unit()).toContain(`--port ${port}`);
    expect(await bed.unit()).toContain("RestartSec=");
    expect(await answers(port)).toBe(true);
    expect(await doctor(bed, SERVICE)).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "seed 133, 155: no repair starts a service its operator stopped for good, nor touches one that is somebody else's",
  async () => {
    await using bed = await installed();
    await bed.run(["gateway", "stop", "--disable"]);
    const port = await freePort();
    await bed.run(["config", "set", "gateway.port", String(port)]);
    const before = await bed.unit();
    const external = await doctor(bed, [...SERVICE, "--fix", "--yes"], {
      OPENCLAW_SERVICE_REPAIR_POLICY: "external",
    });
    expect(external.map(({ target }) => target)).toContain("gateway-port-mismatch");
    expect(external.every(({ fixable }) => !fixable)).toBe(true);
    expect(await bed.unit()).toBe(before);

    const fixed = await doctor(bed, [...SERVICE, "--fix", "--yes"]);
    expect(fixed.map(({ repair }) => repair?.state)).toContain("done");
    expect(await bed.unit()).toContain(`--port ${port}`);
    expect(await answers(port)).toBe(false);
    expect(existsSync(bed.home.at(".fake-systemd/enabled", UNIT))).toBe(false);
    const after = await doctor(bed, SERVICE);
    expect(after).toMatchObject([{ severity: "info", message: expect.stringContaining("stopped for good") }]);
  },
  PATIENCE_MS,
);

test(
  "the service's gateway is stopped for a repair of its database, and runs again",
  async () => {
    await using bed = await installed();
    await bed.run(["gateway", "stop"]);
    const database = bed.home.at(".openclaw/state/openclaw.sqlite");
    writeFileSync(database, "no database ".repeat(500));
    await bed.run(["gateway", "start"]);
    const only = ["--only", "store"];
    const found = await doctor(bed, only);
    expect(found).toMatchObject([{ severity: "error", fixable: true }]);
    const report = await bed.json(["doctor", ...only, "--fix"]);
    expect(report).toMatchObject({
      ok: true,
      findings: [{ repair: { state: "done" } }],
      gateway: { state: "started" },
    });
    expect(await answers(bed.port)).toBe(true);
    expect(await doctor(bed, only)).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "seed 121–123, 243: one command takes over an older home: its service, its state, its conversations",
  async () => {
    await using bed = await serviceBed();
    const unit = "clawdbot-gateway.service";
    await bed.home.write(
      `.config/systemd/user/${unit}`,
      `[Service]\nExecStart=/usr/bin/clawdbot gateway --port ${bed.port}\nEnvironment=CLAWDBOT_SERVICE_MARKER=clawdbot\n`,
    );
    await bed.home.write(".clawdbot/clawdbot.json", { gateway: { mode: "local", port: bed.port } });
    await bed.home.write(".clawdbot/agents/main/sessions/sessions.json", {
      "agent:main:main": { sessionId: "6f1b6b0e-0000-4000-8000-000000000001", updatedAt: 1_768_039_202_000 },
    });
    await bed.home.write(
      ".clawdbot/agents/main/sessions/6f1b6b0e-0000-4000-8000-000000000001.jsonl",
      `${JSON.stringify({ type: "session", version: 3, id: "6f1b6b0e-0000-4000-8000-000000000001", timestamp: "2026-01-10T10:00:00.000Z", cwd: "/" })}\n`,
    );
    const looked = await doctor(bed, ["--only", "other-services", "--only", "legacy-state"]);
    expect(looked.map(({ checkId, fixable }) => [checkId, fixable])).toEqual([
      ["other-services", true],
      ["legacy-state", true],
    ]);
    expect(lstatSync(bed.home.at(".clawdbot")).isDirectory()).toBe(true);

    const fixed = await doctor(bed, ["--fix", "--yes"]);
    const failed = fixed.filter(({ repair }) => repair !== undefined && repair.state !== "done");
    expect(failed).toEqual([]);
    expect(existsSync(bed.unitPath(unit))).toBe(false);
    expect(readFileSync(bed.home.at(".openclaw/openclaw.json"), "utf8")).toContain("local");
    expect(await answers(bed.port)).toBe(true);
    const sessions = await bed.run(["sessions", "list", "--json"]);
    expect(sessions.stdout).toContain("agent:main:main");
    const again = await doctor(bed, ["--only", "other-services", "--only", "legacy-state", ...SERVICE]);
    expect(again).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "with the gateway down doctor says what starts it; a supervisor that never answers does not hold it up",
  async () => {
    await using bed = await installed();
    // Half an answer is no reason to complain of the other half.
    await bed.systemd.fault({ hang: ["is-enabled"] });
    expect(await doctor(bed, SERVICE)).toEqual([]);
    const [status, report] = [await bed.run(["gateway", "status"]), await bed.json(["gateway", "status"])];
    expect(status.stdout).toMatch(/^Service: systemd user \(unknown\)$/m);
    expect(status.stdout).toMatch(/^Runtime: running \(pid .*did not answer in time/m);
    expect(report).toMatchObject({ service: { loadState: { status: "unknown" } } });

    await bed.systemd.fault({});
    await bed.run(["gateway", "stop"]);
    expect(await doctor(bed, SERVICE)).toMatchObject([
      { severity: "warning", fixHint: expect.stringContaining("gateway start") },
    ]);
    await bed.systemd.fault({ hang: ["show", "is-enabled"] });
    // Each of its answers would take a minute.
    const { code, stdout } = await within("the doctor", bed.run(["doctor"]));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("did not answer in time") });
  },
  PATIENCE_MS,
);
