import { expect, test } from "bun:test";
import { tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

const TOKEN = "0123456789abcdef0123456789abcdef0123456789abcdef";
const CONFIG = ".openclaw/openclaw.json";

test("gateway auth-token masks the token and says where it comes from", async () => {
  await using home = await tempHome();
  await home.write(CONFIG, { gateway: { mode: "local", auth: { token: TOKEN } } });
  const fromFile = await cli(["gateway", "auth-token"], { home: home.path });
  expect(fromFile).toMatchObject({ code: 0 });
  expect(fromFile.stdout).toBe(
    "Gateway token: 012345…cdef (48 characters)\nFrom: gateway.auth.token in ~/.openclaw/openclaw.json\n",
  );
  const env = { OPENCLAW_GATEWAY_TOKEN: "environment-token-1234567890" };
  const fromEnv = await cli(["gateway", "auth-token"], { home: home.path, env });
  expect(fromEnv.stdout).toContain("From: the environment variable OPENCLAW_GATEWAY_TOKEN");
  const json = await cli(["gateway", "auth-token", "--json"], { home: home.path });
  expect(JSON.parse(json.stdout)).toEqual({
    mode: "token",
    source: "config",
    place: "gateway.auth.token in ~/.openclaw/openclaw.json",
    masked: "012345…cdef",
    chars: 48,
  });
});

test("gateway auth-token --show prints the token on a terminal, and refuses a pipe and JSON", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/credentials/gateway-token", `${TOKEN}\n`);
  const shown = await cli(["gateway", "auth-token", "--show"], { home: home.path, tty: true });
  expect(shown).toMatchObject({ code: 0, stdout: `${TOKEN}\n` });
  expect(shown.stderr).toContain("~/.openclaw/credentials/gateway-token");
  for (const args of [["--show"], ["--show", "--json"]]) {
    const refused = await cli(["gateway", "auth-token", ...args], {
      home: home.path,
      tty: args.includes("--json"),
    });
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain("on a terminal only");
    expect(refused.stdout + refused.stderr).not.toContain(TOKEN);
  }
});

test("gateway auth-token resolves a reference, and says what to do when there is no token", async () => {
  await using home = await tempHome();
  const none = await cli(["gateway", "auth-token"], { home: home.path });
  expect(none.code).toBe(1);
  expect(none.stderr).toContain("There is no gateway token yet.");
  expect(none.stderr).toContain("openclaw onboard");
  await home.write(CONFIG, {
    gateway: { auth: { token: { source: "env", provider: "default", id: "MY_TOKEN" } } },
  });
  const found = await cli(["gateway", "auth-token"], { home: home.path, env: { MY_TOKEN: TOKEN } });
  expect(found.stdout).toContain("the secret that gateway.auth.token in ~/.openclaw/openclaw.json refers to");
  const missing = await cli(["gateway", "auth-token"], { home: home.path });
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("could not be resolved");
  await home.write(CONFIG, { gateway: { auth: { mode: "password", password: "a-long-enough-password" } } });
  const password = await cli(["gateway", "auth-token"], { home: home.path });
  expect(password.stderr).toContain("gateway.auth.mode is password");
});
