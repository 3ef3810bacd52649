import { expect, test } from "bun:test";
import { freePort, runOpenclaw, spawnGateway, tempHome } from "../../support/index.ts";

const hasLsof = Bun.which("lsof") !== null;

test("gateway status names the listening process, and --deep the other gateways of this home", async () => {
  await using home = await tempHome();
  await using gateway = await spawnGateway({ home });
  await using other = await spawnGateway({ home, args: ["--profile", "rescue"] });
  const argv = ["gateway", "status", "--deep", "--port", String(gateway.port)];
  const env = { OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "" };
  const { code, stdout } = await runOpenclaw([...argv, "--json"], { home: home.path, env });
  const report = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(report.runtime).toEqual({ status: "running", pid: gateway.pid, port: gateway.port });
  if (hasLsof) expect(report.port).toMatchObject({ listeners: [{ pid: gateway.pid }], hints: [] });
  expect(report.otherGateways.stateDirs).toEqual([
    expect.objectContaining({
      stateDir: home.at(".openclaw-rescue"),
      running: true,
      pid: other.pid,
      port: other.port,
    }),
  ]);
  const text = await runOpenclaw(argv, { home: home.path, env });
  expect(text.stdout).toContain(`~/.openclaw-rescue  running (pid ${other.pid}, port ${other.port})`);
});

test("gateway status --deep lists the programs of this machine that are connected, without itself", async () => {
  await using gateway = await spawnGateway();
  await using _operator = await gateway.operator();
  const argv = ["gateway", "status", "--port", String(gateway.port)];
  const world = { home: gateway.home.path, env: { OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "" } };
  const { stdout } = await runOpenclaw([...argv, "--deep", "--json"], world);
  const text = await runOpenclaw([...argv, "--deep"], world);
  if (hasLsof) {
    const { port, established } = JSON.parse(stdout).connections;
    expect(port).toBe(gateway.port);
    expect([...new Set(established.map((one: { readonly pid: number }) => one.pid))]).toEqual([process.pid]);
    expect(established[0].address).toEndWith(`->127.0.0.1:${gateway.port}`);
    expect(text.stdout).toMatch(new RegExp(`^Established clients: \\d+\\n- pid ${process.pid} `, "m"));
  }
  const shallow = await runOpenclaw(argv, world);
  expect(shallow.stdout).not.toContain("Established clients");
});

test("gateway status tells of a killed gateway and quotes the last error of its log", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    logging: { file: home.at("gateway.log") },
  });
  await using gateway = await spawnGateway({ home });
  gateway.signal("SIGKILL");
  await gateway.exited;
  const port = ["--port", String(gateway.port)];
  const json = await runOpenclaw(["gateway", "status", "--json", ...port], { home: home.path });
  expect(JSON.parse(json.stdout).runtime).toEqual({ status: "stopped", crashed: true });
  const { code, stdout, stderr } = await runOpenclaw(["gateway", "status", ...port], { home: home.path });
  expect(code).toBe(0);
  expect(stdout).toContain("stopped (the last gateway was killed or crashed)");
  expect(stderr).toContain("openclaw gateway run");
});

test("gateway status says when another program holds the port", async () => {
  using stranger = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (socket) => void socket.end() },
  });
  await using home = await tempHome();
  const argv = ["gateway", "status", "--port", String(stranger.port), "--timeout", "2000"];
  const { code, stderr } = await runOpenclaw(argv, { home: home.path });
  expect(code).toBe(0);
  if (hasLsof)
    expect(stderr.replaceAll("\n", " ")).toContain(`(pid ${process.pid}), which is not the gateway`);
});

test("health --verbose shows the connection and every part, and every line fits the screen", async () => {
  await using gateway = await spawnGateway();
  const env = { OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "", OPENCLAW_GATEWAY_PORT: String(gateway.port) };
  const { code, stdout } = await runOpenclaw(["health", "--verbose"], { home: gateway.home.path, env });
  expect(code).toBe(0);
  for (const part of ["Connection:", gateway.wsUrl.slice(0, -1), "Load:", "Event loop:"])
    expect(stdout).toContain(part);
  for (const line of stdout.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
});

test("while the configuration cannot be read, commands ask the gateway that runs, with the secret it started on, and say so", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const config = ".openclaw/openclaw.json";
  const good = {
    gateway: { mode: "local", port, auth: { mode: "token", token: "token-of-the-file-0123456789" } },
  };
  await home.write(config, good);
  await using gateway = await spawnGateway({ home, token: null, port });
  for (const broken of ['{"gateway": {', JSON.stringify({ gateway: { ...good.gateway, port: "x" } })]) {
    await home.write(config, broken);
    for (const argv of [["gateway", "health"], ["gateway", "call", "health"], ["health"]]) {
      const { code, stderr } = await runOpenclaw(argv, { home: home.path });
      expect({ argv, code, stderr }).toEqual({
        argv,
        code: 0,
        stderr: expect.stringContaining(
          `does not say where the gateway is: asking the one that runs (pid ${gateway.pid}, port ${port})`,
        ),
      });
    }
    const status = await runOpenclaw(["gateway", "status", "--json"], { home: home.path });
    expect(JSON.parse(status.stdout)).toMatchObject({
      gateway: { port, portSource: "running gateway" },
      config: { cli: { valid: false } },
      rpc: { ok: true },
    });
  }
  await gateway.stop();
  const down = await runOpenclaw(["gateway", "health"], { home: home.path });
  expect([down.code, down.stderr]).toEqual([1, expect.stringContaining("openclaw doctor")]);
});
