import { configFailure, openConfig } from "../config/open.ts";
import { RELOAD_TEXT, reloadOutcome, RESTARTS_ITSELF } from "../config/reload-outcome.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { Same } from "./edits.ts";
import { readModels } from "./local.ts";

/** A model a person named. */
export interface NamedModel {
  /** `provider/model`. */
  readonly name: string;
  readonly same: Same;
}

/** Reads the name of a model: alias, `provider/model` or a bare name. Throws `CliError`; warns when no list has it. */
export async function readModel(session: Session, text: string): Promise<NamedModel> {
  const { room } = await readModels(session);
  const { formatRef, parseRef, sameRef, SOLE_AGENT_ID, UnknownModelError } =
    await import("../../agent/index.ts");
  try {
    const ref = await room.resolve(text, SOLE_AGENT_ID);
    const listed = await room.list({
      view: "all",
      agentId: SOLE_AGENT_ID,
      provider: ref.provider,
      preparedOnly: true,
    });
    if (!listed.some((model) => model.model === ref.model)) {
      session.out.warn(
        `${formatRef(ref)} is in no list of models; it is taken because its provider is known.`,
      );
    }
    return {
      name: formatRef(ref),
      same: (a, b) => {
        const [left, right] = [parseRef(a), parseRef(b)];
        return left === undefined || right === undefined ? a === b : sameRef(left, right);
      },
    };
  } catch (error) {
    if (!(error instanceof UnknownModelError)) throw error;
    throw new CliError(`${capital(error.message)}.`, {
      hint: "See what there is: openclaw models list --all",
      cause: error,
    });
  }
}

/** Writes a change of the configuration, and says what became of it. Throws `CliError`. */
export async function changeConfig(
  session: Session,
  change: (config: unknown) => unknown,
  told: string,
): Promise<void> {
  try {
    const outcome = await openConfig(session).edit(change);
    session.out.line(told);
    const { needs, restartsItself } = reloadOutcome(outcome);
    if (outcome.changed && needs === "restart") {
      session.out.note(restartsItself ? RESTARTS_ITSELF : RELOAD_TEXT.restart);
    }
  } catch (error) {
    throw configFailure(error, { configPath: session.paths.configPath });
  }
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
