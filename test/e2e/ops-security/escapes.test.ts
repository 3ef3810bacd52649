import { expect, test } from "bun:test";
import { serviceBed } from "../service/bed.ts";

/** Clears a screen, sets a title, rings, turns text around, and goes back to write over what was said. */
const HOSTILE = "\u001b[2J\u001b]0;owned\u0007\u009b1A\u202egpj.exe\rGateway: all is well\u0000";

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test("what a supervisor, its journal or a foreign unit say does not paint the terminal", async () => {
  await using bed = await serviceBed({ gateway: { mode: "local" } });
  await bed.home.write(
    ".config/systemd/user/openclaw-gateway.service",
    `[Unit]\nDescription=${HOSTILE}\n[Service]\nExecStart=/opt/${HOSTILE} gateway --port 1\nEnvironment="A=${HOSTILE}"\n`,
  );
  await bed.home.write(
    `.config/systemd/user/clawdbot-gateway-${encodeURIComponent("x")}\u001b[2J.service`,
    `[Service]\nExecStart=/opt/clawdbot gateway ${HOSTILE}\n`,
  );
  await bed.home.write(".fake-systemd/journal/openclaw-gateway.service", `${HOSTILE}\n`.repeat(3));
  const fail = { start: HOSTILE, "is-enabled": HOSTILE, enable: HOSTILE, restart: HOSTILE };
  await bed.systemd.fault({ fail });
  const env = { OPENCLAW_GATEWAY_PORT: String(bed.port) };
  for (const line of [
    "gateway status --deep",
    "gateway start",
    "gateway restart",
    "gateway install",
    "doctor --deep",
    "status",
  ]) {
    const { stdout, stderr } = await bed.run(line.split(" "), env);
    expect([line, CONTROLS.exec(stdout + stderr)]).toEqual([line, null]);
  }
  const { stdout } = await bed.run(["gateway", "status", "--deep", "--json"], env);
  expect(CONTROLS.exec(stdout)).toBeNull();
  JSON.parse(stdout);
}, 30_000);
