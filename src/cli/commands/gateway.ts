import { type Command, defineCommand } from "../command.ts";
import { choice, choiceOr, filled, integerOr, onByDefault, port, text, toggle } from "../flags.ts";
import { serviceCommands } from "./service.ts";
import { expectFinalFlag, gatewayFlags, jsonFlag } from "../rpc/flags.ts";

/** Patience of the gateway group. */
const TIMEOUT_MS = 10_000;

/** A probe asks whether anything answers; more than this is no. */
const PROBE_TIMEOUT_MS = 3_000;

export const runFlags = {
  port: port("Port to listen on (env OPENCLAW_GATEWAY_PORT, gateway.port)"),
  bind: choice(
    ["loopback", "lan", "tailnet", "auto", "custom"],
    "Where to listen; beyond loopback needs a secret",
  ),
  auth: choice(["none", "token", "password", "trusted-proxy"], "How clients prove themselves"),
  token: filled("token", "Shared token for this run (env OPENCLAW_GATEWAY_TOKEN)"),
  password: filled("password", "Shared password for this run"),
  passwordFile: filled("file", "Read the password from a file"),
  tailscale: choice(["off", "serve", "funnel"], "Offer the gateway through Tailscale"),
  allowUnconfigured: toggle("Start without gateway.mode=local in the configuration"),
  force: toggle("End whatever listens on the port first"),
  verbose: toggle("Show debug output: handshakes, requests, events"),
  wsLog: choiceOr(["auto", "full", "compact"], "auto", "How WebSocket traffic is logged"),
  compact: toggle("Same as --ws-log compact"),
  serviceEnv: filled(
    "file",
    "Variables of the service, which win over the account's; set by gateway install",
    {
      // For supervisors that set none: a Windows task. Nobody types it.
      hidden: true,
    },
  ),
};

export const callFlags = {
  params: text("json", "Parameters of the method as JSON", { fallback: "{}" }),
  ...expectFinalFlag,
  ...gatewayFlags(TIMEOUT_MS),
};

export const healthFlags = gatewayFlags(TIMEOUT_MS);

export const probeFlags = {
  ssh: filled("user@host[:port]", "Also look through an SSH tunnel to this machine"),
  sshIdentity: filled("file", "Key file for the tunnel (gateway.remote.sshIdentity)"),
  sshAuto: toggle("Tunnel to gateway.remote.sshTarget, or to the host of gateway.remote.url"),
  ...gatewayFlags(PROBE_TIMEOUT_MS),
};

export const statusFlags = {
  requireRpc: toggle("Prove that a read call works; exit 1 when it does not"),
  probe: onByDefault("Do not contact the gateway"),
  deep: toggle("Look for other gateways and services on this machine as well"),
  ...gatewayFlags(TIMEOUT_MS),
};

export const usageCostFlags = {
  days: integerOr(30, "count", "Days up to today", { min: 1, max: 3_650 }),
  agent: filled("id", "Only this agent; the default one unless told"),
  allAgents: toggle("All agents together"),
  ...gatewayFlags(TIMEOUT_MS),
};

export const diagnosticsFlags = {
  output: filled("file", "Where to write it; a dated file in the state folder unless told"),
  logLines: integerOr(5_000, "count", "Lines of the log at most", { min: 0, max: 100_000 }),
  logBytes: integerOr(1_000_000, "count", "Bytes of the log that are looked through", {
    min: 0,
    max: 100_000_000,
  }),
  stabilityBundle: onByDefault("Leave the history of starts, stops and restarts out"),
  ...gatewayFlags(PROBE_TIMEOUT_MS),
};

export const authTokenFlags = {
  show: toggle("Print the token itself; on a terminal only"),
  ...jsonFlag,
};

const runExamples = [
  ["openclaw gateway", "Start the gateway in the foreground"],
  ["openclaw gateway --allow-unconfigured", "Start on a machine that has no configuration yet"],
  ["openclaw gateway --bind lan --token secret", "Let other machines in the network connect"],
  ["openclaw gateway --port 18790 --force", "Take over a port"],
] as const;

const loadRun = () => import("../gateway/run.ts");

