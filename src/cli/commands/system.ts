import { defineCommand } from "../command.ts";
import { filled } from "../flags.ts";
import { gatewayFlags } from "../rpc/flags.ts";

const TIMEOUT_MS = 30_000;

export const presenceFlags = gatewayFlags(TIMEOUT_MS);

export const eventFlags = {
  text: filled("text", "What happened; the main session reads it"),
  ...gatewayFlags(TIMEOUT_MS),
};

export const heartbeatFlags = gatewayFlags(TIMEOUT_MS);

export const systemCommand = defineCommand({
  name: "system",
  summary: "Presence, system events and heartbeats",
  examples: [
    ["openclaw system presence", "See who is connected"],
    ['openclaw system event --text "The backup is done"', "Tell the agent about something"],
  ],
  subcommands: [
    defineCommand({
      name: "presence",
      summary: "Who is there: this gateway, clients, nodes and beacons",
      flags: presenceFlags,
      examples: [["openclaw system presence", "List who is there"]],
      load: () => import("../system/presence.ts"),
    }),
    defineCommand({
      name: "event",
      summary: "Post a line for the main session",
      flags: eventFlags,
      examples: [[`openclaw system event --text "Backup finished"`, "Tell the main session something"]],
      load: () => import("../system/event.ts"),
    }),
    defineCommand({
      name: "heartbeat",
      summary: "Heartbeats of the agents",
      examples: [["openclaw system heartbeat last", "See what the last heartbeat did"]],
      subcommands: [
        defineCommand({
          name: "last",
          summary: "What the last heartbeat did",
          flags: heartbeatFlags,
          examples: [["openclaw system heartbeat last", "Show the last heartbeat"]],
          load: () => import("../system/heartbeat-last.ts"),
        }),
      ],
    }),
  ],
});
