import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  displayPath,
  InvalidProfileError,
  logFilePath,
  profilePort,
  readEnv,
  resolvePaths,
  resolvePort,
} from "../../../src/config/index.ts";

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

function freshHome(): string {
  const home = mkdtempSync(join(tmpdir(), "openclaw-paths-"));
  homes.push(home);
  return home;
}

function envOf(home: string, extra: Record<string, string> = {}) {
  return readEnv({ HOME: home, ...extra }, { platform: "linux", uid: 1000, accountHome: home });
}

test("a fresh home gives the documented places", () => {
  const home = freshHome();
  const paths = resolvePaths(envOf(home));
  const state = join(home, ".openclaw");
  expect(paths).toMatchObject({
    profile: undefined,
    stateDir: state,
    configPath: join(state, "openclaw.json"),
    workspaceDir: join(state, "workspace"),
    dbPath: join(state, "state", "openclaw.sqlite"),
    stateLockPath: join(state, "tmp", "openclaw-1000", "gateway.state.lock"),
    tlsCertPath: join(state, "gateway", "tls", "gateway-cert.pem"),
    logName: "openclaw",
  });
});

test("--dev and a named profile have their own state, config and workspace", () => {
  const home = freshHome();
  expect(resolvePaths(envOf(home), { dev: true })).toMatchObject({
    profile: "dev",
    stateDir: join(home, ".openclaw-dev"),
    configPath: join(home, ".openclaw-dev", "openclaw.json"),
    workspaceDir: join(home, ".openclaw", "workspace-dev"),
    logName: "openclaw-dev",
  });
  expect(resolvePaths(envOf(home, { OPENCLAW_PROFILE: "Rescue" })).stateDir).toBe(
    join(home, ".openclaw-rescue"),
  );
  expect(resolvePaths(envOf(home), { profile: "default" }).stateDir).toBe(join(home, ".openclaw"));
});

test("an existing workspace inside the profile's state folder is kept", () => {
  const home = freshHome();
  mkdirSync(join(home, ".openclaw-dev", "workspace"), { recursive: true });
  expect(resolvePaths(envOf(home), { dev: true }).workspaceDir).toBe(
    join(home, ".openclaw-dev", "workspace"),
  );
});

test("what the caller set in the environment wins over the profile", () => {
  const home = freshHome();
  const env = envOf(home, { OPENCLAW_STATE_DIR: "/srv/a", OPENCLAW_CONFIG_PATH: "/srv/a.json" });
  const paths = resolvePaths(env, { profile: "x" });
  expect(paths.stateDir).toBe("/srv/a");
  expect(paths.configPath).toBe("/srv/a.json");
  expect(paths.workspaceDir).toBe("/srv/a/workspace");
});

test("an existing state folder and config of an older name are used while no new one exists", () => {
  const home = freshHome();
  mkdirSync(join(home, ".clawdbot"));
  writeFileSync(join(home, ".clawdbot", "clawdbot.json"), "{}");
  expect(resolvePaths(envOf(home)).configPath).toBe(join(home, ".clawdbot", "clawdbot.json"));
  mkdirSync(join(home, ".openclaw"));
  expect(resolvePaths(envOf(home)).configPath).toBe(join(home, ".openclaw", "openclaw.json"));
});

test("a profile name that is no name is refused", () => {
  const home = freshHome();
  for (const profile of ["../x", "a/b", "-a", "a".repeat(65), "ä"]) {
    expect(() => resolvePaths(envOf(home), { profile })).toThrow(InvalidProfileError);
  }
});

test("two state folders never share a log file name", () => {
  const home = freshHome();
  const names = [undefined, "/srv/a", "/srv/b"].map(
    (dir) => resolvePaths(envOf(home, dir === undefined ? {} : { OPENCLAW_STATE_DIR: dir })).logName,
  );
  expect(new Set(names).size).toBe(3);
  const file = logFilePath({ logDir: "/l", logName: "openclaw" }, new Date(2026, 0, 5).getTime());
  expect(file).toBe(join("/l", "openclaw-2026-01-05.log"));
});

test("on Windows the log folder is the user's own", () => {
  const env = readEnv({ USERPROFILE: "/u", TEMP: "/t" }, { platform: "win32", uid: 0, accountHome: "/u" });
  expect(resolvePaths(env).logDir).toBe(join("/t", "openclaw-0"));
});

test("paths in the home folder are shown with a tilde", () => {
  expect(displayPath("/h/.openclaw/x", "/h")).toBe("~/.openclaw/x");
  expect(displayPath("/hh/x", "/h")).toBe("/hh/x");
});

test("the port is flag, env, config, profile, default", () => {
  const all = { flag: 1, env: 2, config: 3, profile: "dev" };
  expect(resolvePort(all)).toEqual({ port: 1, source: "flag" });
  expect(resolvePort({ ...all, flag: undefined })).toEqual({ port: 2, source: "env" });
  expect(resolvePort({ config: 3, profile: "dev" })).toEqual({ port: 3, source: "config" });
  expect(resolvePort({ profile: "dev" })).toEqual({ port: 19001, source: "profile" });
  expect(resolvePort({})).toEqual({ port: 18789, source: "default" });
  expect(profilePort("rescue")).toBe(23532);
});