/** The same row below `gateway` and `daemon`. */
function gatewayStatusCommand(group: "gateway" | "daemon"): Command {
  const line = (flags = "") => `openclaw ${group} status${flags}`;
  return defineCommand({
    name: "status",
    summary: "The service, its configuration and address, and whether the gateway answers",
    description: "Exits 0 even when the gateway is down, unless --require-rpc is given.",
    flags: statusFlags,
    examples: [
      [line(), "See what is installed, what runs and whether it answers"],
      [line(" --deep"), "Look for other gateways and services on this machine, too"],
      [line(" --require-rpc"), "Fail unless a read call works; for scripts and monitors"],
      [line(" --json --no-probe"), "Print what is configured, without contacting anything"],
    ],
    load: () => import("../gateway/status.ts"),
  });
}

/** The group's earlier name; its rows are those of `gateway`. */
export const daemonCommand = defineCommand({
  name: "daemon",
  summary: "Earlier name of the service's commands: the same as openclaw gateway install, start, stop …",
  subcommands: [gatewayStatusCommand("daemon"), ...serviceCommands("daemon")],
  examples: [["openclaw daemon status", "Same as openclaw gateway status"]],
});

export const gatewayCommand = defineCommand({
  name: "gateway",
  summary: "Run the gateway, manage its service, or ask a running one",
  description:
    "Without a subcommand this is `gateway run`: the gateway runs in the foreground until it is stopped.",
  flags: runFlags,
  examples: runExamples,
  load: loadRun,

  subcommands: [
    defineCommand({
      name: "run",
      summary: "Run the gateway in the foreground",
      flags: runFlags,
      examples: runExamples,
      load: loadRun,
    }),
    gatewayStatusCommand("gateway"),
    ...serviceCommands("gateway"),
    defineCommand({
      name: "health",
      summary: "Whether the gateway answers, and how fast",
      flags: healthFlags,
      examples: [["openclaw gateway health", "Ask the gateway for its health"]],
      load: () => import("../gateway/health.ts"),
    }),
    defineCommand({
      name: "call",
      summary: "Call any method of the gateway",
      args: [{ name: "method", summary: "Name of the method, for example system-presence", required: true }],
      flags: callFlags,
      examples: [
        ["openclaw gateway call status", "Call a method without parameters"],
        [
          `openclaw gateway call logs.tail --params '{"limit":5}' --json`,
          "Pass parameters; print only the answer",
        ],
      ],
      load: () => import("../gateway/call.ts"),
    }),
    defineCommand({
      name: "usage-cost",
      summary: "What model calls used and cost",
      flags: usageCostFlags,
      examples: [
        ["openclaw gateway usage-cost", "The last 30 days of the default agent"],
        ["openclaw gateway usage-cost --days 7 --all-agents --json", "A week of all agents, for a script"],
      ],
      load: () => import("../gateway/usage-cost.ts"),
    }),
    defineCommand({
      name: "diagnostics",
      summary: "What to hand to somebody who helps",
      examples: [["openclaw gateway diagnostics export", "Write an archive for a bug report"]],
      subcommands: [
        defineCommand({
          name: "export",
          summary: "Write an archive for a bug report: versions, states, settings and log, without a secret",
          description: "Works while the gateway is down, too. A file that is there already is not replaced.",
          flags: diagnosticsFlags,
          examples: [
            ["openclaw gateway diagnostics export", "Write it into the state folder"],
            [
              "openclaw gateway diagnostics export --output help.zip --json",
              "Write it elsewhere; print its list",
            ],
          ],
          load: () => import("../gateway/diagnostics/export.ts"),
        }),
      ],
    }),
    defineCommand({
      name: "probe",
      summary: "Look for gateways: this machine's, the configured one, a given one",
      description: "Exits 1 only when none of them answers.",
      flags: probeFlags,
      examples: [
        ["openclaw gateway probe", "Check every gateway this machine knows of"],
        ["openclaw gateway probe --url wss://gw.example --token secret --json", "Check a given one as well"],
        ["openclaw gateway probe --ssh me@gateway-host", "Check the one of another machine through SSH"],
      ],
      load: () => import("../gateway/probe.ts"),
    }),
    defineCommand({
      name: "auth-token",
      summary: "Where the gateway's token comes from, and the token itself",
      description:
        "Without --show only the ends of the token are printed. A gateway that was started with --token has its own.",
      flags: authTokenFlags,
      examples: [
        ["openclaw gateway auth-token", "See where the token comes from"],
        ["openclaw gateway auth-token --show", "See the token, to paste it into a browser or an app"],
      ],
      load: () => import("../gateway/auth-token.ts"),
    }),
  ],
});
