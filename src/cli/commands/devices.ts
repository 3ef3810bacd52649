import { defineCommand } from "../command.ts";
import { filled, list, onByDefault, toggle } from "../flags.ts";
import { gatewayFlags } from "../rpc/flags.ts";

const TIMEOUT_MS = 10_000;

const rpc = gatewayFlags(TIMEOUT_MS);
const requestId = { name: "requestId", summary: "Id of the request, from devices list" };
const deviceId = {
  name: "deviceId",
  summary: "Device id, or enough of its start to be unique",
  required: true,
};
const device = filled("id", "Device id, or enough of its start to be unique");
const role = filled("role", "operator or node");

export const listFlags = rpc;

export const approveFlags = { latest: toggle("Show the newest request instead of approving one"), ...rpc };

export const rejectFlags = rpc;

export const qrFlags = {
  publicUrl: filled("url", "Address the device is to use; the configured one unless told"),
  remote: toggle("Prefer gateway.remote.url"),
  limited: toggle("A device that is no admin"),
  setupCodeOnly: toggle("Print the code and nothing else"),
  ascii: onByDefault("Draw no picture"),
  ...rpc,
};

export const removeFlags = rpc;

export const renameFlags = { device, name: filled("label", "The new name, at most 64 characters"), ...rpc };

export const rotateFlags = {
  device,
  role,
  scope: list("scope", "Scope of the new token; may be repeated. Absent: as before"),
  noScopes: toggle("Issue the new token without any scope"),
  ...rpc,
};

export const revokeFlags = { device, role, ...rpc };

export const clearFlags = {
  yes: toggle("Really do it"),
  pending: toggle("Reject the waiting requests too"),
  ...rpc,
};

export const devicesCommand = defineCommand({
  name: "devices",
  summary: "Devices that may connect: pairing and their tokens",
  examples: [
    ["openclaw devices list", "See who waits and who is paired"],
    ["openclaw devices approve <requestId>", "Let a waiting device in"],
  ],
  subcommands: [
    defineCommand({
      name: "list",
      summary: "Waiting requests and paired devices",
      flags: listFlags,
      examples: [["openclaw devices list", "See who waits and who is paired"]],
      load: () => import("../devices/list.ts"),
    }),
    defineCommand({
      name: "approve",
      summary: "Approve a pairing request",
      description:
        "Without a request id it shows the newest request and exits 1: approving needs the exact id.",
      args: [requestId],
      flags: approveFlags,
      examples: [
        ["openclaw devices approve", "Show the newest request and the command that approves it"],
        ["openclaw devices approve 6f0c1c1e-8a55-4a2c-9d0b-3a1f2b7c9e10", "Approve exactly this request"],
      ],
      load: () => import("../devices/approve.ts"),
    }),
    defineCommand({
      name: "reject",
      summary: "Reject a pairing request",
      args: [{ ...requestId, required: true }],
      flags: rejectFlags,
      examples: [["openclaw devices reject 6f0c1c1e-8a55-4a2c-9d0b-3a1f2b7c9e10", "Reject a request"]],
      load: () => import("../devices/reject.ts"),
    }),
    defineCommand({
      name: "remove",
      summary: "Forget a paired device and its tokens",
      args: [deviceId],
      flags: removeFlags,
      examples: [["openclaw devices remove 56475aa7", "Remove the device whose id starts so"]],
      load: () => import("../devices/remove.ts"),
    }),
    defineCommand({
      name: "rename",
      summary: "Give a paired device a name",
      flags: renameFlags,
      examples: [[`openclaw devices rename --device 56475aa7 --name "Kitchen Mac"`, "Name a device"]],
      load: () => import("../devices/rename.ts"),
    }),
    defineCommand({
      name: "rotate",
      summary: "Replace a device's token",
      flags: rotateFlags,
      examples: [
        ["openclaw devices rotate --device 56475aa7 --role operator", "Replace the token, keep its scopes"],
        [
          "openclaw devices rotate --device 56475aa7 --role operator --scope operator.read",
          "Replace the token by a narrower one",
        ],
      ],
      load: () => import("../devices/rotate.ts"),
    }),
    defineCommand({
      name: "revoke",
      summary: "Withdraw a device's token",
      flags: revokeFlags,
      examples: [["openclaw devices revoke --device 56475aa7 --role node", "Withdraw the node token"]],
      load: () => import("../devices/revoke.ts"),
    }),
    defineCommand({
      name: "clear",
      summary: "Forget every paired device",
      flags: clearFlags,
      examples: [["openclaw devices clear --yes --pending", "Start over: no devices, no requests"]],
      load: () => import("../devices/clear.ts"),
    }),
  ],
});

export const qrCommand = defineCommand({
  name: "qr",
  summary: "Show a code that pairs a phone, as a picture and as text",
  description: "The code is good for one device and for a few minutes; it holds no token of the gateway.",
  flags: qrFlags,
  examples: [
    ["openclaw qr", "Scan it with the app"],
    ["openclaw qr --setup-code-only", "Type or send the code instead"],
  ],
  load: () => import("../devices/qr.ts"),
});
