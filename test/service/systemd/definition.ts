import type { ServiceDefinition } from "../../../src/service/index.ts";

/** The definition of a gateway's service in tests; fields of `extra` stand in place of the usual ones. */
export function exampleDefinition(extra: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return {
    description: "OpenClaw Gateway",
    programArguments: ["/usr/local/bin/openclaw", "gateway", "--port", "18789"],
    workingDirectory: "/home/me",
    environment: {
      HOME: "/home/me",
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      OPENCLAW_GATEWAY_PORT: "18789",
      OPENCLAW_SYSTEMD_UNIT: "openclaw-gateway.service",
      OPENCLAW_SERVICE_MARKER: "openclaw",
      OPENCLAW_SERVICE_KIND: "gateway",
      OPENCLAW_SERVICE_VERSION: "2026.11.1",
    },
    secretEnvironment: {},
    ...extra,
  };
}
