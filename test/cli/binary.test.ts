import { expect, test } from "bun:test";
import { openclawBinary, runOpenclaw, tempHome } from "../support/index.ts";

test("--version answers with name, version and commit, whatever the current directory holds", async () => {
  await using home = await tempHome();
  await home.write("bunfig.toml", 'preload = ["./nosuch.ts"]\n');
  await home.write(".env", "OPENCLAW_GATEWAY_PORT=1\n");
  for (const flag of ["--version", "-V"]) {
    const { code, stdout, stderr } = await runOpenclaw([flag], { home: home.path });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^OpenClaw \d{4}\.\d+\.\d+ \([0-9a-z]+\)\n$/);
  }
});

test("an unknown command exits 1 with the closest one", async () => {
  await using home = await tempHome();
  expect(await runOpenclaw(["gatway"], { home: home.path })).toEqual({
    code: 1,
    stdout: "",
    stderr: "Unknown command: openclaw gatway. Did you mean: openclaw gateway?\nTry: openclaw --help\n",
  });
});

test("a long result arrives whole through a pipe", async () => {
  await using home = await tempHome();
  const { code, stdout } = await runOpenclaw(["config", "schema"], { home: home.path });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ title: "OpenClawConfig" });
});

test("a reader that goes away early is no failure", async () => {
  await using home = await tempHome();
  const child = Bun.spawn(["sh", "-c", `"${await openclawBinary()}" config schema | head -c 10`], {
    cwd: home.path,
    env: { HOME: home.path, PATH: process.env.PATH ?? "" },
    stdout: "pipe",
    stderr: "pipe",
  });
  expect([await child.stdout.text(), await child.stderr.text(), await child.exited]).toEqual([
    '{\n  "$sche',
    "",
    0,
  ]);
});

test("a patch comes in through standard input", async () => {
  await using home = await tempHome();
  const patch = await runOpenclaw(["config", "patch", "--stdin"], {
    home: home.path,
    stdin: "{gateway: {port: 19001}}",
  });
  expect(patch).toEqual({
    code: 0,
    stdout: "Updated the configuration. Restart the gateway to apply.\n",
    stderr: "A gateway that is running restarts by itself (gateway.reload.mode).\n",
  });
  expect((await runOpenclaw(["config", "get", "gateway.port"], { home: home.path })).stdout).toBe("19001\n");
});

test("each profile has its own configuration and port", async () => {
  await using home = await tempHome();
  const { stdout } = await runOpenclaw(["--dev", "gateway", "status", "--no-probe"], { home: home.path });
  expect(stdout).toContain("Config (cli): ~/.openclaw-dev/openclaw.json (missing)");
  expect(stdout).toContain("port=19001");
});
