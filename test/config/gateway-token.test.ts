import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  ensureGatewayToken,
  readEnv,
  readLocalGatewayCredential,
  resolvePaths,
} from "../../src/config/index.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { storeIn, TempFolder } from "./support/fixture.ts";

async function ensure(folder: TempFolder, mayWriteConfig: boolean, variables: Record<string, string> = {}) {
  const env = readEnv({ HOME: folder.path, OPENCLAW_STATE_DIR: folder.path, ...variables });
  const paths = resolvePaths(env);
  const store = storeIn(folder, variables);
  await store.load();
  const ensured = await ensureGatewayToken(store, { paths, env, ids: randomIds, mayWriteConfig });
  return { ensured, store, paths, env };
}

test("a gateway without a credential gets a token in its config, private, and says how to see it", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", '{\n  // mine\n  gateway: { mode: "local" }\n}');
  const { ensured, store, paths, env } = await ensure(folder, true);
  expect(ensured.token).toMatch(/^[0-9a-f]{48}$/);
  expect(ensured.message).not.toContain(ensured.token ?? "");
  expect(ensured.message).toContain("openclaw gateway auth-token --show");
  const text = readFileSync(paths.configPath, "utf8");
  expect(text).toContain(ensured.token ?? "?");
  expect(text).toContain("// mine");
  expect(statSync(paths.configPath).mode & 0o777).toBe(0o600);
  expect(readLocalGatewayCredential(paths, store.current.resolved, env)).toMatchObject({
    token: ensured.token,
    source: "config",
  });
});

test("where the config must not be written, the token has a private file and stays the same", async () => {
  using folder = new TempFolder();
  const first = await ensure(folder, false);
  expect(existsSync(first.paths.configPath)).toBe(false);
  expect(readdirSync(folder.path)).toEqual(["credentials"]);
  expect(statSync(first.paths.gatewayTokenPath).mode & 0o777).toBe(0o600);
  expect(statSync(first.paths.credentialsDir).mode & 0o777).toBe(0o700);
  const second = await ensure(folder, false);
  expect(second.ensured.token).toBe(first.ensured.token);
  expect(readLocalGatewayCredential(first.paths, {}, first.env)).toEqual({
    token: first.ensured.token,
    password: undefined,
    source: "token-file",
    unresolvedPath: undefined,
  });
  const readonly = await ensure(folder, true, { OPENCLAW_NIX_MODE: "1" });
  expect(readonly.ensured.savedTo).toBe("token-file");
});

test("a credential that is there is left alone, whatever its form", async () => {
  const cases: [string, Record<string, string>][] = [
    ['{gateway:{auth:{token:"x"}}}', {}],
    ['{gateway:{auth:{token:{source:"env",provider:"default",id:"T"}}}}', {}],
    ['{gateway:{auth:{password:"x"}}}', {}],
    ['{gateway:{auth:{mode:"none"}}}', {}],
    ['{gateway:{auth:{mode:"trusted-proxy"}}}', {}],
    ["{}", { OPENCLAW_GATEWAY_TOKEN: "x" }],
    ["{}", { OPENCLAW_GATEWAY_PASSWORD: "x" }],
  ];
  for (const [text, variables] of cases) {
    using folder = new TempFolder();
    folder.file("openclaw.json", text);
    expect((await ensure(folder, true, variables)).ensured.token).toBeUndefined();
    expect(readFileSync(join(folder.path, "openclaw.json"), "utf8")).toBe(text);
  }
});

test("a client takes the environment before the config, and never the text of a reference", () => {
  const paths = { gatewayTokenPath: "/nowhere" };
  const read = (config: unknown, variables = {}) =>
    readLocalGatewayCredential(paths, config, readEnv(variables));
  const config = { gateway: { auth: { token: "c" } } };
  expect(read(config, { OPENCLAW_GATEWAY_TOKEN: "e" })).toMatchObject({ token: "e", source: "env" });
  expect(read(config)).toMatchObject({ token: "c", source: "config" });
  expect(read({})).toMatchObject({ token: undefined, source: "none" });
  for (const token of ["${NOPE}", "$NOPE", { source: "file", provider: "f", id: "/a" }]) {
    expect(read({ gateway: { auth: { token } } }, { OPENCLAW_GATEWAY_TOKEN: "e" })).toMatchObject({
      token: undefined,
      unresolvedPath: "gateway.auth.token",
    });
  }
});
