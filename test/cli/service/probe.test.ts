import { expect, test } from "bun:test";
import { readTarget } from "../../../src/cli/gateway/tunnel.ts";
import { fakeGateway } from "../../client/fake-gateway.ts";
import { fakeSsh } from "../../fakes/ssh/index.ts";
import { freePort, isAlive, tempHome, until } from "../../support/index.ts";
import { cli } from "../in-process.ts";

/** A probe waits three seconds, which a busy machine may need. */
const PATIENTLY = ["--timeout", "10000"];

/** A gateway with an identity of its own. */
function gatewayCalled(deviceId: string) {
  const answers: Readonly<Record<string, unknown>> = {
    health: { ok: true, ts: 1 },
    status: { runtimeVersion: "1.2.3" },
    "system-presence": [],
    "gateway.identity.get": { deviceId, publicKey: "k" },
  };
  return fakeGateway({
    scopes: ["operator.admin"],
    answer({ id, method }, line) {
      if (!(method in answers)) return false;
      line.send({ type: "res", id, ok: true, payload: answers[method] });
      return true;
    },
  });
}

test("seed 116, 117, 105: a probe looks through an SSH tunnel, tells another gateway from this one, and ends the tunnel", async () => {
  await using home = await tempHome();
  await using here = gatewayCalled("a");
  await using there = gatewayCalled("b");
  const ssh = await fakeSsh(home);
  await home.write(".openclaw/openclaw.json", { gateway: { port: there.port } });
  const argv = [
    "gateway",
    "probe",
    "--ssh",
    "me@gateway-host:2222",
    "--ssh-identity",
    "~/.ssh/key",
    "--token",
    "s3cret",
  ];
  const env = { ...ssh.env, OPENCLAW_GATEWAY_PORT: String(here.port) };
  const { code, stdout } = await cli([...argv, ...PATIENTLY, "--json"], { home: home.path, env });
  const report = JSON.parse(stdout);
  expect([code, report.primaryTargetId]).toEqual([0, "sshTunnel"]);
  const [tunnelled, local] = report.targets;
  const [call] = ssh.calls();
  expect(tunnelled.tunnel).toEqual({
    kind: "ssh",
    target: "me@gateway-host:2222",
    localPort: Number(new URL(tunnelled.url).port),
    remotePort: there.port,
    pid: call?.pid,
  });
  expect([tunnelled.self, local.self, local.kind, local.tunnel]).toEqual(["b", "a", "localLoopback", null]);
  const [warning] = report.warnings;
  expect([warning.code, warning.targetIds]).toEqual(["multiple_gateways", ["sshTunnel", "localLoopback"]]);
  expect(warning.message).toContain("multiple reachable gateways");
  expect(call?.argv).toContain(`-o BatchMode=yes`);
  expect(call?.argv).toContain(`-p 2222 -i ${home.path}/.ssh/key`);
  expect(call?.argv).toEndWith("-- me@gateway-host");
  await until("the tunnel to be gone", () => !isAlive(call?.pid ?? 0));
});

test("a tunnel to the same gateway is no second one, and --ssh-auto knows where from the configuration", async () => {
  await using home = await tempHome();
  await using here = gatewayCalled("a");
  const ssh = await fakeSsh(home);
  await home.write(".openclaw/openclaw.json", {
    gateway: { port: here.port, remote: { sshTarget: "me@other-host", token: "s3cret" } },
  });
  const { code, stdout } = await cli(["gateway", "probe", "--ssh-auto", ...PATIENTLY, "--json"], {
    home: home.path,
    env: ssh.env,
  });
  const report = JSON.parse(stdout);
  expect([code, report.warnings, report.targets.length]).toEqual([0, [], 2]);
  expect(ssh.calls()[0]?.argv).toEndWith("-- me@other-host");
});

test("seed 106: a tunnel that cannot be opened is a warning with what ssh said; exit 1 only when nothing answers", async () => {
  await using home = await tempHome();
  await using here = gatewayCalled("a");
  const ssh = await fakeSsh(home);
  const probe = (port: number) =>
    cli(
      [
        "gateway",
        "probe",
        "--ssh",
        "me@refused.example",
        "--token",
        "s3cret",
        "--port",
        String(port),
        ...PATIENTLY,
        "--json",
      ],
      {
        home: home.path,
        env: ssh.env,
      },
    );
  const up = await probe(here.port);
  const [failure] = JSON.parse(up.stdout).warnings;
  expect([up.code, failure.code, failure.targetIds]).toEqual([0, "ssh_tunnel_failed", ["sshTunnel"]]);
  expect(failure.message).toContain("Permission denied (publickey).");
  const down = await probe(await freePort());
  const codes = JSON.parse(down.stdout).warnings.map((one: { readonly code: string }) => one.code);
  expect([down.code, codes]).toEqual([1, ["ssh_tunnel_failed", "no_gateway_reachable"]]);
});

test("what ssh could take for an option, or a shell for a command, is no target", async () => {
  await using home = await tempHome();
  for (const target of [
    "-oProxyCommand=x",
    "me@-host",
    "host;reboot",
    "a b",
    "me@host:0",
    "me@host:99999",
    "$(x)",
    "@host",
  ]) {
    const { code, stdout } = await cli(["gateway", "probe", "--json", `--ssh=${target}`], {
      home: home.path,
    });
    expect([target, code, JSON.parse(stdout).error.message.startsWith("Invalid --ssh.")]).toEqual([
      target,
      1,
      true,
    ]);
  }
  expect(readTarget("me@gateway-host:2222")).toEqual({ host: "me@gateway-host", port: 2_222 });
  expect(readTarget("[fd00::1]:22")).toEqual({ host: "fd00::1", port: 22 });
  expect(readTarget("host")).toEqual({ host: "host", port: undefined });
});

test("a secret of the configuration that cannot be had is named when its target fails", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    gateway: { auth: { token: { source: "env", provider: "default", id: "NOT_SET_ANYWHERE" } } },
  });
  const port = String(await freePort());
  const { stdout } = await cli(["gateway", "probe", "--json", "--port", port], { home: home.path });
  const warnings: readonly { readonly code: string; readonly message: string }[] =
    JSON.parse(stdout).warnings;
  const found = warnings.find(({ code }) => code === "auth_secretref_unresolved");
  expect(found?.message).toContain("gateway.auth.token could not be resolved");
});
