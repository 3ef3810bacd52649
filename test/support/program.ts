import { openclawBinary, PROJECT_DIR } from "./binary.ts";
import { cleanEnv } from "./temp-home.ts";
import { PATIENCE_MS } from "./wait.ts";
import { join } from "node:path";

/** Which program a test runs: the compiled executable, or the source through Bun. */
export type ProgramForm = "binary" | "source";

/** The command line that starts `openclaw` in the given form. */
export async function openclawCommand(form: ProgramForm = "binary"): Promise<string[]> {
  if (form === "binary") return [await openclawBinary()];
  return [process.execPath, join(PROJECT_DIR, "src", "main.ts")];
}

export interface RunOptions {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly form?: ProgramForm;
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one `openclaw` command to its end; it is killed, and `code` is null, when it takes longer than `timeoutMs`. */
export async function runOpenclaw(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const child = Bun.spawn([...(await openclawCommand(options.form)), ...args], {
    cwd: options.cwd ?? options.home,
    env: cleanEnv(options.home, options.env),
    stdin: new Blob([options.stdin ?? ""]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: options.timeoutMs ?? PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code: child.exitCode, stdout, stderr };
}
