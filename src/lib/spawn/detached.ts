/** A program that is to outlive this process. */
export interface DetachedRequest {
  /** Absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Starts a program without a terminal, in a session of its own, and lets go of it. Throws when it cannot be started. */
export function startDetached({ command, args, env, cwd }: DetachedRequest): { readonly pid: number } {
  const child = Bun.spawn([command, ...args], {
    env: { ...env },
    cwd,
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
    windowsHide: true,
  });
  child.unref();
  return { pid: child.pid };
}
