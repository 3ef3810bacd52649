import { expect, test } from "bun:test";
import { gatewayLikeness, type ServiceKind } from "../../src/service/index.ts";

const OURS = {
  launchd: "ai.openclaw.gateway",
  systemd: "openclaw-gateway.service",
  schtasks: "OpenClaw Gateway",
};

function likeness(
  kind: ServiceKind,
  name: string,
  programArguments: readonly string[] = [],
  environment: Record<string, string> = {},
) {
  return gatewayLikeness({ kind, name: OURS[kind] }, { name, programArguments, environment });
}

const LEGACY: readonly [ServiceKind, string, string][] = [
  ["launchd", "com.clawdbot.gateway", "clawdbot"],
  ["launchd", "com.clawdbot.rescue", "clawdbot"],
  ["launchd", "com.steipete.clawdbot.gateway", "clawdbot"],
  ["launchd", "bot.molt.gateway", "moltbot"],
  ["launchd", "com.openclaw.rescue", "openclaw"],
  ["systemd", "clawdbot-gateway.service", "clawdbot"],
  ["systemd", "moltbot-gateway-rescue.service", "moltbot"],
  ["schtasks", "Clawdbot Gateway", "clawdbot"],
  ["schtasks", "Moltbot Gateway (rescue)", "moltbot"],
];

test.each([...LEGACY])("%s: %s is an earlier name of ours", (kind, name, marker) => {
  expect<unknown>(likeness(kind, name)).toEqual({ marker, legacy: true, own: false });
});

const OWN: readonly [ServiceKind, string][] = [
  ["launchd", "ai.openclaw.rescue"],
  ["systemd", "openclaw-gateway-rescue.service"],
  ["schtasks", "OpenClaw Gateway (rescue)"],
];

test.each([...OWN])("%s: %s of another profile is our own, not an extra one", (kind, name) => {
  expect(likeness(kind, name, ["/usr/bin/openclaw", "gateway"])).toEqual({
    marker: "openclaw",
    legacy: false,
    own: true,
  });
});

test("a service is gateway-like by its marker pair, whatever it is called", () => {
  const env = { OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "gateway" };
  expect(likeness("systemd", "mine.service", ["/opt/run"], env)?.marker).toBe("openclaw");
  expect(
    likeness("systemd", "mine.service", ["/opt/run"], { ...env, OPENCLAW_SERVICE_KIND: "node" }),
  ).toBeUndefined();
});

test("a marker of an earlier era makes it a legacy service", () => {
  const found = likeness("systemd", "mine.service", ["/x"], { CLAWDBOT_SERVICE_MARKER: "clawdbot" });
  expect(found).toEqual({ marker: "clawdbot", legacy: true, own: false });
});

test("a service is gateway-like by a command that mentions an era and gateway, and is not legacy for that", () => {
  const found = likeness("systemd", "bot.service", [
    "/usr/bin/node",
    "/opt/moltbot/dist/index.js",
    "gateway",
  ]);
  expect(found).toEqual({ marker: "moltbot", legacy: false, own: false });
  expect(likeness("systemd", "x.service", ["/usr/bin/openclaw", "node", "run"])).toBeUndefined();
  expect(likeness("launchd", "com.apple.gatewayd", ["/usr/libexec/gatewayd"])).toBeUndefined();
  expect(likeness("launchd", "ai.openclaw.node", ["/usr/bin/openclaw", "node", "run"])).toBeUndefined();
});
