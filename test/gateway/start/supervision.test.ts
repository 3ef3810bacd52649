import { expect, test } from "bun:test";
import { readEnv } from "../../../src/config/index.ts";
import { keeperOf } from "../../../src/gateway/start/supervision.ts";

const keeper = (variables: Record<string, string>, { isTerminal = false, pid = 42 } = {}) =>
  keeperOf(readEnv({ HOME: "/home/ann", ...variables }), { pid, isTerminal });

const MARK = { OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "gateway" };

test("what a supervisor puts into the environment tells that it keeps this gateway running", () => {
  expect(keeper({ ...MARK, OPENCLAW_SYSTEMD_UNIT: "openclaw-gateway.service" })).toBe("systemd");
  expect(keeper({ SYSTEMD_EXEC_PID: "42" })).toBe("systemd");
  expect(keeper({ INVOCATION_ID: "aa", JOURNAL_STREAM: "8:1" })).toBe("systemd");
  expect(keeper({ OPENCLAW_LAUNCHD_LABEL: "ai.openclaw.gateway" })).toBe("launchd");
  expect(keeper({ OPENCLAW_WINDOWS_TASK_NAME: "OpenClaw Gateway" })).toBe("schtasks");
  expect(keeper(MARK)).toBe("external");
  expect(keeper({ OPENCLAW_SUPERVISOR_MODE: "external" }, { isTerminal: true })).toBe("external");
});

test("a gateway that a person started has no keeper, whatever its terminal inherited", () => {
  expect(keeper({})).toBeUndefined();
  expect(keeper({ SYSTEMD_EXEC_PID: "7", INVOCATION_ID: "aa", JOURNAL_STREAM: "8:1" })).toBeUndefined();
  const inherited = { ...MARK, INVOCATION_ID: "aa", JOURNAL_STREAM: "8:1" };
  expect(keeper(inherited, { isTerminal: true })).toBeUndefined();
});
