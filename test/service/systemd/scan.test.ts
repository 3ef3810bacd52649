import { expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exampleDefinition } from "./definition.ts";
import { recordedMachine, UNIT } from "./machine.ts";

type Bed = Awaited<ReturnType<typeof recordedMachine>>;

function plantUser(bed: Bed, name: string, exec: string): string {
  const path = join(dirname(bed.identity.path), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `[Service]\nExecStart=${exec}\n`);
  return path;
}

test("seed 87, 104: units of earlier names and of other hands are listed, those of profiles are not", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  for (const name of [UNIT, "openclaw-gateway-rescue.service"])
    plantUser(bed, name, "/usr/bin/openclaw gateway");
  const old = plantUser(bed, "clawdbot-gateway.service", "/usr/bin/node /opt/clawdbot/dist/entry.js gateway");
  plantUser(bed, "moltbot-gateway-work.service", "/usr/bin/moltbot gateway");
  plantUser(bed, "assistant.service", "/opt/openclaw gateway --port 20000");
  plantUser(bed, "syncthing.service", "/usr/bin/syncthing");
  writeFileSync(bed.home.at("etc/systemd/system", UNIT), "[Service]\nExecStart=/usr/bin/openclaw gateway\n");
  const found = await bed.service.others({ deep: false });
  expect(found.map(({ label, legacy, marker }) => [label, legacy, marker])).toEqual([
    ["assistant.service", false, "openclaw"],
    ["clawdbot-gateway.service", true, "clawdbot"],
    ["moltbot-gateway-work.service", true, "moltbot"],
  ]);
  expect(found[1]).toMatchObject({
    platform: "linux",
    detail: `unit: ${old}`,
    scope: "user",
    running: true,
    cleanup: [
      "systemctl --user status clawdbot-gateway.service",
      "systemctl --user disable --now clawdbot-gateway.service",
      `rm ${old}`,
    ],
  });
});

test("seed 79: a deep scan adds the units of the machine, each once", async () => {
  await using bed = await recordedMachine({}, 1717);
  bed.shows();
  const path = bed.home.at("etc/systemd/system", UNIT);
  writeFileSync(path, "[Service]\nExecStart=/usr/bin/openclaw gateway\n");
  const places = {
    ...bed.places,
    systemUnitDirs: [...bed.places.systemUnitDirs, ...bed.places.systemUnitDirs, "/absent"],
  };
  const { SystemdService } = await import("../../../src/service/systemd/systemd-service.ts");
  const service = new SystemdService(bed.machine, bed.identity, places);
  expect(await service.others({ deep: false })).toEqual([]);
  expect(await service.others({ deep: true })).toMatchObject([
    {
      label: UNIT,
      scope: "system",
      legacy: false,
      detail: `unit: ${path}`,
      cleanup: [expect.any(String), `sudo systemctl disable --now ${UNIT}`, `sudo rm ${path}`],
    },
  ]);
});

test("an install puts the units of its own earlier names aside, and no others", async () => {
  await using bed = await recordedMachine();
  bed.shows({ UnitFileState: "enabled" });
  bed.answer("systemctl", "is-enabled", { stdout: "enabled\n" });
  const own = plantUser(bed, "clawdbot-gateway.service", "/usr/bin/clawdbot gateway");
  const profiles = plantUser(bed, "clawdbot-gateway-rescue.service", "/usr/bin/clawdbot gateway");
  const done = await bed.service.install(exampleDefinition(), { force: false });
  expect(done.messages).toEqual([
    `Removed systemd service of an earlier version: clawdbot-gateway.service (kept: ${own}.bak)`,
    `Installed systemd service: ${bed.identity.path}`,
  ]);
  expect([existsSync(own), existsSync(`${own}.bak`), existsSync(profiles)]).toEqual([false, true, true]);
  expect(bed.orders()).toEqual([
    "daemon-reload",
    "disable --now clawdbot-gateway.service",
    "daemon-reload",
    `restart ${UNIT}`,
  ]);
});

test("a unit of an earlier name comes back, enabled and running, when the new one does not start", async () => {
  await using bed = await recordedMachine();
  bed.shows({ UnitFileState: "enabled" });
  bed.answer("systemctl", "is-enabled", { stdout: "enabled\n" });
  bed.answer("systemctl", "restart", { code: 1, stderr: `Job for ${UNIT} failed.\n` });
  const own = plantUser(bed, "moltbot-gateway.service", "/usr/bin/moltbot gateway");
  await expect(bed.service.install(exampleDefinition(), { force: false })).rejects.toThrow(
    "could not start the gateway",
  );
  expect(existsSync(own)).toBe(true);
  expect(bed.orders()).toContain("enable moltbot-gateway.service");
  expect(bed.orders()).toContain("start moltbot-gateway.service");
});

test("only what is the user's and of an earlier name is removed", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  const old = plantUser(bed, "clawdbot-gateway-rescue.service", "/usr/bin/clawdbot gateway");
  plantUser(bed, "assistant.service", "/opt/openclaw gateway");
  writeFileSync(
    bed.home.at("etc/systemd/system", "moltbot-gateway.service"),
    "[Service]\nExecStart=/usr/bin/moltbot gateway\n",
  );
  const found = await bed.service.others({ deep: true });
  const named = (label: string) => {
    const one = found.find((service) => service.label === label);
    if (one === undefined) throw new Error(`${label} was not found`);
    return one;
  };
  expect(await bed.service.removeLegacy(named("clawdbot-gateway-rescue.service"))).toEqual([
    `Removed systemd service of an earlier version: clawdbot-gateway-rescue.service (kept: ${old}.bak)`,
  ]);
  await expect(bed.service.removeLegacy(named("assistant.service"))).rejects.toThrow(
    "no service of an earlier version",
  );
  await expect(bed.service.removeLegacy(named("moltbot-gateway.service"))).rejects.toThrow(
    "of the whole machine",
  );
});
