import { isRecord } from "../../lib/records.ts";
/** What a caller may say about a run; whether it is approved is not the caller's to say. */
const RUN_PARAMS: readonly string[] = [
  "command",
  "rawCommand",
  "systemRunPlan",
  "cwd",
  "env",
  "timeoutMs",
  "needsScreenRecording",
  "agentId",
  "sessionKey",
  "runId",
  "suppressNotifyOnExit",
];

/** Claims of an approval; a node believes them, so they must come from the gateway alone. */
const APPROVAL_PARAMS: readonly string[] = [
  "approved",
  "approval",
  "approvalDecision",
  "approvalId",
  "approvalSource",
];

/** Changes to browser profiles outlive the call and are made on the node's own settings, not through a relay. */
const PROFILE_CHANGES: readonly { readonly method: string; readonly path: RegExp }[] = [
  { method: "POST", path: /^\/(?:profiles\/create|reset-profile)$/ },
  { method: "DELETE", path: /^\/profiles\/[^/]+$/ },
];

/** The params as the node gets them: without anything by which a caller would approve its own request. */
export function forwardable(command: string, params: unknown): unknown {
  if (!command.startsWith("system.run") || !isRecord(params)) return params;
  const keeps =
    command === "system.run"
      ? (key: string) => RUN_PARAMS.includes(key)
      : (key: string) => !APPROVAL_PARAMS.includes(key);
  return Object.fromEntries(Object.entries(params).filter(([key]) => keeps(key)));
}

/** True when a browser relay would create, delete or reset a profile. */
export function changesBrowserProfile(command: string, params: unknown): boolean {
  if (!command.startsWith("browser.proxy") || !isRecord(params)) return false;
  const { method, path } = params;
  if (typeof method !== "string" || typeof path !== "string") return false;
  const verb = method.trim().toUpperCase();
  const plain = `/${path.split(/[?#]/, 1)[0] ?? ""}`
    .replace(/\/+/g, "/")
    .replace(/(.)\/$/, "$1")
    .trim();
  return PROFILE_CHANGES.some((change) => change.method === verb && change.path.test(plain));
}
