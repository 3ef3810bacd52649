/** Locks between processes: files that name their holder, and those the operating system lets go of by itself. */
export { FileLockBusyError, type FileLockOptions, withFileLock } from "./file-lock.ts";
export {
  type GatewayLock,
  type GatewayOwner,
  GatewayRunningError,
  inspectLock,
  type LockFinding,
  lockGateway,
  type LockOptions,
  runningGateway,
} from "./lock.ts";
