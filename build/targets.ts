/** A machine the executable is built for. */
export interface Target {
  /** Folder below `dist/`, and the name a release uses. */
  readonly name: string;
  readonly bun: Bun.Build.CompileTarget;
  readonly executable: "openclaw" | "openclaw.exe";
}

/** Every machine a release has an executable for. x64 builds run on any CPU with SSE4.2. */
export const TARGETS: readonly Target[] = [
  { name: "linux-x64", bun: "bun-linux-x64", executable: "openclaw" },
  { name: "linux-arm64", bun: "bun-linux-arm64", executable: "openclaw" },
  { name: "linux-x64-musl", bun: "bun-linux-x64-musl", executable: "openclaw" },
  { name: "linux-arm64-musl", bun: "bun-linux-arm64-musl", executable: "openclaw" },
  { name: "darwin-x64", bun: "bun-darwin-x64", executable: "openclaw" },
  { name: "darwin-arm64", bun: "bun-darwin-arm64", executable: "openclaw" },
  { name: "windows-x64", bun: "bun-windows-x64", executable: "openclaw.exe" },
  { name: "windows-arm64", bun: "bun-windows-arm64", executable: "openclaw.exe" },
];

/** File name of the executable on the machine that builds. */
export function hostExecutable(platform: string = process.platform): Target["executable"] {
  return platform === "win32" ? "openclaw.exe" : "openclaw";
}
