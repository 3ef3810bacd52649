import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { displayPath } from "../../config/index.ts";
import { isWithin, realOf } from "../../lib/files/index.ts";
import type { Run } from "../command.ts";
import type { createFlags } from "../commands/installation.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { bytes, plural } from "../words.ts";
import { examine, examineDatabase } from "./archive/examine.ts";
import { archiveRootOf, payloadPath } from "./archive/names.ts";
import { packArchive, type Packed } from "./pack.ts";
import { showProgress } from "./progress.ts";
import { explained } from "./refusal.ts";
import { selectSources, type Selection, type Skipped } from "./sources.ts";

export const run: Run<typeof createFlags> = async ({ flags, session }) => {
  const { out, paths, clock, env } = session;
  const signal = session.interrupted();
  const at = clock.now();
  const options = {
    includeWorkspace: !flags.onlyConfig && flags.includeWorkspace,
    onlyConfig: flags.onlyConfig,
  };
  const selection = await selectSources(session, options);
  if (selection.sources.length === 0) {
    const missing = flags.onlyConfig ? paths.configPath : paths.stateDir;
    throw new CliError(`There is nothing to back up: ${displayPath(missing, paths.home)} does not exist.`, {
      hint: "See where the files of this installation are: openclaw config file",
    });
  }
  const archiveRoot = archiveRootOf(at);
  const archivePath = placeOf(session, selection, flags.output, `${archiveRoot}.tar.gz`);
  const createdAt = new Date(at).toISOString();
  let packed: Packed = { skipped: selection.skipped, volatileCount: 0, files: 0, bytes: 0 };
  let verified = false;
  if (!flags.dryRun) {
    await explained(session, { archive: archivePath, signal }, async () => {
      packed = await write(session, { selection, options, createdAt, archiveRoot, archivePath, signal });
      if (!flags.verify) return;
      using bar = showProgress(session, "Verifying", statSync(archivePath).size);
      const contents = await examine(archivePath, { signal, onProgress: (count) => bar.at(count) });
      await examineDatabase(archivePath, contents, { tmpDir: env.tmpDir, signal });
      verified = true;
    });
  }
  const assets = selection.sources.map(({ kind, path }) => ({
    kind,
    sourcePath: path,
    displayPath: displayPath(path, paths.home),
    archivePath: payloadPath(archiveRoot, path),
  }));
  const { skipped, volatileCount } = packed;
  const result = {
    createdAt,
    archiveRoot,
    archivePath,
    dryRun: flags.dryRun,
    ...options,
    verified,
    assets,
    skipped,
  };
  if (flags.json) out.json({ ...result, skippedVolatileCount: volatileCount });
  else report(session, result, packed);
};

/** An archive, or the copy of a database for one, that is being written. */
const PARTIAL = /^\.\d{4}-\d\d-\d\dT[\d.+-]+-openclaw-backup\.partial-\d+(?:\.sqlite)?$/;

/** A file that is being written changes all the time; after this nobody writes to it any more. */
const PARTIAL_AGE_MS = 6 * 3_600_000;

interface WriteRequest {
  readonly selection: Selection;
  readonly options: { readonly includeWorkspace: boolean; readonly onlyConfig: boolean };
  readonly createdAt: string;
  readonly archiveRoot: string;
  readonly archivePath: string;
  readonly signal: AbortSignal;
}

/** Writes under another name; the archive appears whole or not at all, and nothing of it is left otherwise. */
async function write(session: Session, { archivePath, ...request }: WriteRequest): Promise<Packed> {
  const temp = join(dirname(archivePath), `.${request.archiveRoot}.partial-${process.pid}`);
  mkdirSync(dirname(archivePath), { recursive: true, mode: 0o700 });
  sweepPartials(dirname(archivePath), session.clock.now());
  using bar = showProgress(session, "Backing up");
  try {
    const packed = await packArchive(session, {
      ...request,
      path: temp,
      onProgress: (count) => bar.at(count),
    });
    request.signal.throwIfAborted();
    publish(temp, archivePath);
    return packed;
  } finally {
    rmSync(temp, { force: true });
  }
}

/** Removes what backups that were killed long ago left in the folder. */
function sweepPartials(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    if (!PARTIAL.test(name)) continue;
    const path = join(folder, name);
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - changed > PARTIAL_AGE_MS) rmSync(path, { force: true });
  }
}

/** Gives the finished archive its name, unless something has it already. */
function publish(temp: string, path: string): void {
  try {
    linkSync(temp, path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EEXIST") throw taken(path, cause);
    // A disk without hard links: claimed first, then replaced in one step.
    try {
      closeSync(openSync(path, "wx", 0o600));
    } catch (error) {
      throw taken(path, error);
    }
    renameSync(temp, path);
  }
}

function taken(path: string, cause?: unknown): CliError {
  return new CliError(`${path} exists already, and backups are never overwritten.`, {
    cause,
    hint: "Name another place: openclaw backup create --output <folder>",
  });
}

function placeOf(session: Session, selection: Selection, output: string | undefined, name: string): string {
  const { home } = session.paths;
  const inSource = (folder: string) =>
    selection.sources.find(({ real }) => statSync(real).isDirectory() && isWithin(realOf(folder), real));
  if (output === undefined) {
    const here = process.cwd();
    const folder = inSource(here) === undefined ? here : home;
    return checked(join(folder, name), inSource);
  }
  const asFile = /\.(tar\.gz|tgz)$/i.test(output) && !isFolder(output);
  const path = asFile ? resolve(output) : join(resolve(output), name);
  return checked(path, inSource);
}

function checked(path: string, inSource: (folder: string) => { readonly path: string } | undefined): string {
  const source = inSource(dirname(path));
  if (source !== undefined) {
    throw new CliError(
      `${path} lies in ${source.path}, which is backed up: the archive would contain itself.`,
      {
        hint: "Name another place: openclaw backup create --output <folder>",
      },
    );
  }
  if (existsSync(path)) throw taken(path);
  return path;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

interface Result {
  readonly archivePath: string;
  readonly dryRun: boolean;
  readonly verified: boolean;
  readonly assets: readonly { readonly kind: string; readonly displayPath: string }[];
}

function report({ out, paths }: Session, result: Result, packed: Packed): void {
  const { archivePath, assets, dryRun, verified } = result;
  out.line(`Backup archive: ${displayPath(archivePath, paths.home)}`);
  out.line(`Included ${plural(assets.length, "path")}:`);
  for (const { kind, displayPath: shown } of assets) out.line(`- ${kind}: ${shown}`);
  if (packed.skipped.length > 0) {
    out.line(`Skipped ${plural(packed.skipped.length, "path")}:`);
    for (const skipped of packed.skipped)
      out.line(`- ${skipped.kind}: ${skipped.displayPath} (${whyOf(skipped)})`);
  }
  if (dryRun) {
    out.line("Dry run only; archive was not written.");
    return;
  }
  const size = bytes(statSync(archivePath).size);
  out.line(
    `Wrote ${plural(packed.files, "file")}, ${bytes(packed.bytes)} in ${size}.${verified ? " Verified." : ""}`,
  );
  out.note("It holds tokens, keys and conversations: keep it as safe as the state folder itself.");
  if (!verified) out.note(`Check it: openclaw backup verify ${displayPath(archivePath, paths.home)}`);
}

function whyOf({ reason, coveredBy }: Skipped): string {
  return coveredBy === undefined ? reason : `covered by ${coveredBy}`;
}
