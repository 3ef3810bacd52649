import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_DIR } from "../../support/index.ts";
import { GATEWAY_UNIT, HOME, linger, openBed } from "./bed.ts";

const TEST_MS = 120_000;

/** Namespaces and systemd are Linux's. */
const onSystemd = test.if(process.platform === "linux");

onSystemd(
  "B18: seed 140: without a systemd of the user nothing is written, and the one command that is named mends it",
  async () => {
    await using bed = await openBed({ lingering: false });
    const refused = await bed.openclaw("gateway", "install");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("XDG_RUNTIME_DIR is not set, DBUS_SESSION_BUS_ADDRESS is not set");
    expect(refused.stderr).toContain("sudo loginctl enable-linger me");
    expect(await bed.output("me", "find", HOME, "-name", GATEWAY_UNIT)).toBe("");
    await linger(bed);
    expect(await bed.openclaw("gateway", "install")).toMatchObject({ code: 0 });
  },
  TEST_MS,
);

onSystemd(
  "seed 138: a service of an earlier name makes room, its file is kept, and comes back when the new one cannot start",
  async () => {
    await using bed = await openBed();
    const legacy = `${HOME}/.config/systemd/user/clawdbot-gateway.service`;
    await bed.write(
      legacy,
      "[Service]\nExecStart=/bin/sh -c 'exec sleep 1000 # clawdbot gateway'\n[Install]\nWantedBy=default.target\n",
    );
    await bed.systemctl("daemon-reload");
    await bed.systemctl("enable", "--now", "clawdbot-gateway.service");

    // In place of the gateway something that its configuration seems to forbid to start.
    await bed.write(`${HOME}/.openclaw/openclaw.json`, '{"gateway":{"mode":"local"}}');
    await bed.output("me", "mv", `${HOME}/.local/bin/openclaw`, `${HOME}/.local/bin/real`);
    await bed.write(`${HOME}/.local/bin/broken`, "#!/bin/sh\nexit 78\n");
    await bed.output("me", "chmod", "+x", `${HOME}/.local/bin/broken`);
    const wrapper = ["--wrapper", `${HOME}/.local/bin/broken`];
    const failed = await bed.run("me", ["real", "gateway", "install", ...wrapper]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("Everything is as it was before.");
    expect(await bed.property("ActiveState", "clawdbot-gateway.service")).toBe("active");
    expect(await bed.systemctl("is-enabled", "clawdbot-gateway.service")).toBe("enabled");
    expect(await bed.property("LoadState")).toBe("not-found");

    await bed.output("me", "mv", `${HOME}/.local/bin/real`, `${HOME}/.local/bin/openclaw`);
    const install = await bed.openclaw("gateway", "install");
    expect(install).toMatchObject({ code: 0 });
    expect(install.stdout).toContain("clawdbot-gateway.service");
    expect(await bed.property("LoadState", "clawdbot-gateway.service")).toBe("not-found");
    expect(await bed.output("me", "cat", `${legacy}.bak`)).toContain("exec sleep 1000");
  },
  TEST_MS,
);

onSystemd(
  "seed 79, 154: a gateway that is a service of the machine is listed and respected, --force or not",
  async () => {
    await using bed = await openBed();
    await bed.output(
      "root",
      "sh",
      "-c",
      `printf '[Service]\\nExecStart=/usr/local/bin/openclaw gateway --port 18789\\n' >/etc/systemd/system/${GATEWAY_UNIT}`,
    );
    for (const force of [[], ["--force"]]) {
      const refused = await bed.openclaw("gateway", "install", ...force);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`/etc/systemd/system/${GATEWAY_UNIT}`);
      expect(refused.stderr).toContain(`sudo systemctl restart ${GATEWAY_UNIT}`);
    }
    expect(await bed.output("me", "find", HOME, "-name", GATEWAY_UNIT)).toBe("");
    const status = JSON.parse((await bed.openclaw("gateway", "status", "--deep", "--json")).stdout);
    expect(status.service.systemdInstallation).toMatchObject({ kind: "system" });
    expect(status.extraServices).toMatchObject([{ label: GATEWAY_UNIT, scope: "system", legacy: false }]);
    // It is this gateway's own: nobody is told to remove it.
    const { stdout } = await bed.openclaw("gateway", "status", "--deep");
    expect(stdout).toContain(`- ${GATEWAY_UNIT} (system`);
    expect(stdout).not.toContain("Cleanup:");
  },
  TEST_MS,
);

onSystemd(
  "seed 152, 153: the documented service of the machine starts at boot as its user, and is told from a user's service",
  async () => {
    await using bed = await openBed({ lingering: false });
    const page = await Bun.file(join(PROJECT_DIR, "docs", "linux.md")).text();
    const [, unit = ""] = /```ini\n(# \/etc\/systemd\/system[\s\S]*?)```/.exec(page) ?? [];
    expect(unit).toContain("WantedBy=multi-user.target");
    await Bun.write(
      join(bed.files, GATEWAY_UNIT),
      unit.replace("/usr/local/bin/openclaw", `${HOME}/.local/bin/openclaw`),
    );
    await bed.output("root", "cp", `/run/files/${GATEWAY_UNIT}`, "/etc/systemd/system/");
    await bed.output("root", "systemctl", "daemon-reload");
    await bed.write(`${HOME}/.openclaw/openclaw.json`, '{"gateway":{"mode":"local"}}');
    await bed.output("root", "systemctl", "enable", "--now", GATEWAY_UNIT);
    const state = await bed.output(
      "root",
      "systemctl",
      "show",
      "-p",
      "ActiveState,MainPID,User",
      GATEWAY_UNIT,
    );
    expect(state).toContain("ActiveState=active");
    expect(state).toContain("User=me");
    expect(await bed.output("root", "systemd-analyze", "verify", `/etc/systemd/system/${GATEWAY_UNIT}`)).toBe(
      "",
    );
    const security = await bed.output("root", "systemd-analyze", "--no-pager", "security", GATEWAY_UNIT);
    console.log(`documented service of the machine: ${security.split("\n").at(-1)}`);
    expect((await bed.openclaw("gateway", "status", "--require-rpc")).code).toBe(0);
    expect((await bed.openclaw("gateway", "install")).stderr).toContain("service of the whole machine");
  },
  TEST_MS,
);
