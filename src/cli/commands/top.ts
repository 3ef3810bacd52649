import { defineCommand } from "../command.ts";
import { integerOr, toggle } from "../flags.ts";
import { gatewayFlags, jsonFlag } from "../rpc/flags.ts";

/** Patience where a person waits for a whole picture. */
const OVERVIEW_TIMEOUT_MS = 60_000;

/** Patience of log and system calls. */
const CALL_TIMEOUT_MS = 30_000;

export const healthFlags = {
  verbose: toggle("Show the connection and every part in detail", { aliases: ["debug"] }),
  ...gatewayFlags(OVERVIEW_TIMEOUT_MS),
};

export const healthCommand = defineCommand({
  name: "health",
  summary: "Health of the running gateway and its parts",
  flags: healthFlags,
  examples: [
    ["openclaw health", "See the health of the gateway"],
    ["openclaw health --verbose", "See the connection and every part in detail"],
    ["openclaw health --json", "Print the same snapshot as the method health"],
  ],
  load: () => import("../top/health.ts"),
});

export const statusFlags = {
  all: toggle("Show every row, and who is connected"),
  deep: toggle("Ask the gateway to check its parts now, and show the result"),
  probe: toggle("Same as --deep"),
  ...gatewayFlags(OVERVIEW_TIMEOUT_MS),
};

export const statusCommand = defineCommand({
  name: "status",
  summary: "Overview of this installation and its gateway",
  description: "Never fails because the gateway is down: that is part of the overview.",
  flags: statusFlags,
  examples: [
    ["openclaw status", "See what runs and whether it answers"],
    ["openclaw status --all", "Show every row; good for pasting into a report"],
    ["openclaw status --json", "Print the overview for a script"],
  ],
  load: () => import("../top/status.ts"),
});

/** Most lines the gateway gives out at once. */
const MAX_LOG_LINES = 5_000;

/** Most bytes the gateway reads at once. */
const MAX_LOG_BYTES = 1_000_000;

export const logsFlags = {
  follow: toggle("Keep printing new lines; reconnects when the gateway restarts"),
  plain: toggle("Plain text, without colour"),
  limit: integerOr(200, "lines", "Most lines to print at once", { min: 1, max: MAX_LOG_LINES }),
  maxBytes: integerOr(250_000, "bytes", "Most bytes to read at once", { min: 1, max: MAX_LOG_BYTES }),
  interval: integerOr(1_000, "ms", "Pause between looks while following", { min: 50 }),
  localTime: toggle("Show times in this machine's time zone (default)"),
  utc: toggle("Show times in UTC"),
  ...gatewayFlags(CALL_TIMEOUT_MS),
  json: toggle("Print one JSON record per line"),
};

export const logsCommand = defineCommand({
  name: "logs",
  summary: "The gateway's log",
  description:
    "Lines come from the gateway itself. When the gateway of this machine does not answer, its log file is read " +
    "instead, except with --follow.",
  flags: logsFlags,
  examples: [
    ["openclaw logs", "Print the last lines"],
    ["openclaw logs --follow", "Watch the log"],
    ["openclaw logs --json --limit 1000", "Print records for a script"],
  ],
  load: () => import("../top/logs.ts"),
});

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export const completionCommand = defineCommand({
  name: "completion",
  summary: "Print the completion script of a shell",
  args: [{ name: "shell", summary: SHELLS.join(", "), required: true, choices: SHELLS }],
  examples: [
    ["source <(openclaw completion bash)", "Complete in this bash"],
    ["openclaw completion zsh > ~/.zfunc/_openclaw", "Install for zsh; ~/.zfunc must be in fpath"],
    ["openclaw completion fish > ~/.config/fish/completions/openclaw.fish", "Install for fish"],
    ["openclaw completion powershell | Out-String | Invoke-Expression", "Complete in this PowerShell"],
  ],
  load: () => import("../top/completion.ts"),
});

export const helpFlags = {
  ...jsonFlag,
  markdown: toggle("Print the reference page of the whole command line"),
};

export const helpCommand = defineCommand({
  name: "help",
  summary: "Show the help of a command",
  args: [{ name: "command", summary: "The command, word by word", rest: true }],
  flags: helpFlags,
  examples: [
    ["openclaw help gateway call", "Same as openclaw gateway call --help"],
    ["openclaw help --json", "Print the whole command table"],
  ],
  load: () => import("../top/help.ts"),
});
