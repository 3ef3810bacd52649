import { expect, test } from "bun:test";
import { GATEWAY_UNIT, HOME, openBed } from "./bed.ts";

const UNIT_PATH = `${HOME}/.config/systemd/user/${GATEWAY_UNIT}`;

const TEST_MS = 120_000;

const FIX = ["doctor", "--fix", "--non-interactive"] as const;

test.if(process.platform === "linux")(
  "seed 76, 155, 156: doctor says what differs and mends it with --fix, unless the service is in other hands; a stopped one stays so",
  async () => {
    await using bed = await openBed();
    expect(await bed.openclaw("gateway", "install")).toMatchObject({ code: 0 });
    await bed.output("me", "sed", "-i", "/^RestartSec=/d", UNIT_PATH);
    expect(await bed.openclaw("config", "set", "gateway.port", "19000")).toMatchObject({ code: 0 });
    const edited = await bed.output("me", "cat", UNIT_PATH);

    const report = await bed.openclaw("doctor");
    expect(report.stdout).toContain("gateway-port-mismatch");
    expect(report.stdout).toContain("systemd-restart-sec");
    const external = { OPENCLAW_SERVICE_REPAIR_POLICY: "external" };
    await bed.run("me", ["openclaw", ...FIX], { env: external });
    expect(await bed.output("me", "cat", UNIT_PATH)).toBe(edited);

    expect(await bed.openclaw(...FIX)).toMatchObject({ code: 0 });
    const mended = await bed.output("me", "cat", UNIT_PATH);
    expect(mended).toContain("--port 19000");
    expect(mended).toContain("RestartSec=5");
    expect(await bed.property("StatusText")).toBe("serving on port 19000");

    expect(await bed.openclaw("gateway", "stop", "--disable")).toMatchObject({ code: 0 });
    await bed.output("me", "sed", "-i", "/^RestartSec=/d", UNIT_PATH);
    await bed.openclaw(...FIX);
    expect(await bed.property("ActiveState")).toBe("inactive");
    expect(await bed.property("UnitFileState")).toBe("disabled");
  },
  TEST_MS,
);

test.if(process.platform === "linux")(
  "seed 154: doctor --fix makes no user service beside one of the machine",
  async () => {
    await using bed = await openBed();
    const path = `/etc/systemd/system/${GATEWAY_UNIT}`;
    const unit = "[Service]\\nExecStart=/usr/local/bin/openclaw gateway --port 18789\\n";
    await bed.output("root", "sh", "-c", `printf '${unit}' >${path}`);
    const fixed = await bed.openclaw(...FIX);
    expect(await bed.output("me", "find", HOME, "-name", GATEWAY_UNIT)).toBe("");
    expect(`${fixed.stdout}${fixed.stderr}`.replaceAll(/\s+/g, " ")).toContain(path);
  },
  TEST_MS,
);
