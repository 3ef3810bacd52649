import { expect, test } from "bun:test";
import { readEnv, resolvePaths } from "../../src/config/index.ts";
import { legacyNames, serviceIdentity, ServiceError, type ServiceKind } from "../../src/service/index.ts";

const HOME = "/home/me";

function identify(kind: ServiceKind, variables: Readonly<Record<string, string>> = {}) {
  const env = readEnv({ HOME, ...variables }, { platform: "linux", uid: 1000, accountHome: HOME });
  return serviceIdentity(kind, env, resolvePaths(env));
}

test("seed 119, 120, 138, 159, 160: each supervisor has its name and file, and each profile one of its own", () => {
  expect(identify("launchd")).toMatchObject({
    name: "ai.openclaw.gateway",
    path: `${HOME}/Library/LaunchAgents/ai.openclaw.gateway.plist`,
    secretsPath: `${HOME}/.openclaw/service-env/ai.openclaw.gateway.env`,
    outputPath: `${HOME}/Library/Logs/openclaw/gateway.log`,
  });
  expect(identify("systemd")).toMatchObject({
    name: "openclaw-gateway.service",
    path: `${HOME}/.config/systemd/user/openclaw-gateway.service`,
    secretsPath: `${HOME}/.openclaw/gateway.systemd.env`,
  });
  expect(identify("schtasks")).toMatchObject({ name: "OpenClaw Gateway" });
  const names = (["launchd", "systemd", "schtasks"] as const).map(
    (kind) => identify(kind, { OPENCLAW_PROFILE: "rescue" }).name,
  );
  expect(names).toEqual([
    "ai.openclaw.rescue",
    "openclaw-gateway-rescue.service",
    "OpenClaw Gateway (rescue)",
  ]);
});

test("a name that launchd has for other things cannot be a profile there", () => {
  for (const profile of ["gateway", "node"]) {
    expect(() => identify("launchd", { OPENCLAW_PROFILE: profile })).toThrow(ServiceError);
    expect(identify("systemd", { OPENCLAW_PROFILE: profile }).name).toBe(
      `openclaw-gateway-${profile}.service`,
    );
  }
});

test("a name given by the environment is taken, but not for a profile of launchd and Windows", () => {
  expect(identify("systemd", { OPENCLAW_SYSTEMD_UNIT: "mine" }).name).toBe("mine.service");
  expect(identify("systemd", { OPENCLAW_SYSTEMD_UNIT: "mine.service" }).name).toBe("mine.service");
  expect(identify("launchd", { OPENCLAW_LAUNCHD_LABEL: "com.example.mine" }).name).toBe("com.example.mine");
  expect(identify("schtasks", { OPENCLAW_WINDOWS_TASK_NAME: "Mine" }).name).toBe("Mine");
  const profile = { OPENCLAW_PROFILE: "rescue" };
  expect(identify("systemd", { ...profile, OPENCLAW_SYSTEMD_UNIT: "mine" }).name).toBe("mine.service");
  for (const [kind, variable] of [
    ["launchd", "OPENCLAW_LAUNCHD_LABEL"],
    ["schtasks", "OPENCLAW_WINDOWS_TASK_NAME"],
  ] as const) {
    expect(() => identify(kind, { ...profile, [variable]: "mine" })).toThrow(`unset ${variable}`);
  }
});

test("a state folder from elsewhere does not stand for the account's service, unless the service has its own name", () => {
  expect(identify("systemd").relocated).toBe(false);
  expect(identify("systemd", { OPENCLAW_PROFILE: "rescue" }).relocated).toBe(false);
  const elsewhere: Record<string, string>[] = [
    { OPENCLAW_STATE_DIR: "/srv/state" },
    { OPENCLAW_HOME: "/srv/home" },
  ];
  for (const moved of elsewhere) {
    expect(identify("systemd", moved).relocated).toBe(true);
    expect(identify("systemd", { ...moved, OPENCLAW_SYSTEMD_UNIT: "mine" }).relocated).toBe(false);
  }
  expect(identify("systemd", { OPENCLAW_STATE_DIR: `${HOME}/.openclaw` }).relocated).toBe(false);
});

test("units lie where the user's configuration is", () => {
  expect(identify("systemd", { XDG_CONFIG_HOME: "/home/me/etc" }).path).toBe(
    "/home/me/etc/systemd/user/openclaw-gateway.service",
  );
});

test("seed 119, 122, 123: the names of earlier eras are known for each supervisor and profile", () => {
  expect(legacyNames("launchd", undefined)).toEqual([
    "com.openclaw.gateway",
    "bot.molt.gateway",
    "com.clawdbot.gateway",
    "com.steipete.clawdbot.gateway",
  ]);
  expect(legacyNames("launchd", "work")).toEqual(["com.openclaw.work", "bot.molt.work", "com.clawdbot.work"]);
  expect(legacyNames("systemd", undefined)).toEqual(["moltbot-gateway.service", "clawdbot-gateway.service"]);
  expect(legacyNames("systemd", "work")).toEqual([
    "moltbot-gateway-work.service",
    "clawdbot-gateway-work.service",
  ]);
  expect(legacyNames("schtasks", "work")).toEqual(["Moltbot Gateway (work)", "Clawdbot Gateway (work)"]);
});

test("a name given by the environment is no path and no option of the supervisor's programs", () => {
  const bad: readonly (readonly [ServiceKind, string, readonly string[]])[] = [
    [
      "systemd",
      "OPENCLAW_SYSTEMD_UNIT",
      ["../../../x", "-Hme@elsewhere", "a/b", "a b", "a\nb", ".hidden", "a$b"],
    ],
    ["launchd", "OPENCLAW_LAUNCHD_LABEL", ["../x", "-k", "a/b", "a b", "a\u001b[2J"]],
    ["schtasks", "OPENCLAW_WINDOWS_TASK_NAME", ["..\\x", "/F", "-x", 'a"b', "a%b|c", "a\r\nb"]],
  ];
  for (const [kind, variable, names] of bad)
    for (const name of names) expect(() => identify(kind, { [variable]: name })).toThrow(ServiceError);
  expect(identify("systemd", { OPENCLAW_SYSTEMD_UNIT: "my-gateway@2" }).name).toBe("my-gateway@2.service");
  expect(identify("schtasks", { OPENCLAW_WINDOWS_TASK_NAME: "My Gateway (2)" }).name).toBe("My Gateway (2)");
});

test("a relative folder of configuration is none", () => {
  expect(identify("systemd", { XDG_CONFIG_HOME: "here" }).path).toBe(
    `${HOME}/.config/systemd/user/openclaw-gateway.service`,
  );
});
