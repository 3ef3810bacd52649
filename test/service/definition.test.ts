import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { readEnv, resolvePaths } from "../../src/config/index.ts";
import { gatewayDefinition, serviceIdentity, type ServiceKind } from "../../src/service/index.ts";
import { tempHome } from "../support/index.ts";

interface Wishes {
  readonly kind?: ServiceKind;
  readonly variables?: Readonly<Record<string, string>>;
  readonly wrapper?: string;
  readonly allowUnconfigured?: boolean;
}

function define(home: string, { kind = "systemd", variables = {}, ...wishes }: Wishes = {}) {
  const env = readEnv({ HOME: home, PATH: "/somewhere/else", ...variables });
  return gatewayDefinition({
    identity: serviceIdentity(kind, env, resolvePaths(env)),
    env,
    port: 18789,
    executable: "/usr/local/bin/openclaw",
    version: "2026.11.1",
    ...wishes,
  });
}

test("seed 75, 149, 150, 163-165: the executable itself, the port, the home, and the markers of a service", async () => {
  await using home = await tempHome();
  expect(define(home.path)).toEqual({
    description: "OpenClaw Gateway",
    programArguments: ["/usr/local/bin/openclaw", "gateway", "--port", "18789"],
    workingDirectory: home.path,
    environment: {
      HOME: home.path,
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      OPENCLAW_GATEWAY_PORT: "18789",
      OPENCLAW_SYSTEMD_UNIT: "openclaw-gateway.service",
      OPENCLAW_SERVICE_MARKER: "openclaw",
      OPENCLAW_SERVICE_KIND: "gateway",
      OPENCLAW_SERVICE_VERSION: "2026.11.1",
    },
    secretEnvironment: {},
  });
});

test("seed 148: a profile's description says which one, and the version", async () => {
  await using home = await tempHome();
  const { description, environment } = define(home.path, { variables: { OPENCLAW_PROFILE: "rescue" } });
  expect(description).toBe("OpenClaw Gateway (profile: rescue, v2026.11.1)");
  expect(environment["OPENCLAW_PROFILE"]).toBe("rescue");
});

test("PATH has the system's folders and the user's own that exist, and nothing of the shell", async () => {
  await using home = await tempHome();
  mkdirSync(home.at(".local/bin"), { recursive: true });
  mkdirSync(home.at("go/bin"), { recursive: true });
  const path = define(home.path).environment["PATH"];
  expect(path).toBe(
    `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${home.at(".local/bin")}:${home.at("go/bin")}`,
  );
});

test("folders that were moved stand in the definition, a home that was moved too, and the account's home stays HOME", async () => {
  await using home = await tempHome();
  const variables = {
    OPENCLAW_STATE_DIR: "/srv/state",
    OPENCLAW_CONFIG_PATH: "/srv/openclaw.json",
    OPENCLAW_HOME: "/srv/home",
    TMPDIR: "/var/tmp/me",
  };
  expect(define(home.path, { variables }).environment).toMatchObject({ ...variables, HOME: home.path });
});

test("no variable of the caller that may be a secret, or is a proxy, gets into the definition", async () => {
  await using home = await tempHome();
  const variables = {
    OPENCLAW_GATEWAY_TOKEN: "secret-1",
    OPENCLAW_GATEWAY_PASSWORD: "secret-2",
    ANTHROPIC_API_KEY: "secret-3",
    HTTPS_PROXY: "http://me:secret-4@proxy:3128",
  };
  for (const kind of ["systemd", "launchd", "schtasks"] as const) {
    expect(JSON.stringify(define(home.path, { kind, variables }))).not.toContain("secret-");
  }
});

test("launchd and Windows tell the gateway where its secrets are; systemd reads them itself", async () => {
  await using home = await tempHome();
  const file = (kind: ServiceKind) => define(home.path, { kind }).environment["OPENCLAW_SERVICE_ENV_FILE"];
  expect(file("launchd")).toBe(home.at(".openclaw/service-env/ai.openclaw.gateway.env"));
  expect(file("schtasks")).toStartWith(home.at(".openclaw/service-env"));
  expect(file("systemd")).toBeUndefined();
});

test("a wrapper stands first and is remembered; an unconfigured start is asked for by its flag", async () => {
  await using home = await tempHome();
  const { programArguments, environment } = define(home.path, {
    wrapper: "/home/me/bin/with-secrets",
    allowUnconfigured: true,
  });
  expect(programArguments).toEqual([
    "/home/me/bin/with-secrets",
    "gateway",
    "--port",
    "18789",
    "--allow-unconfigured",
  ]);
  expect(environment["OPENCLAW_WRAPPER"]).toBe("/home/me/bin/with-secrets");
});
