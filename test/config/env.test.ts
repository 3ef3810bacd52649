import { expect, test } from "bun:test";
import { type EnvSystem, legacyNamesWarning, readEnv } from "../../src/config/index.ts";

const linux: EnvSystem = { platform: "linux", uid: 1000, accountHome: "/home/me" };

test("home is OPENCLAW_HOME, HOME, USERPROFILE, then the account's home", () => {
  const all = { OPENCLAW_HOME: "/a", HOME: "/b", USERPROFILE: "/c" };
  expect(readEnv(all, linux).home).toBe("/a");
  expect(readEnv({ ...all, OPENCLAW_HOME: " " }, linux).home).toBe("/b");
  expect(readEnv({ ...all, OPENCLAW_HOME: "undefined", HOME: "null" }, linux).home).toBe("/c");
  expect(readEnv({}, linux).home).toBe("/home/me");
  expect(readEnv({ OPENCLAW_HOME: "~/claw", HOME: "/b" }, linux).home).toBe("/b/claw");
});

test("a leading tilde in any location stands for the resolved home", () => {
  const env = readEnv({ HOME: "/b", OPENCLAW_STATE_DIR: "~/.openclaw-a", OPENCLAW_CONFIG_PATH: "~" }, linux);
  expect(env.stateDir).toBe("/b/.openclaw-a");
  expect(env.configPath).toBe("/b");
});

test("older names stand in only for unset new ones, and are named in one warning", () => {
  const env = readEnv(
    {
      CLAWDBOT_GATEWAY_PORT: "19005",
      MOLTBOT_GATEWAY_PORT: "19006",
      MOLTBOT_PROFILE: "x",
      OPENCLAW_PROFILE: "y",
    },
    linux,
  );
  expect(env.gateway.port).toBe(19006);
  expect(env.profile).toBe("y");
  expect(env.legacyNames).toEqual(["MOLTBOT_GATEWAY_PORT"]);
  expect(legacyNamesWarning(env)).toContain("MOLTBOT_GATEWAY_PORT → OPENCLAW_GATEWAY_PORT");
  expect(legacyNamesWarning(readEnv({}, linux))).toBeUndefined();
});

test("a value that is no number is reported and counts as unset", () => {
  const env = readEnv({ OPENCLAW_GATEWAY_PORT: "abc", OPENCLAW_CANVAS_HOST_PORT: "70000" }, linux);
  expect(env.gateway.port).toBeUndefined();
  expect(env.problems).toHaveLength(2);
  expect(env.problems[0]).toContain("OPENCLAW_GATEWAY_PORT");
});

test("switches take 1, true, yes and on", () => {
  for (const value of ["1", "true", "YES", "on"]) {
    expect(readEnv({ OPENCLAW_SKIP_CRON: value }, linux).skip.cron).toBe(true);
  }
  for (const value of ["0", "false", "", "no"]) {
    expect(readEnv({ OPENCLAW_SKIP_CRON: value }, linux).skip.cron).toBe(false);
  }
});

test("the variable that forbids config writes is named", () => {
  expect(readEnv({ OPENCLAW_CONFIG_READONLY: "1" }, linux).configReadonlyBy).toBe("OPENCLAW_CONFIG_READONLY");
  expect(readEnv({ OPENCLAW_NIX_MODE: "1" }, linux).configReadonlyBy).toBe("OPENCLAW_NIX_MODE");
  expect(readEnv({}, linux).configReadonlyBy).toBeUndefined();
});

test("include roots are a path list of the platform", () => {
  expect(readEnv({ HOME: "/h", OPENCLAW_INCLUDE_ROOTS: "/x:~/y::" }, linux).includeRoots).toEqual([
    "/x",
    "/h/y",
  ]);
});

test("colour follows NO_COLOR and FORCE_COLOR", () => {
  expect(readEnv({ NO_COLOR: "1", FORCE_COLOR: "0" }, linux).output).toMatchObject({
    noColor: true,
    forceColor: false,
  });
  expect(readEnv({ FORCE_COLOR: "1" }, linux).output.forceColor).toBe(true);
});

test("raw holds every non-blank variable for substitution", () => {
  const env = readEnv({ MY_KEY: "v", EMPTY: "", GONE: undefined }, linux);
  expect(env.raw).toEqual({ MY_KEY: "v" });
});
