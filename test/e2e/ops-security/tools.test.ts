import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { serviceBed, type ServiceBed } from "../service/bed.ts";
import { runMasked } from "./rig.ts";

setDefaultTimeout(60_000);

/** Everything that a command may want to ask or open. */
const TOOLS =
  "systemctl journalctl loginctl launchctl schtasks lsof ps git sync ssh tailscale wslview xdg-open open sh env".split(
    " ",
  );

const COMMANDS = [
  "gateway install --force --json",
  "gateway status --deep --json",
  "gateway probe",
  "gateway probe --ssh me@gateway.invalid --timeout 300",
  "doctor --deep --json",
  "doctor --fix --non-interactive --json",
  "security audit --deep --json",
  "backup create --dry-run --json",
  "reset --dry-run --scope full",
  "uninstall --all --dry-run",
  "dashboard",
  "status --all",
];

let bed: ServiceBed;

beforeAll(async () => {
  bed = await serviceBed({ gateway: { mode: "local", auth: { mode: "token", token: "t".repeat(24) } } });
  await mkdir(bed.home.at(".openclaw", "workspace", ".git"), { recursive: true });
  for (const name of TOOLS) {
    const trap = `#!/bin/sh\necho "$0 $*" >> '${bed.home.at("sprung")}'\n`;
    for (const folder of ["trap", "trap/below"]) {
      await chmod(await bed.home.write(`${folder}/${name}`, trap), 0o755);
    }
  }
});

afterAll(async () => {
  await bed[Symbol.asyncDispose]();
});

test.each([".", "./below", "below:", ":", "", "below:.:/usr/bin:/bin"])(
  "what lies in the working folder is no program of the system, with PATH=%p",
  async (path) => {
    const env = {
      PATH: path,
      OPENCLAW_SERVICE_MANAGER: "systemd",
      DISPLAY: ":0",
      OPENCLAW_GATEWAY_PORT: String(bed.port),
    };
    await Promise.all(
      COMMANDS.map((line) => runMasked(bed.home, line.split(" "), { env, cwd: bed.home.at("trap") })),
    );
    expect(existsSync(bed.home.at("sprung")) ? await Bun.file(bed.home.at("sprung")).text() : "").toBe("");
  },
);

test("the PATH of a service has nothing of the working folder, nor of the shell that installed it", async () => {
  const env = {
    ...bed.systemd.env,
    PATH: `.:below::${bed.systemd.env["PATH"] ?? ""}`,
    OPENCLAW_GATEWAY_PORT: String(bed.port),
  };
  const cwd = bed.home.at("trap");
  const { code } = await runMasked(bed.home, ["gateway", "install", "--json"], { env, cwd });
  expect(code).toBe(0);
  const folders = /^Environment="?PATH=([^"\n]*)/m.exec(await bed.unit())?.[1]?.split(":") ?? [];
  expect(folders.length).toBeGreaterThan(3);
  expect(folders.filter((folder) => !folder.startsWith("/") || folder.includes(bed.home.path))).toEqual([]);
  expect(existsSync(bed.home.at("sprung"))).toBe(false);
});
