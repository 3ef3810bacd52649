import { looksSecret, REDACTED, SECRET_NAME_PATTERN } from "../../../config/index.ts";
import { runningGateway } from "../../../lib/locks/index.ts";
import { CliError, type CliErrorExtras, EXIT_OK } from "../../errors.ts";
import type { Session } from "../../session.ts";

const loadSecrets = () => import("../../../secrets/index.ts");

type Store = InstanceType<Awaited<ReturnType<typeof loadSecrets>>["FileSecretStore"]>;

export type StoredEntry = Awaited<ReturnType<Store["entries"]>>[number];
export type StoredKind = StoredEntry["kind"];

/** The entry cannot be stored, or not be shown. */
const EXIT_REFUSED = 2;
/** There is no entry of this name. */
export const EXIT_ABSENT = 3;

/** Ends of names that are settings by no convention. */
const SECRET_SUFFIX = /(?:^|_)(?:KEY|PASS|PWD|AUTH)$/;

const HINT = "Give it a value of 1 to 65536 bytes. How: openclaw secrets store set --help";

const NAME = new RegExp(SECRET_NAME_PATTERN);

/** The secret store of this state folder. What it refuses comes out as `CliError` with exit code 2. */
export async function withSecretStore<T>(session: Session, work: (store: Store) => Promise<T>): Promise<T> {
  const { FileSecretStore, SecretFailure } = await loadSecrets();
  const { paths, env } = session;
  try {
    return await work(new FileSecretStore(paths.secretStorePath, env.system));
  } catch (error) {
    if (error instanceof SecretFailure) throw refused(`${error.message}.`, { cause: error, hint: HINT });
    throw error;
  }
}

/** A refusal: exit code 2. */
export function refused(message: string, extras: CliErrorExtras = {}): CliError {
  return new CliError(message, { ...extras, exitCode: EXIT_REFUSED });
}

/** The name as the store takes it. Throws `CliError`. */
export function entryName(text: string | undefined): string {
  if (text !== undefined && NAME.test(text)) return text;
  throw refused(`Name must match ${SECRET_NAME_PATTERN}.`, { hint: "For example: OPENAI_API_KEY" });
}

/** What a name says its value is. */
export function kindOfName(name: string): StoredKind {
  return looksSecret(name) || SECRET_SUFFIX.test(name) ? "secret" : "env";
}

/** True for a value that only stands for the stored one: an output of this program that was fed back to it. */
export function isPlaceholder(value: string): boolean {
  return value.includes(REDACTED);
}

/** `--json` and `--plain` are two answers. Throws `CliError`. */
export function oneFormat({ json, plain }: { readonly json: boolean; readonly plain: boolean }): void {
  if (json && plain)
    throw refused("Choose either --json or --plain, not both.", { hint: "Leave one of them out." });
}

/** Asks before something is changed. Throws `CliError` when the answer is no, or nobody is there to give one. */
export async function agree(session: Session, question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (session.confirm === undefined)
    throw refused(question, { hint: "Nobody is at the terminal to answer; add --yes." });
  if (!(await session.confirm(question)))
    throw refused("Cancelled; nothing was changed.", { hint: "Answer y to go on." });
}

/** Tells whoever changed the store what a gateway that runs needs to notice. */
export function noteReload({ out, paths, clock }: Session): number {
  if (runningGateway({ stateLockPath: paths.stateLockPath, clock }) !== undefined) {
    out.note("A gateway is running; it uses the new values after: openclaw secrets reload");
  }
  return EXIT_OK;
}
