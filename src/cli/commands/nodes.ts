import { defineCommand } from "../command.ts";
import { filled, integer, integerOr, text, toggle } from "../flags.ts";
import { gatewayFlags } from "../rpc/flags.ts";

const TIMEOUT_MS = 10_000;

/** Patience for a node's own work; a phone may have to wake up first. */
const INVOKE_TIMEOUT_MS = 15_000;

const rpc = gatewayFlags(TIMEOUT_MS);
const node = filled("node", "Node id or the start of it, name, or address");
const requestId = { name: "requestId", summary: "Id of the request, from nodes pending", required: true };

export const listFlags = {
  connected: toggle("Only nodes that are connected"),
  lastConnected: filled("duration", "Only nodes connected within, for example 24h or 7d"),
  ...rpc,
};

export const describeFlags = { node, ...rpc };

export const invokeFlags = {
  node,
  command: filled("command", "The node's command, for example system.which"),
  params: text("json", "Parameters as a JSON object", { fallback: "{}" }),
  invokeTimeout: integerOr(INVOKE_TIMEOUT_MS, "ms", "How long the node may take", { min: 1 }),
  idempotencyKey: filled("key", "Same key, same invocation: a repeat does not run again"),
  ...rpc,
};

const asked = { node, invokeTimeout: invokeFlags.invokeTimeout, ...rpc };

export const canvasPresentFlags = {
  target: filled("path", "Page to show: the path of one of the canvas, or of a hosted document"),
  x: integer("n", "Left edge of the panel", { min: 0 }),
  y: integer("n", "Upper edge of the panel", { min: 0 }),
  width: integer("n", "Width of the panel", { min: 1 }),
  height: integer("n", "Height of the panel", { min: 1 }),
  ...asked,
};

export const canvasFlags = asked;

export const pendingFlags = rpc;

export const decideFlags = rpc;

export const renameFlags = { node, name: filled("name", "The new name"), ...rpc };

export const removeFlags = { node, ...rpc };

const example = "6f0c1c1e-8a55-4a2c-9d0b-3a1f2b7c9e10";

export const nodesCommand = defineCommand({
  name: "nodes",
  summary: "Nodes: devices that lend the gateway their abilities",
  examples: [
    ["openclaw nodes status", "See which nodes there are and what they can do"],
    ["openclaw nodes pending", "See which nodes wait for approval"],
  ],
  subcommands: [
    defineCommand({
      name: "status",
      summary: "Known nodes and what they can do",
      flags: listFlags,
      examples: [
        ["openclaw nodes status", "See every node"],
        ["openclaw nodes status --connected", "See the connected ones"],
      ],
      load: () => import("../nodes/status.ts"),
    }),
    defineCommand({
      name: "list",
      summary: "Waiting and paired nodes",
      flags: listFlags,
      examples: [["openclaw nodes list --last-connected 24h", "See nodes of the last day"]],
      load: () => import("../nodes/list.ts"),
    }),
    defineCommand({
      name: "describe",
      summary: "Everything known about one node",
      flags: describeFlags,
      examples: [["openclaw nodes describe --node kitchen", "Look at one node"]],
      load: () => import("../nodes/describe.ts"),
    }),
    defineCommand({
      name: "invoke",
      summary: "Run a command on a node",
      flags: invokeFlags,
      examples: [
        [
          `openclaw nodes invoke --node kitchen --command system.which --params '{"bins":["uname"]}'`,
          "Ask a node where a program is",
        ],
      ],
      load: () => import("../nodes/invoke.ts"),
    }),
    defineCommand({
      name: "canvas",
      summary: "The panel of a Mac that shows the canvas",
      examples: [
        ["openclaw nodes canvas present --node mac --target /__openclaw__/canvas/", "Show the canvas"],
      ],
      subcommands: [
        defineCommand({
          name: "present",
          summary: "Show the panel",
          flags: canvasPresentFlags,
          examples: [
            ["openclaw nodes canvas present --node mac --width 800 --height 600", "Show it in a size"],
          ],
          load: () => import("../nodes/canvas-present.ts"),
        }),
        defineCommand({
          name: "navigate",
          summary: "Load a page into the panel",
          args: [
            { name: "url", summary: "Path of a page of the canvas, or of a hosted document", required: true },
          ],
          flags: canvasFlags,
          examples: [["openclaw nodes canvas navigate --node mac /__openclaw__/canvas/game/", "Load a page"]],
          load: () => import("../nodes/canvas-navigate.ts"),
        }),
        defineCommand({
          name: "hide",
          summary: "Hide the panel",
          flags: canvasFlags,
          examples: [["openclaw nodes canvas hide --node mac", "Hide it"]],
          load: () => import("../nodes/canvas-hide.ts"),
        }),
      ],
    }),
    defineCommand({
      name: "pending",
      summary: "Nodes that wait for approval",
      flags: pendingFlags,
      examples: [["openclaw nodes pending", "See what waits"]],
      load: () => import("../nodes/pending.ts"),
    }),
    defineCommand({
      name: "approve",
      summary: "Approve what a node declared",
      args: [requestId],
      flags: decideFlags,
      examples: [[`openclaw nodes approve ${example}`, "Approve a node"]],
      load: () => import("../nodes/approve.ts"),
    }),
    defineCommand({
      name: "reject",
      summary: "Reject what a node declared",
      args: [requestId],
      flags: decideFlags,
      examples: [[`openclaw nodes reject ${example}`, "Reject a node"]],
      load: () => import("../nodes/reject.ts"),
    }),
    defineCommand({
      name: "rename",
      summary: "Give a node a name",
      flags: renameFlags,
      examples: [["openclaw nodes rename --node 56475aa7 --name kitchen", "Name a node"]],
      load: () => import("../nodes/rename.ts"),
    }),
    defineCommand({
      name: "remove",
      summary: "Withdraw a node's approval",
      flags: removeFlags,
      examples: [["openclaw nodes remove --node kitchen", "Remove a node"]],
      load: () => import("../nodes/remove.ts"),
    }),
  ],
});
