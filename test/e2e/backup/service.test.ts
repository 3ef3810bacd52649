import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { serviceBed } from "../service/bed.ts";

test("restore in place stops the service and starts it again; reset and uninstall stop it, and leave nothing of it", async () => {
  await using bed = await serviceBed();
  const { home, port } = bed;
  const env = { OPENCLAW_GATEWAY_PORT: String(port) };
  expect((await bed.run(["gateway", "install"], env)).code).toBe(0);
  await home.write(".openclaw/workspace/notes.md", "old");
  const made = await bed.json(["backup", "create", "--verify", "--output", home.at("out")], env);
  expect(made).toMatchObject({ code: 0, verified: true });
  await home.write(".openclaw/workspace/notes.md", "new");
  const [name = ""] = readdirSync(home.at("out"));
  const archive = home.at("out", name);

  const restored = await bed.json(["backup", "restore", archive, "--yes"], env);
  expect(restored).toMatchObject({ code: 0, ok: true, serviceRestarted: true });
  expect(await Bun.file(home.at(".openclaw/workspace/notes.md")).text()).toBe("old");
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);

  const dry = await bed.run(["uninstall", "--all", "--dry-run"], env);
  expect([dry.code, dry.stdout]).toEqual([
    0,
    expect.stringContaining("openclaw-gateway.service (systemd user, running)"),
  ]);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);

  const gone = await bed.run(["uninstall", "--all", "--yes", "--non-interactive"], env);
  expect(gone.code).toBe(0);
  expect(gone.stderr).toContain("One file is left, the program itself");
  expect(existsSync(bed.unitPath())).toBe(false);
  expect(existsSync(home.at(".openclaw"))).toBe(false);
  expect(await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => "gone")).toBe("gone");
});

test("when a restore is refused the service goes on as it was", async () => {
  await using bed = await serviceBed();
  const env = { OPENCLAW_GATEWAY_PORT: String(bed.port) };
  await bed.run(["gateway", "install"], env);
  await bed.home.write("bad.tar.gz", "no archive");
  const refused = await bed.json(["backup", "restore", bed.home.at("bad.tar.gz"), "--yes"], env);
  expect(refused).toMatchObject({ code: 1, ok: false, error: { code: "truncated" } });
  expect((await fetch(`http://127.0.0.1:${bed.port}/readyz`)).status).toBe(200);
});
