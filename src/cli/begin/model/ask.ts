import { CliError, EXIT_FAILURE } from "../../errors.ts";
import type { Session } from "../../session.ts";
import { spanOf } from "../../words.ts";
import type { Interview } from "../interview.ts";
import { type Candidate, keepCandidate, type TriedCandidate, tryCandidate } from "./candidate.ts";
import type { OpenWay } from "./from-flags.ts";
import { askChoice, askName, askWay, type WayQuestions } from "./ways.ts";

export interface ModelQuestions extends WayQuestions {
  /** A way that was named already; the person is asked when it does not work. */
  readonly wish: Candidate | OpenWay | "skip" | undefined;
  readonly skipTrial: boolean;
}

/** Asks until a model has answered, or none is wanted; it is kept as the default one. Resolves to the choice. */
export async function askModel(
  session: Session,
  interview: Interview,
  questions: ModelQuestions,
): Promise<string> {
  const { prompts } = interview;
  let wish = questions.wish;
  for (;;) {
    const candidate = await askOnce(session, interview, questions, wish);
    wish = undefined;
    if (candidate === undefined) continue;
    if (candidate === "skip") {
      await prompts.note(
        "Without a model the built-in guide answers. It is no language model: it knows the time, the status and every configuration key, and says so when something takes a real one.\nConnect one later:\nopenclaw configure --section model",
        "No model",
      );
      return "skip";
    }
    if (candidate === "keep") return "keep";
    const tried = await askCandidate(session, interview, questions, candidate);
    if (tried !== undefined) {
      await keepCandidate(session, tried, { makeDefault: true });
      return tried.choice;
    }
    interview.progress.forget("model.");
  }
}

/** One way, asked for as far as it was not told; `undefined` when it came to nothing, which was said. */
async function askOnce(
  session: Session,
  interview: Interview,
  questions: ModelQuestions,
  wish: ModelQuestions["wish"],
): Promise<Candidate | "skip" | "keep" | undefined> {
  try {
    if (wish === undefined) return await askWay(session, interview, questions);
    return typeof wish === "object" && "ask" in wish
      ? await askChoice(session, interview, questions, wish.ask)
      : wish;
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT_FAILURE) throw error;
    await interview.prompts.told(
      error.hint === undefined ? error.message : `${error.message}\n${error.hint}`,
      "error",
    );
    interview.progress.forget("model.");
    return undefined;
  }
}

/** Chooses the model of a way and tries it; `undefined` when it does not work and something else is to be chosen. */
async function askCandidate(
  session: Session,
  interview: Interview,
  questions: ModelQuestions,
  wish: Candidate,
): Promise<TriedCandidate | undefined> {
  const { prompts } = interview;
  let candidate = wish;
  if (!questions.quick && candidate.model === undefined)
    candidate = { ...candidate, model: await askName(session, interview, candidate) };
  for (;;) {
    if (questions.skipTrial && candidate.model !== undefined) return { ...candidate, model: candidate.model };
    const named = candidate.model === undefined ? "" : ` ${candidate.model}`;
    const trial = await prompts
      .progress(`Asking${named} for a word`, tryCandidate(session, candidate))
      .catch((error: unknown) => {
        if (error instanceof CliError) return { ok: false, status: "format", reason: error.message } as const;
        throw error;
      });
    if (trial.ok) {
      const { provider, model, latencyMs } = trial.candidate;
      const time = latencyMs === undefined ? "" : ` after ${spanOf(latencyMs)}`;
      await prompts.told(`${provider}/${model} answers${time}.`, "success");
      return trial.candidate;
    }
    await prompts.told(`That does not work: ${trial.reason}`, "error");
    const next = await prompts.select({
      question: "What now?",
      choices: [
        { value: "other", label: "Choose something else" },
        { value: "again", label: "Try again" },
        { value: "model", label: "Try another model of it" },
      ],
    });
    if (next === "other") return undefined;
    interview.progress.forget("model.name");
    if (next === "model") candidate = { ...candidate, model: await askName(session, interview, candidate) };
  }
}
