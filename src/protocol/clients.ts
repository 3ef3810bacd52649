/** Client ids of the published protocol; any other id is refused at `connect`. */
export const CLIENT_IDS = [
  "webchat-ui",
  "openclaw-control-ui",
  "openclaw-browser-copilot",
  "openclaw-tui",
  "webchat",
  "cli",
  "gateway-client",
  "openclaw-macos",
  "openclaw-linux",
  "openclaw-ios",
  "openclaw-watchos",
  "openclaw-android",
  "node-host",
  "openclaw-worker",
  "test",
  "fingerprint",
  "openclaw-probe",
] as const;

export type ClientKind = (typeof CLIENT_IDS)[number];

export const CLIENT_MODES = ["webchat", "cli", "worker", "test", "probe", "ui", "backend", "node"] as const;

export type ClientMode = (typeof CLIENT_MODES)[number];

/** True for clients that run inside a web page: they must send an acceptable Origin. */
export function isBrowserClient(client: { id: string; mode: string }): boolean {
  return client.id === "openclaw-control-ui" || client.id === "webchat-ui" || client.mode === "webchat";
}

/** True for clients that appear in the presence list; one-shot tools would only make noise there. */
export function isTrackedInPresence(client: { mode: string }): boolean {
  return client.mode !== "cli" && client.mode !== "backend" && client.mode !== "probe";
}
