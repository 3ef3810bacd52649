export { CommandSessions } from "./command-sessions.ts";
export { backgroundNotice } from "./notice.ts";
export { type ExecDeps, execTool, waitingExecTool } from "./exec.ts";
export { execMode } from "./exec-mode.ts";
export { processTool } from "./process.ts";
export type { RunningCommand } from "./running-command.ts";
