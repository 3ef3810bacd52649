import { defineCommand, type Command } from "../command.ts";
import { agentCommand } from "./agent.ts";
import { agentsCommand } from "./agents.ts";
import { configureCommand, dashboardCommand, onboardCommand, setupCommand } from "./begin.ts";
import { browserCommand } from "./browser.ts";
import { channelsCommand } from "./chats/channels.ts";
import { configCommand } from "./config.ts";
import { devicesCommand, qrCommand } from "./devices.ts";
import { directoryCommand } from "./chats/directory.ts";
import { doctorCommand } from "./doctor.ts";
import { daemonCommand, gatewayCommand } from "./gateway.ts";
import { backupCommand, resetCommand, uninstallCommand } from "./installation.ts";
import { messageCommand } from "./chats/message.ts";
import { modelsCommand } from "./models.ts";
import { nodesCommand } from "./nodes.ts";
import { pairingCommand } from "./chats/pairing.ts";
import { secretsCommand } from "./secrets/index.ts";
import { securityCommand } from "./security.ts";
import { sessionsCommand } from "./sessions.ts";
import { systemCommand } from "./system.ts";
import { completionCommand, healthCommand, helpCommand, logsCommand, statusCommand } from "./top.ts";

/** The whole command line; help, parsing, completion and the docs pages are derived from it. */
export const ROOT: Command = defineCommand({
  name: "openclaw",
  summary: "A personal agent gateway: it owns your chats, runs your agents, and is steered over one port.",
  load: () => import("../begin/bare.ts"),
  subcommands: [
    onboardCommand,
    setupCommand,
    configureCommand,
    dashboardCommand,
    agentCommand,
    sessionsCommand,
    agentsCommand,
    modelsCommand,
    gatewayCommand,
    statusCommand,
    healthCommand,
    logsCommand,
    configCommand,
    secretsCommand,
    doctorCommand,
    securityCommand,
    backupCommand,
    resetCommand,
    uninstallCommand,
    devicesCommand,
    qrCommand,
    nodesCommand,
    browserCommand,
    channelsCommand,
    pairingCommand,
    messageCommand,
    directoryCommand,
    systemCommand,
    daemonCommand,
    completionCommand,
    helpCommand,
  ],
  examples: [
    ["openclaw onboard", "Set everything up, with questions"],
    ["openclaw gateway --allow-unconfigured", "Start a gateway here, on its built-in defaults"],
    ["openclaw status", "See what runs and whether it answers"],
    ["openclaw logs --follow", "Watch the gateway's log"],
    ["openclaw --dev gateway --allow-unconfigured", "Start a second, separate gateway for experiments"],
  ],
});
