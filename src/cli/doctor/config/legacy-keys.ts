import { ConfigError, type ConfigSnapshot, displayPath, modernise } from "../../../config/index.ts";
import { openConfig } from "../../config/open.ts";
import type { Session } from "../../session.ts";
import type { Check, Finding, Repair } from "../check.ts";
import { configDiff } from "../config-diff.ts";

/** The configuration speaks today's words. */
export const legacyKeysCheck: Check = {
  id: "config-legacy",
  title: "Older configuration keys",
  reason: "Keys of earlier versions are understood for a while; written anew, they stay understood.",
  ofThePast: true,
  async run(session) {
    const snapshot = openConfig(session).peek();
    if (!snapshot.readable) return { skipped: "the configuration cannot be read" };
    const found = snapshot.legacyIssues;
    const repair = found.length === 0 ? undefined : await rewriting(session, snapshot);
    return found.map(({ path, message, file = snapshot.path, line }, index): Finding => {
      const place = `${displayPath(file, session.paths.home)}${line === undefined ? "" : `, line ${line}`}`;
      return {
        severity: "warning",
        message: `${path}: ${message} (${place})`,
        path: file,
        target: path,
        ...(repair !== undefined && "apply" in repair && { repair }),
        ...(index === 0 && repair !== undefined && "refused" in repair && { fixHint: repair.refused }),
      };
    });
  },
};

/** Writes all of them in place; or says why that cannot be done here. */
async function rewriting(
  session: Session,
  before: ConfigSnapshot<unknown>,
): Promise<Repair | { readonly refused: string } | undefined> {
  const { env, paths } = session;
  if (env.configReadonlyBy !== undefined)
    return { refused: `Unset ${env.configReadonlyBy} to have it rewritten` };
  const store = openConfig(session);
  const change = (config: unknown): unknown => modernise(config, { all: true }).config;
  try {
    const { snapshot: after, changed } = await store.preview(change);
    if (!changed || after.raw === null) return undefined;
    const texts = textsOf(before, after);
    return {
      summary: "Write the older keys in today's words",
      preview: configDiff(texts.before, texts.after, after.sourceConfig),
      needsConsent: true,
      async apply() {
        const { file } = await store.edit(change);
        const shown = displayPath(file, paths.home);
        return `Rewrote ${shown}; the older text is ${shown}.bak`;
      },
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      refused:
        error.code === "invalid"
          ? "Correct the other faults of the file first: openclaw config validate"
          : `Change it by hand: ${error.message}`,
    };
  }
}

/** The text that changes: of the file itself, or of the include that owns the keys. */
function textsOf(
  before: ConfigSnapshot<unknown>,
  after: ConfigSnapshot<unknown>,
): { readonly before: string; readonly after: string } {
  for (const [file, text] of after.includedTexts) {
    const old = before.includedTexts.get(file);
    if (old !== undefined && old !== text) return { before: old, after: text };
  }
  return { before: before.raw ?? "", after: after.raw ?? "" };
}
