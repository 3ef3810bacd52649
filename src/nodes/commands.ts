import type { OperatorScope } from "../protocol/index.ts";
import type { Platform } from "./platform.ts";

const RUN = ["system.run", "system.run.prepare", "system.which"] as const;
const EXEC_APPROVALS = ["system.execApprovals.get", "system.execApprovals.set"] as const;
const BROWSER_PROXY = ["browser.proxy", "browser.proxy.upload.v1"] as const;
const LOCATION = ["location.get"] as const;
const DEVICE = ["device.info", "device.status"] as const;
const PERSONAL = ["contacts.search", "calendar.events", "reminders.list", "photos.latest"] as const;
const MOTION = ["motion.activity", "motion.pedometer"] as const;

/** Commands a platform may offer without an opt-in; the node must still declare them and an operator approve them. */
export const PLATFORM_COMMANDS: Readonly<Record<Platform, readonly string[]>> = {
  ios: ["camera.list", ...LOCATION, ...DEVICE, ...PERSONAL, ...MOTION, "system.notify"],
  watchos: [...DEVICE, "system.notify"],
  android: [
    "camera.list",
    ...LOCATION,
    "notifications.list",
    "notifications.actions",
    "system.notify",
    ...DEVICE,
    "device.permissions",
    "device.health",
    "device.apps",
    ...PERSONAL,
    "callLog.search",
    ...MOTION,
    "mobile.ui.observe",
    "mobile.ui.act",
  ],
  macos: [
    "camera.list",
    "camera.ptz.status",
    ...LOCATION,
    ...DEVICE,
    "device.apps",
    ...PERSONAL,
    ...MOTION,
    "system.notify",
    "computer.act",
    "canvas.present",
    "canvas.hide",
    "canvas.navigate",
  ],
  windows: ["camera.list", ...LOCATION, ...DEVICE, "system.notify", "computer.act"],
  linux: ["system.notify", "computer.act"],
  unknown: ["camera.list", ...LOCATION, "system.notify"],
};

/** Platforms that may offer the commands of a node host. */
export const DESKTOPS: readonly Platform[] = ["macos", "windows", "linux"];

/** What a node host on a desktop may offer; allowed only as far as an operator approved it for that node. */
export const NODE_HOST_COMMANDS: readonly string[] = [
  ...RUN,
  ...EXEC_APPROVALS,
  "fs.listDir",
  "terminal.upload",
  ...BROWSER_PROXY,
  "mcp.tools.call.v1",
  "agent.cli.claude.run.v1",
  "screen.snapshot",
  "desktop.stream",
];

/** Commands of any node with a talk surface. */
export const TALK_COMMANDS: readonly string[] = [
  "talk.ptt.start",
  "talk.ptt.stop",
  "talk.ptt.cancel",
  "talk.ptt.once",
];

/** What an iPhone may pass on to its watch. */
export const WATCH_RELAY_COMMANDS: readonly string[] = ["watch.status", "watch.notify"];

/** Commands that spy, write or cost money: they need their exact name in `gateway.nodes.commands.allow`. */
export const DANGEROUS_COMMANDS: readonly string[] = [
  "camera.snap",
  "camera.clip",
  "camera.ptz.control",
  "screen.record",
  "contacts.add",
  "calendar.add",
  "reminders.add",
  "sms.send",
  "sms.search",
  "health.summary",
];

/** Commands between a gateway and its workers; no configuration opens them to anybody. */
export const PRIVATE_COMMANDS: readonly string[] = [
  "worker.bundle.install.v1",
  "worker.launch.v1",
  "worker.status.v1",
  "worker.cancel.v1",
  "worker.environment.stop.v1",
  "worker.workspace.exec.v1",
  "worker.workspace.prepare.v1",
  "worker.workspace.retain.v1",
  "worker.desktop.stream.v1",
  "worker.desktop.launch.v1",
  "worker.desktop.computer.v1",
  "worker.portal.stream.v1",
];

/** Commands of a capability; one whose commands were all withheld is not announced either. */
export const CAPABILITY_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  camera: ["camera.list", "camera.ptz.status", "camera.snap", "camera.clip", "camera.ptz.control"],
  computer: ["computer.act"],
  location: LOCATION,
  screen: ["screen.snapshot", "desktop.stream", "screen.record"],
};

/** Commands that reach past the node's own functions into its host: invoking them needs `operator.admin`. */
export const ADMIN_INVOKE_COMMANDS: readonly string[] = [...BROWSER_PROXY, "fs.listDir", "terminal.upload"];

/** Commands whose presence in a surface makes its approval an administrator's. */
export const ADMIN_APPROVE_COMMANDS: readonly string[] = [
  ...RUN,
  ...BROWSER_PROXY,
  "fs.listDir",
  ...EXEC_APPROVALS,
];

/** Commands that have a method of their own, and why `node.invoke` does not carry them. */
export const REFUSED_COMMANDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    PRIVATE_COMMANDS.map((command) => [command, "node.invoke does not allow private node controls"]),
  ),
  ...Object.fromEntries(
    EXEC_APPROVALS.map((command) => [
      command,
      "node.invoke does not allow system.execApprovals.*; use exec.approvals.node.*",
    ]),
  ),
  "agent.cli.claude.run.v1": "node.invoke does not allow Claude agent runs; use sessions.catalog.continue",
};

/** Command families that iOS runs only in the foreground; refused in the background, they wait for it. */
export const FOREGROUND_FAMILIES: readonly string[] = ["camera.", "screen.", "talk."];

/** The scopes an operator needs to approve a surface with these commands. */
export function scopesToApprove(commands: readonly string[]): OperatorScope[] {
  if (commands.length === 0) return ["operator.pairing"];
  const admin = commands.some((command) => ADMIN_APPROVE_COMMANDS.includes(command));
  return ["operator.pairing", admin ? "operator.admin" : "operator.write"];
}

/** The scopes an operator needs to invoke a command. */
export function scopesToInvoke(command: string): OperatorScope[] {
  return [ADMIN_INVOKE_COMMANDS.includes(command) ? "operator.admin" : "operator.write"];
}
