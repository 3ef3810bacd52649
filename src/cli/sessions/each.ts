import { type GatewayClient, GatewayRequestError } from "../../client/index.ts";
import { EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import type { Session } from "../session.ts";
import { describeSession, keyFor } from "./rows.ts";

/** What became of one session of several. */
export interface Done {
  readonly key: string;
  readonly done: boolean;
  readonly error?: string;
}

/** Does the same to several sessions; one that is refused does not stop the others. */
export async function toEach(
  client: GatewayClient,
  keys: readonly string[],
  options: { readonly agent: string | undefined; readonly dryRun: boolean; readonly timeout: number },
  act: (key: string) => Promise<unknown>,
): Promise<Done[]> {
  const results: Done[] = [];
  for (const typed of keys) {
    const key = keyFor(typed, options.agent);
    try {
      const row = await describeSession(client, key, options.timeout);
      if (row === undefined) {
        results.push({ key, done: false, error: "there is no such session" });
        continue;
      }
      if (!options.dryRun) await act(row.key);
      results.push({ key: row.key, done: true });
    } catch (error) {
      if (!(error instanceof GatewayRequestError)) throw error;
      results.push({ key, done: false, error: error.message });
    }
  }
  return results;
}

/** Prints what became of each; `verb` as in "Deleted". Resolves to the exit code. */
export function report(
  { out }: Session,
  results: readonly Done[],
  options: { readonly json: boolean; readonly dryRun: boolean; readonly verb: string },
): number {
  const ok = results.every(({ done }) => done);
  const { dryRun, verb } = options;
  if (options.json) {
    out.json({ ok, dryRun, results });
  } else {
    for (const { key, done, error } of results) {
      if (done) out.line(dryRun ? `Would be ${verb.toLowerCase()}: ${key}` : `${verb} ${key}.`);
      else out.warn(`${key}: ${error ?? "refused"}`);
    }
  }
  return ok ? EXIT_OK : EXIT_FAILURE;
}
