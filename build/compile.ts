import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { controlUi } from "./control-ui.ts";
import { lateModules } from "./late-modules.ts";
import { lateRooms } from "./late-rooms.ts";
import { SYMBOLS_FILE, writeSymbols } from "./symbols.ts";
import { hostExecutable, type Target, TARGETS } from "./targets.ts";

const PROJECT_DIR = join(import.meta.dir, "..");
const DIST_DIR = join(PROJECT_DIR, "dist");

const MIB = 1024 * 1024;

/**
 * How much later than usual code is compiled for speed: what runs once on the way up, or in a command that ends at once,
 * never pays that back. The gateway turns it down when it is ready.
 */
const START_JIT_POLICY = 64;

/**
 * What a gateway uses until it stands idle (`build/start-order.ts` records it): its bytecode lies together in front, so that
 * less of the executable is read. Functions that changed since lie next to it, as if nothing was known of them.
 */
export const START_ORDER = join(import.meta.dir, "start.order");

/** Budget for one executable; the Bun runtime alone is about 104 MiB of it on Linux. */
export const MAX_EXECUTABLE_BYTES = 125 * MIB;

export interface CompileOptions {
  readonly outfile: string;
  /** Without it, for this machine and with this very Bun. */
  readonly target?: Bun.Build.CompileTarget;
  /** Program to compile; the gateway's own entry by default. The benchmark compiles its floor with it. */
  readonly entry?: string;
  /** Seconds since 1970 to use as the build date, so that a build can be repeated byte by byte. */
  readonly sourceDateEpoch?: string;
  /** Largest size that is accepted. */
  readonly maxBytes?: number;
  /**
   * `inside` (unless told): stack traces name our own files and lines. `beside`: 3 MiB less, and traces that
   * `build/trace.ts` reads with what `symbols` is given.
   */
  readonly sourceMaps?: "inside" | "beside";
  /** Is given the source maps, by the name of the piece of the program that each is for. */
  readonly symbols?: (maps: ReadonlyMap<string, string>) => Promise<void>;
}

export interface Compiled {
  readonly path: string;
  readonly bytes: number;
}

/** Builds one executable. It appears at `outfile` in one step, so that nobody ever runs half of it. */
export async function compile(options: CompileOptions): Promise<Compiled> {
  await mkdir(dirname(options.outfile), { recursive: true });
  // Whatever else the bundler may leave beside the executable, only that is kept.
  const scratch = await mkdtemp(join(dirname(options.outfile), ".building-"));
  const unfinished = join(scratch, basename(options.outfile));
  try {
    const entry = options.entry ?? join(PROJECT_DIR, "src", "main.ts");
    const { outputs } = await Bun.build({
      entrypoints: [entry],
      // One chunk per dynamic import: a command loads its own code and no more.
      splitting: true,
      plugins: [lateRooms(entry), lateModules(), controlUi()],
      format: "esm",
      target: "bun",
      minify: true,
      bytecode: true,
      // Late modules are in no map.
      sourcemap: options.sourceMaps === "beside" ? "none" : "linked",
      define: await buildConstants(options.sourceDateEpoch ?? process.env.SOURCE_DATE_EPOCH),
      compile: {
        outfile: unfinished,
        jitPolicy: START_JIT_POLICY,
        bytecodeOrder: START_ORDER,
        ...(options.target === undefined ? {} : { target: options.target }),
        // The executable obeys its own configuration only, never files of the directory it happens to be run in.
        autoloadDotenv: false,
        autoloadBunfig: false,
        autoloadTsconfig: false,
        autoloadPackageJson: false,
      },
    });
    const { size } = await stat(unfinished);
    const maxBytes = options.maxBytes ?? MAX_EXECUTABLE_BYTES;
    if (size > maxBytes) {
      throw new Error(`${options.outfile} is ${mib(size)} MiB, over the budget of ${mib(maxBytes)} MiB`);
    }
    await rename(unfinished, options.outfile);
    if (options.symbols) await options.symbols(await mapsOf(outputs));
    return { path: options.outfile, bytes: size };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function mapsOf(outputs: readonly Bun.BuildArtifact[]): Promise<Map<string, string>> {
  const maps = outputs.filter(({ kind }) => kind === "sourcemap");
  return new Map(
    await Promise.all(
      maps.map(async (map): Promise<[string, string]> => [basename(map.path, ".map"), await map.text()]),
    ),
  );
}

/** What `src/lib/version.ts` declares. */
async function buildConstants(epoch: string | undefined): Promise<Record<string, string>> {
  const date = epoch ? new Date(Number(epoch) * 1000) : new Date();
  return {
    OPENCLAW_BUILD_COMMIT: JSON.stringify(await currentCommit()),
    OPENCLAW_BUILD_DATE: JSON.stringify(date.toISOString()),
  };
}

/** The short commit, or `unknown` outside a git checkout. */
async function currentCommit(): Promise<string> {
  const git = Bun.spawn(["git", "rev-parse", "--short=7", "HEAD"], {
    cwd: PROJECT_DIR,
    stdout: "pipe",
    stderr: "ignore",
  });
  const commit = (await git.stdout.text()).trim();
  return (await git.exited) === 0 && commit !== "" ? commit : "unknown";
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}

function report(compiled: Compiled, startedMs: number): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${relative(PROJECT_DIR, compiled.path)}  ${mib(compiled.bytes)} MiB  ${seconds} s`);
}

async function buildHost(): Promise<void> {
  const started = performance.now();
  report(await compile({ outfile: join(DIST_DIR, hostExecutable()) }), started);
}

/** Executables of a release carry no source maps; those stand beside them, once for all machines. */
async function buildTargets(targets: readonly Target[]): Promise<void> {
  const sums: string[] = [];
  const symbolsPath = join(DIST_DIR, SYMBOLS_FILE);
  // The same moment for all: the names of the pieces depend on it.
  const sourceDateEpoch = process.env.SOURCE_DATE_EPOCH ?? String(Math.floor(Date.now() / 1000));
  await compile({
    outfile: join(DIST_DIR, hostExecutable()),
    sourceDateEpoch,
    symbols: (maps) => writeSymbols(symbolsPath, maps),
  });
  sums.push(`${await sha256(symbolsPath)}  ${SYMBOLS_FILE}\n`);
  for (const target of targets) {
    const started = performance.now();
    const outfile = join(DIST_DIR, target.name, target.executable);
    report(await compile({ outfile, target: target.bun, sourceDateEpoch, sourceMaps: "beside" }), started);
    sums.push(`${await sha256(outfile)}  ${target.name}/${target.executable}\n`);
  }
  await Bun.write(join(DIST_DIR, "SHA256SUMS"), sums.join(""));
}

async function sha256(path: string): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const chunk of Bun.file(path).stream()) hasher.update(chunk);
  return hasher.digest("hex");
}

/** `--target` names to targets; an unknown name lists the known ones. */
export function targetsNamed(names: readonly string[]): Target[] {
  return names.map((name) => {
    const target = TARGETS.find((candidate) => candidate.name === name);
    if (target) return target;
    throw new Error(`no target ${name}; there are ${TARGETS.map((known) => known.name).join(", ")}`);
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { all: { type: "boolean" }, target: { type: "string", multiple: true } },
  });
  if (values.all) await buildTargets(TARGETS);
  else if (values.target) await buildTargets(targetsNamed(values.target));
  else await buildHost();
}
