import { chmod, copyFile, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import type { GatewayTarget } from "../../client/index.ts";
import { runningGateway } from "../../lib/locks/index.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { bytes, plural } from "../words.ts";
import { FRAME_RESERVE_BYTES, STAGED_KEPT_MS } from "./limits.ts";

/** How files get to the gateway. */
export interface Way {
  readonly session: Session;
  readonly target: GatewayTarget;
  /** Largest request the gateway takes. */
  readonly maxFrameBytes: number;
}

/** Files as the gateway can take them. */
export interface Sendable extends AsyncDisposable {
  /** In the order they were named. */
  readonly attachments: readonly { readonly media: string; readonly fileName?: string }[];
  /** Everything has arrived: nobody needs the copies any more. */
  isDone: boolean;
}

/**
 * Makes files sendable. A gateway reads no file of its machine because somebody names it. So the gateway of this state
 * folder is given a copy in the folder that is open for this, which also stays as it is until it was sent; any other gateway
 * gets the bytes. Addresses are fetched by the gateway. @throws CliError
 */
export async function sendable(sources: readonly string[], way: Way): Promise<Sendable> {
  const files = await Promise.all(sources.map(fileOf));
  const { session } = way;
  const isLocal = files.some((file) => file !== undefined) && isOwn(way);
  const copies: string[] = [];
  const carry = async (file: LocalFile): Promise<string> => {
    if (!isLocal) return `data:${typeOf(file)};base64,${(await readFile(file.path)).toString("base64")}`;
    const copy = await staged(session, file);
    copies.push(copy);
    return copy;
  };
  if (!isLocal) assertFits(files, way.maxFrameBytes);
  const attachments: { media: string; fileName?: string }[] = [];
  for (const [index, file] of files.entries()) {
    attachments.push(
      file ? { media: await carry(file), fileName: basename(file.path) } : { media: sources[index] ?? "" },
    );
  }
  const all: Sendable = {
    attachments,
    isDone: false,
    async [Symbol.asyncDispose]() {
      if (all.isDone) await Promise.all(copies.map((copy) => rm(copy, { force: true })));
    },
  };
  return all;
}

interface LocalFile {
  readonly path: string;
  readonly size: number;
}

/** The file a source names; undefined for an address. @throws CliError */
async function fileOf(source: string): Promise<LocalFile | undefined> {
  if (/^(?:https?|data):/i.test(source)) return undefined;
  const path = /^file:\/\//i.test(source) ? pathOfUrl(source) : resolve(source);
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) {
    throw new CliError(`There is no file ${source}.`, {
      hint: "--media takes the path of a file, or an http(s) address.",
    });
  }
  if (!facts.isFile()) {
    throw new CliError(`${source} is not a file.`, {
      hint: "Name the files one by one: --media a --media b",
    });
  }
  if (facts.size === 0) throw new CliError(`${source} is empty.`, { hint: "Chats take no empty files." });
  return { path, size: facts.size };
}

function pathOfUrl(source: string): string {
  try {
    return Bun.fileURLToPath(source);
  } catch (cause) {
    throw new CliError(`${source} names no file of this machine.`, { cause, hint: "Give its path instead." });
  }
}

/** True for the gateway that works on this session's state folder. */
function isOwn({ session, target }: Way): boolean {
  if (!target.implicitLocal) return false;
  const { stateLockPath } = session.paths;
  const owner = runningGateway({ stateLockPath, clock: session.clock });
  return owner?.port !== undefined && owner.port === Number(new URL(target.url).port);
}

/** Copies a file into the folder of files on their way; its path there. @throws CliError */
async function staged({ paths, clock }: Session, { path }: LocalFile): Promise<string> {
  const dir = join(paths.stateDir, "media", "outbound");
  const copy = join(dir, `${crypto.randomUUID()}${extname(path).toLowerCase()}`);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await chmod(dir, 0o700);
    await clearOld(dir, clock.now());
    await copyFile(path, copy);
    await chmod(copy, 0o600);
  } catch (cause) {
    await rm(copy, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`${path} cannot be handed to the gateway: ${why}`, {
      cause,
      hint: "See whether the disk is full and the file may be read: openclaw doctor",
    });
  }
  return copy;
}

/** What was given up long ago is not sent any more. */
async function clearOld(dir: string, now: number): Promise<void> {
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts && facts.mtimeMs < now - STAGED_KEPT_MS) await rm(path, { force: true });
  }
}

/** @throws CliError when the files are more than one request may hold */
function assertFits(files: readonly (LocalFile | undefined)[], maxFrameBytes: number): void {
  const total = files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
  // Four letters of base64 carry three bytes.
  const room = Math.floor(((maxFrameBytes - FRAME_RESERVE_BYTES) * 3) / 4);
  if (total <= room) return;
  const count = files.filter((file) => file !== undefined).length;
  throw new CliError(
    `${plural(count, "file")} of ${bytes(total)}: a gateway elsewhere takes at most ${bytes(room)} in one request.`,
    { hint: "Run the command on the gateway's machine, or give an http(s) address of the file." },
  );
}

function typeOf({ path }: LocalFile): string {
  return Bun.file(path).type.split(";")[0] ?? "application/octet-stream";
}
