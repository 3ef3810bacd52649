import { type FakeSystemd, fakeSystemd } from "../../fakes/systemctl/index.ts";
import { freePort, type RunResult, runOpenclaw, type TempHome, tempHome } from "../../support/index.ts";
import { type Program, startProgram } from "../program.ts";

export const UNIT = "openclaw-gateway.service";

/** A home with a systemd of its own, and the compiled program in it. */
export interface ServiceBed extends AsyncDisposable {
  readonly home: TempHome;
  readonly systemd: FakeSystemd;
  /** A free port; the configuration names it unless a test says otherwise. */
  readonly port: number;
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** The same for a command whose output is read while it runs. */
  start(argv: readonly string[]): Promise<Program>;
  /** The one document that a command prints, and its exit code. */
  json(
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<Record<string, unknown> & { readonly code: number | null }>;
  unit(name?: string): Promise<string>;
  unitPath(name?: string): string;
}

export async function serviceBed(config?: object): Promise<ServiceBed> {
  const home = await tempHome();
  const systemd = await fakeSystemd(home);
  const port = await freePort();
  if (config !== undefined) await home.write(".openclaw/openclaw.json", config);
  const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runOpenclaw(argv, { home: home.path, env: { ...systemd.env, ...env }, timeoutMs: 40_000 });
  const unitPath = (name = UNIT) => home.at(".config", "systemd", "user", name);
  return {
    home,
    systemd,
    port,
    run,
    start: (argv) => startProgram(argv, { home, env: systemd.env }),
    async json(argv, env) {
      const { code, stdout } = await run([...argv, "--json"], env);
      return { ...JSON.parse(stdout), code };
    },
    unit: (name) => Bun.file(unitPath(name)).text(),
    unitPath,
    async [Symbol.asyncDispose]() {
      systemd[Symbol.dispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}
