/** The supervisors we know: launchd on macOS, systemd on Linux, the Task Scheduler on Windows. */
export type ServiceKind = "launchd" | "systemd" | "schtasks";

/** The supervisor of a platform; `undefined` where we know none. */
export function serviceKindOf(platform: NodeJS.Platform): ServiceKind | undefined {
  switch (platform) {
    case "darwin":
      return "launchd";
    case "linux":
      return "systemd";
    case "win32":
      return "schtasks";
    default:
      return undefined;
  }
}
