import { isObject, valueAt } from "../../../config/index.ts";
import { openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import { agentModule } from "../../models/agent.ts";
import { interactionOf } from "../../models/interaction.ts";
import type { Session } from "../../session.ts";
import type { Choice } from "../../terminal/prompts.ts";
import { spanOf } from "../../words.ts";
import type { Interview } from "../interview.ts";
import { type Candidate, keepCandidate, modelsOf, type TriedCandidate, tryCandidate } from "./candidate.ts";
import { keyCandidate, type SecretMode } from "./from-flags.ts";
import { findOffers, type Offers } from "./offers.ts";
import { addressProblem, type Compatibility, customCandidate, SERVER_NAMES } from "./own-server.ts";

export interface ModelQuestions {
  /** A way that was named already; the person is asked when it does not work. */
  readonly wish: Candidate | "skip" | undefined;
  /** Takes the usual model of a provider without asking which. */
  readonly quick: boolean;
  readonly secrets: SecretMode;
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
    const candidate = wish ?? (await askWay(session, interview, questions));
    wish = undefined;
    if (candidate === "skip") {
      await prompts.note(
        "Without a model the built-in guide answers. It is no language model: it knows the time, the status and every configuration key, and says so when something takes a real one.\nConnect one later: openclaw configure --section model",
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

async function askWay(
  session: Session,
  interview: Interview,
  { secrets, quick }: ModelQuestions,
): Promise<Candidate | "skip" | "keep"> {
  const offers = await interview.prompts.progress("Looking for models", findOffers(session));
  const now = configuredModel(session);
  const way = await interview.select("model.way", "Which model shall answer?", waysOf(offers, now));
  const [kind = "", id = ""] = way.split(":", 2);
  switch (kind) {
    case "skip":
    case "keep":
      return kind;
    case "env": {
      const found = offers.keys.find(({ choice }) => choice.id === id);
      if (found !== undefined) return keyCandidate(session, found.choice, undefined, secrets);
      break;
    }
    case "server": {
      const found = offers.servers.find(({ choice }) => choice.id === id);
      const provider = found?.choice.provider;
      const [first] = found?.models ?? [];
      if (provider === undefined || first === undefined) break;
      const several = (found?.models.length ?? 0) > 1;
      const candidate = { choice: id, provider };
      return { ...candidate, model: several ? await askName(session, interview, candidate) : first };
    }
    case "key":
      return askKey(session, interview, offers);
    case "sign-in":
      return askSignIn(session, interview, offers);
    case "custom":
      return askCustom(interview, quick);
  }
  // What was found when it was chosen is gone.
  interview.progress.forget("model.");
  return askWay(session, interview, { secrets, quick, wish: undefined, skipTrial: false });
}

function waysOf(offers: Offers, now: string | undefined): Choice<string>[] {
  return [
    ...(now === undefined ? [] : [{ value: "keep", label: `Keep ${now}` }]),
    ...offers.keys.map(({ choice, name, variable }) => ({
      value: `env:${choice.id}`,
      label: name,
      hint: `with the key in ${variable}`,
    })),
    ...offers.servers.map(({ choice, models }) => ({
      value: `server:${choice.id}`,
      label: `${SERVER_NAMES[choice.provider] ?? choice.provider} on this machine`,
      hint: models.slice(0, 3).join(", "),
    })),
    { value: "key", label: "A provider, with an API key", hint: "Anthropic, OpenAI, Google and others" },
    { value: "sign-in", label: "A subscription, with a sign-in in the browser" },
    { value: "custom", label: "Another address", hint: "any server that speaks as OpenAI or Anthropic do" },
    { value: "skip", label: "None for now", hint: "the built-in guide answers" },
  ];
}

async function askKey(session: Session, interview: Interview, { providers }: Offers): Promise<Candidate> {
  const id = await interview.select(
    "model.provider",
    "Whose key?",
    providers.map(({ choice, name }) => ({ value: choice.id, label: name })),
  );
  const { choice, name } = providers.find((one) => one.choice.id === id) ?? {};
  if (choice === undefined || name === undefined) throw new Error(`there is no provider ${id}`);
  const key = await interview.secret({
    question: `API key of ${name}`,
    check: (answer) => (answer === "" ? "Paste the key; it is not shown." : undefined),
  });
  return keyCandidate(session, choice, key, "plaintext");
}

async function askSignIn(session: Session, interview: Interview, { signIns }: Offers): Promise<Candidate> {
  const id = await interview.select(
    "model.signIn",
    "Where is the subscription?",
    signIns.map(({ choice, name }) => ({ value: choice.id, label: name })),
  );
  const provider = signIns.find(({ choice }) => choice.id === id)?.choice.provider;
  if (provider === undefined) throw new Error(`there is no sign-in ${id}`);
  const { signIn } = await agentModule();
  const login = await signIn(provider, await interactionOf(session)).catch((error: unknown) => {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`The sign-in came to nothing: ${reason}`, {
      hint: "What was answered is kept. Go on with: openclaw onboard",
      cause: error,
    });
  });
  return {
    choice: id,
    provider,
    credential: {
      provider,
      type: "oauth",
      credential: { ...login.credential },
      ...(login.email !== undefined && { email: login.email }),
    },
  };
}

async function askCustom(interview: Interview, quick: boolean): Promise<Candidate> {
  const baseUrl = await interview.text("model.address", {
    question: "Address of the server",
    placeholder: "https://llm.example.com/v1",
    check: addressProblem,
  });
  const compatibility = quick
    ? "openai"
    : await interview.select<Compatibility>("model.api", "How is it spoken to?", [
        { value: "openai", label: "As OpenAI: chat completions", hint: "most servers" },
        { value: "openai-responses", label: "As OpenAI: responses" },
        { value: "anthropic", label: "As Anthropic: messages" },
      ]);
  const model = await interview.text("model.name", {
    question: "Name of the model",
    check: (answer) => (answer === "" ? "Use the name the server knows it by." : undefined),
  });
  const key = await interview.secret({ question: "Its API key (leave empty if it wants none)" });
  return customCandidate({
    baseUrl,
    model,
    compatibility,
    ...(key !== "" && { key: { text: key } }),
  });
}

const TYPED = "\u0000typed";

async function askName(session: Session, interview: Interview, candidate: Candidate): Promise<string> {
  const names = await interview.prompts.progress("Reading the list of models", modelsOf(session, candidate));
  const typed = (): Promise<string> =>
    interview.text("model.name", {
      question: "Name of the model",
      ...(candidate.model !== undefined && { initial: candidate.model }),
      check: (answer) => (answer === "" ? "Use the name the provider knows it by." : undefined),
    });
  if (names.length === 0) return typed();
  const name = await interview.prompts.select({
    question: "Which of its models?",
    choices: [
      ...names.map((value) => ({ value, label: value })),
      { value: TYPED, label: "Another one, by its name" },
    ],
    ...(candidate.model !== undefined && { initial: candidate.model }),
  });
  return name === TYPED ? typed() : name;
}

/** The default model as written; `undefined` when none is. */
export function configuredModel(session: Session): string | undefined {
  const model = valueAt(openConfig(session).peek().resolved, ["agents", "defaults", "model"]);
  const primary = isObject(model) ? model["primary"] : model;
  return typeof primary === "string" && primary !== "" ? primary : undefined;
}
