import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { fakeSystemd } from "../../fakes/systemctl/index.ts";
import { tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";

const MUTATIONS = ["install", "uninstall", "start", "stop", "restart"] as const;

async function refused(argv: readonly string[], env: Record<string, string> = {}, config?: object) {
  await using home = await tempHome();
  using systemd = await fakeSystemd(home);
  if (config) await home.write(".openclaw/openclaw.json", config);
  const { code, stdout } = await cli([...argv, "--json"], {
    home: home.path,
    env: { ...systemd.env, ...env },
  });
  const told = systemd.calls().filter((call) => !/ (?:show|show-user|is-enabled) /.test(`${call} `));
  return { code, out: JSON.parse(stdout), told, unit: existsSync(home.at(".config/systemd")) };
}

for (const action of MUTATIONS) {
  test(`gateway ${action} leaves a gateway alone that another supervisor has`, async () => {
    const { code, out, told } = await refused(["gateway", action], { OPENCLAW_SUPERVISOR_MODE: "external" });
    expect([code, out.action, out.ok, out.code]).toEqual([1, action, false, "external"]);
    expect(out.error).toContain("OPENCLAW_SUPERVISOR_MODE=external");
    expect(told).toEqual([]);
  });

  test(`gateway ${action} does nothing on a configuration that a newer version has written`, async () => {
    const { code, out, told } = await refused(
      ["gateway", action],
      {},
      { meta: { lastTouchedVersion: "2099.1.1" } },
    );
    expect([code, out.code, told]).toEqual([1, "newer-writer", []]);
    expect(out.error).toContain("2099.1.1");
  });
}

test("seed 108, 109: a relocated state folder does not touch the account's service", async () => {
  for (const action of ["install", "uninstall", "start", "restart"]) {
    const { code, out, told, unit } = await refused(["gateway", action], {
      OPENCLAW_STATE_DIR: "~/elsewhere",
    });
    expect([code, out.code, told, unit]).toEqual([1, "relocated", [], false]);
    expect(out.hints[0]).toContain("openclaw --profile <name> gateway install");
  }
  const stop = await refused(["gateway", "stop"], { OPENCLAW_STATE_DIR: "~/elsewhere" });
  expect([stop.code, stop.out.result, stop.told]).toEqual([0, "not-loaded", []]);
});

test("a configuration that a gateway would not start on is refused before anything is written", async () => {
  const cases = [
    [{ gateway: { port: "many" } }, "invalid-config"],
    [{ gateway: { mode: "remote", remote: { url: "wss://gw.example" } } }, "remote-mode"],
    [
      { gateway: { mode: "local", auth: { token: "a-token-here", password: "a-password" } } },
      "invalid-config",
    ],
  ] as const;
  for (const [config, code] of cases) {
    const found = await refused(["gateway", "install"], {}, config);
    expect([found.code, found.out.code, found.told, found.unit]).toEqual([1, code, [], false]);
  }
});

test("a program that runs from its source, and a wrapper that is none, are no programs of a service", async () => {
  const source = await refused(["gateway", "install"]);
  expect([source.code, source.out.code, source.unit]).toEqual([1, "not-stable-path", false]);
  const wrapper = await refused(["gateway", "install", "--wrapper", "~/nothing-here"]);
  expect([wrapper.code, wrapper.out.code, wrapper.unit]).toEqual([1, "wrapper", false]);
});

test("values that cannot be used, and options that exclude each other, are refused before anything is looked at", async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["install", "--port", "abc"], "Invalid --port."],
    [["install", "--runtime", "deno"], "Invalid --runtime."],
    [["restart", "--wait", "soon"], "Invalid --wait."],
    [["restart", "--safe", "--force"], "Use either --safe or --force, not both."],
    [["restart", "--safe", "--wait", "5s"], "Use either --safe or --wait, not both."],
    [["restart", "--force", "--wait", "5s"], "Use either --force or --wait, not both."],
    [["restart", "--safe", "--preserve-definition"], "Use either --safe or --preserve-definition, not both."],
    [["restart", "--skip-deferral"], "--skip-deferral goes with --safe only."],
  ];
  for (const [argv, message] of cases) {
    const { code, out, told } = await refused(["gateway", ...argv], {}, { gateway: { port: "many" } });
    expect([code, out.error.message.startsWith(message), told]).toEqual([1, true, []]);
  }
});
