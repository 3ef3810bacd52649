import { expect, test } from "bun:test";
import { auditCommand, type InstalledCommand, type ServiceDefinition } from "../../src/service/index.ts";

const EXPECTED: ServiceDefinition = {
  description: "OpenClaw Gateway",
  programArguments: ["/usr/local/bin/openclaw", "gateway", "--port", "18789"],
  workingDirectory: "/home/u",
  environment: {
    HOME: "/home/u",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    OPENCLAW_SERVICE_MARKER: "openclaw",
    OPENCLAW_SERVICE_KIND: "gateway",
    OPENCLAW_SERVICE_VERSION: "2026.11.1",
  },
  secretEnvironment: { OPENCLAW_GATEWAY_TOKEN: "right", ANTHROPIC_API_KEY: "sk" },
};

function installed(
  change: { args?: readonly string[]; env?: Record<string, string>; file?: Record<string, string> } = {},
): InstalledCommand {
  const file = change.file ?? EXPECTED.secretEnvironment;
  const inline: Record<string, string> = { ...EXPECTED.environment, ...change.env };
  const sources: [string, "inline" | "file"][] = [
    ...Object.keys(file).map((name): [string, "file"] => [name, "file"]),
    ...Object.keys(inline).map((name): [string, "inline"] => [name, "inline"]),
  ];
  return {
    programArguments: change.args ?? EXPECTED.programArguments,
    workingDirectory: "/home/u",
    environment: { ...file, ...inline },
    environmentValueSources: Object.fromEntries(sources),
    sourcePath: "/x",
  };
}

const codes = (command: InstalledCommand) => auditCommand(command, EXPECTED).map(({ code }) => code);

test("a service that is as it should be has no issues", () => {
  expect(auditCommand(installed(), EXPECTED)).toEqual([]);
});

test("drift of the port says from what to what", () => {
  const [issue] = auditCommand(
    installed({ args: ["/usr/local/bin/openclaw", "gateway", "--port=19001"] }),
    EXPECTED,
  );
  expect(issue).toMatchObject({
    code: "gateway-port-mismatch",
    detail: "19001 -> 18789",
    level: "recommended",
  });
});

const ROWS: readonly [string, Parameters<typeof installed>[0]][] = [
  ["gateway-command-missing", { args: ["/usr/local/bin/openclaw", "status"] }],
  [
    "gateway-entrypoint-mismatch",
    { args: ["/usr/bin/node", "/opt/dist/index.js", "gateway", "--port", "18789"] },
  ],
  ["gateway-token-embedded", { env: { OPENCLAW_GATEWAY_TOKEN: "right" } }],
  ["gateway-token-embedded gateway-token-mismatch", { env: { CLAWDBOT_GATEWAY_TOKEN: "stale" }, file: {} }],
  ["gateway-token-drift", { file: { OPENCLAW_GATEWAY_TOKEN: "stale" } }],
  ["gateway-password-embedded", { env: { OPENCLAW_GATEWAY_PASSWORD: "p" } }],
  ["gateway-managed-env-embedded", { env: { ANTHROPIC_API_KEY: "sk" } }],
  ["gateway-managed-env-embedded", { env: { SOME_OTHER_TOKEN: "t" } }],
  ["gateway-managed-env-embedded", { env: { FOO: "t", OPENCLAW_SERVICE_MANAGED_ENV_KEYS: "FOO,BAR" } }],
  ["gateway-proxy-env-embedded", { env: { https_proxy: "http://p" } }],
  ["gateway-path-missing", { env: { PATH: "" } }],
  ["gateway-path-missing-dirs", { env: { PATH: "/usr/bin:/bin" } }],
  [
    "gateway-path-nonminimal",
    { env: { PATH: "/usr/local/bin:/usr/bin:/bin:/home/u/.nvm/versions/node/v24/bin" } },
  ],
  ["gateway-path-nonminimal", { env: { PATH: "/usr/local/bin:/usr/bin:/bin:." } }],
  ["gateway-version-mismatch", { env: { OPENCLAW_SERVICE_VERSION: "2026.1.1" } }],
  ["gateway-environment-mismatch", { env: { OPENCLAW_PROFILE: "rescue" } }],
];

test.each([...ROWS])("audit: %s", (expected, change) => {
  expect(codes(installed(change)).join(" ")).toBe(expected);
});

test("folders of one's own in PATH are nobody's business", () => {
  expect(codes(installed({ env: { PATH: "/usr/local/bin/:/usr/bin:/bin:/opt/tools/bin" } }))).toEqual([]);
});

test("no issue tells a secret", () => {
  const secrets = {
    OPENCLAW_GATEWAY_TOKEN: "canary-1",
    OPENCLAW_GATEWAY_PASSWORD: "canary-2",
    X_API_KEY: "canary-3",
  };
  expect(JSON.stringify(auditCommand(installed({ env: secrets }), EXPECTED))).not.toContain("canary");
});
