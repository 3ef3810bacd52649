import { expect, test } from "bun:test";
import { canvasPlan, canvasPort, type OpenClawConfig, readEnv } from "../../../src/config/index.ts";

function plan(variables: Record<string, string>, canvasHost: Partial<OpenClawConfig["canvasHost"]> = {}) {
  return canvasPlan(readEnv(variables), { canvasHost: { enabled: true, liveReload: true, ...canvasHost } });
}

test("seeds 60, 174, 177: the canvas listens four above the gateway, or where configuration or environment say", () => {
  expect(canvasPort(plan({}), 18_789)).toBe(18_793);
  expect(canvasPort(plan({}), 19_001)).toBe(19_005);
  expect(canvasPort(plan({}, { port: 20_000 }), 18_789)).toBe(20_000);
  expect(canvasPort(plan({ OPENCLAW_CANVAS_HOST_PORT: "20001" }, { port: 20_000 }), 18_789)).toBe(20_001);
});

test("seeds 58, 59: it is off by configuration or environment, and says which", () => {
  expect(plan({}).off).toBeUndefined();
  expect(plan({}, { enabled: false }).off).toContain("canvasHost.enabled");
  expect(plan({ OPENCLAW_SKIP_CANVAS_HOST: "1" }).off).toContain("OPENCLAW_SKIP_CANVAS_HOST");
  expect(plan({ CLAWDBOT_SKIP_CANVAS_HOST: "1" }).off).toContain("OPENCLAW_SKIP_CANVAS_HOST");
});

test("named as the gateway's own port, or above all ports, it has no listener of its own", () => {
  expect(canvasPort(plan({}, { port: 18_789 }), 18_789)).toBeUndefined();
  expect(canvasPort(plan({}), 65_533)).toBeUndefined();
});
