import { describe, expect, test } from "bun:test";
import {
  browserControlPlan,
  browserControlPort,
  cdpPorts,
  type OpenClawConfig,
  readEnv,
} from "../../src/config/index.ts";

type BrowserSettings = OpenClawConfig["browser"];

function planOf(variables: Record<string, string>, browser?: BrowserSettings) {
  return browserControlPlan(readEnv({ HOME: "/home/ada", ...variables }), { ...(browser && { browser }) });
}

describe("where browser control listens", () => {
  test("seed 173: two above the gateway's own port, 19003 for a gateway on 19001", () => {
    const plan = planOf({});
    expect(plan).toEqual({ off: undefined, port: undefined, note: undefined });
    expect(browserControlPort(plan, 19_001)).toBe(19_003);
    expect(browserControlPort(plan, 18_789)).toBe(18_791);
  });

  test("seed 177: environment, then the older addresses of the configuration, name another port", () => {
    expect(planOf({}, { controlPort: 20_001 }).port).toBe(20_001);
    const both = { controlPort: 20_001, controlUrl: "http://localhost:20002/" };
    expect(planOf({}, both).port).toBe(20_002);
    expect(planOf({ OPENCLAW_BROWSER_CONTROL_URL: "http://127.0.0.1:20003" }, both).port).toBe(20_003);
    expect(planOf({ CLAWDBOT_BROWSER_CONTROL_URL: "http://127.0.0.1:20004" }, both).port).toBe(20_004);
  });

  test("an address elsewhere is not followed, and that is said", () => {
    const plan = planOf({}, { controlUrl: "http://10.0.0.5:18791" });
    expect(plan.port).toBeUndefined();
    expect(plan.note).toContain("listens on loopback alone");
  });

  test("it is off by configuration or by environment", () => {
    expect(planOf({}, { enabled: false }).off).toBe("browser.enabled is false");
    expect(planOf({ OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: "1" }).off).toBe(
      "OPENCLAW_SKIP_BROWSER_CONTROL_SERVER is set",
    );
  });

  test("seed 176: profiles get the ports from control + 9 to control + 108", () => {
    const ports = cdpPorts(18_791);
    expect([ports.at(0), ports.at(-1), ports.length]).toEqual([18_800, 18_899, 100]);
    expect(cdpPorts(65_500).at(-1)).toBe(65_535);
  });
});
