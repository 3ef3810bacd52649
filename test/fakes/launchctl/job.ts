/** What was loaded, as `bootstrap` read it. */
export interface LoadedJob {
  /** `gui/501/<label>`. */
  target: string;
  label: string;
  plistPath: string;
  programArguments: string[];
  environment: Record<string, string>;
  workingDirectory: string;
  outPath: string;
  exitTimeoutMs: number;
  umask: number;
  keepAlive: boolean;
}

/** What became of it, as its runner saw it. */
export interface Run {
  runner: number;
  pid: number | null;
  state: string;
  runs: number;
  lastExitCode: number | null;
  lastSignal: string | null;
}
