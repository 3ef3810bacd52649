import { chmodSync } from "node:fs";
import { type TempHome, tempHome } from "../../support/index.ts";
import { cli, type CliWorld } from "../in-process.ts";

export const CONFIG = ".openclaw/openclaw.json";
export const TOKEN = "0123456789abcdef0123456789abcdef0123456789abcdef";

/** What `doctor --json` prints. */
export interface Report {
  readonly ok: boolean;
  readonly checksRun: number;
  readonly findings: readonly {
    readonly checkId: string;
    readonly severity: string;
    readonly message: string;
    readonly path?: string;
    readonly target?: string;
    readonly details?: readonly string[];
    readonly fixable: boolean;
    readonly fixHint: string | null;
    readonly repair?: { readonly state: string; readonly message: string };
  }[];
  readonly skipped: readonly { readonly checkId: string; readonly reason: string }[];
  readonly failed: readonly { readonly checkId: string; readonly message: string }[];
}

/** A home with this configuration, and nothing that others can read. */
export async function homeWith(config: string | object): Promise<TempHome> {
  const home = await tempHome();
  await home.write(CONFIG, config);
  chmodSync(home.at(".openclaw"), 0o700);
  chmodSync(home.at(CONFIG), 0o600);
  return home;
}

/** Runs `openclaw doctor --json` in this process. */
export async function doctor(
  home: TempHome,
  args: readonly string[] = [],
  world: Partial<CliWorld> = {},
): Promise<Report & { readonly code: number }> {
  const run = await cli(["doctor", "--json", ...args], { home: home.path, ...world });
  return { ...(JSON.parse(run.stdout) as Report), code: run.code };
}
