import { CliError } from "../../errors.ts";
import { agentModule } from "../../models/agent.ts";
import { interactionOf } from "../../models/interaction.ts";
import type { Session } from "../../session.ts";
import type { Choice } from "../../terminal/prompts.ts";
import { type AuthChoice, authChoice } from "../choices.ts";
import type { Interview } from "../interview.ts";
import { type Candidate, modelsOf } from "./candidate.ts";
import { configuredModel } from "./configured.ts";
import { keyCandidate, type SecretMode } from "./from-flags.ts";
import { findOffers, type Offers } from "./offers.ts";
import { addressProblem, type Compatibility, customCandidate, SERVER_NAMES } from "./own-server.ts";

/** How much is asked of each way. */
export interface WayQuestions {
  /** Takes the usual settings without asking. */
  readonly quick: boolean;
  readonly secrets: SecretMode;
}

/** Asks which way to take, and for what it takes; `undefined` when what was found is gone. @throws CliError */
export async function askWay(
  session: Session,
  interview: Interview,
  questions: WayQuestions,
): Promise<Candidate | "skip" | "keep" | undefined> {
  const offers = await interview.prompts.progress("Looking for models", findOffers(session));
  const now = configuredModel(session);
  const way = await interview.select("model.way", "Which model shall answer?", waysOf(offers, now));
  const [kind = "", id = ""] = way.split(":", 2);
  switch (kind) {
    case "keep":
      return "keep";
    case "key": {
      const { providers } = offers;
      const options = providers.map(({ choice, name }) => ({ value: choice.id, label: name }));
      return askById(
        session,
        interview,
        questions,
        await interview.select("model.provider", "Whose key?", options),
      );
    }
    case "sign-in": {
      const options = offers.signIns.map(({ choice, name }) => ({ value: choice.id, label: name }));
      const chosen = await interview.select("model.signIn", "Where is the subscription?", options);
      return askById(session, interview, questions, chosen);
    }
    case "env": {
      const found = offers.keys.find(({ choice }) => choice.id === id);
      return found && keyCandidate(session, found.choice, undefined, questions.secrets);
    }
    default:
      return askById(session, interview, questions, id);
  }
}

async function askById(
  session: Session,
  interview: Interview,
  questions: WayQuestions,
  id: string,
): Promise<Candidate | "skip"> {
  const choice = authChoice(id);
  if (choice === undefined) throw new Error(`there is no way ${id}`);
  return askChoice(session, interview, questions, choice);
}

/** Asks for what a way takes. @throws CliError when it comes to nothing */
export async function askChoice(
  session: Session,
  interview: Interview,
  { quick, secrets }: WayQuestions,
  choice: AuthChoice,
): Promise<Candidate | "skip"> {
  switch (choice.kind) {
    case "skip":
      return "skip";
    case "custom":
      return askCustom(interview, quick);
    case "sign-in":
      return askSignIn(session, choice);
    case "server": {
      const candidate = { choice: choice.id, provider: choice.provider };
      const [first, ...others] = await modelsOf(session, candidate);
      if (first === undefined) {
        throw new CliError(`${SERVER_NAMES[choice.provider] ?? choice.provider} has no model to offer.`, {
          hint: "Load one into it, then try again.",
        });
      }
      return {
        ...candidate,
        model: others.length === 0 ? first : await askName(session, interview, candidate),
      };
    }
    case "key":
      return secrets === "ref"
        ? keyCandidate(session, choice, undefined, "ref")
        : keyCandidate(
            session,
            choice,
            await askSecret(interview, await nameOf(choice.provider), "API key"),
            "plaintext",
          );
    case "token": {
      const provider =
        choice.provider ??
        (await interview.text("model.provider", {
          question: "Whose token is it?",
          placeholder: "anthropic",
          check: (answer) => (answer === "" ? "Name the provider." : undefined),
        }));
      const apiKey = await askSecret(interview, await nameOf(provider), "Token");
      return { choice: choice.id, provider, credential: { provider, type: "token", apiKey } };
    }
  }
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
    {
      value: "way:custom-api-key",
      label: "Another address",
      hint: "any server that speaks as OpenAI or Anthropic do",
    },
    { value: "way:skip", label: "None for now", hint: "the built-in guide answers" },
  ];
}

async function nameOf(provider: string): Promise<string> {
  const { knownProvider } = await agentModule();
  return knownProvider(provider)?.name ?? provider;
}

function askSecret(interview: Interview, name: string, what: "API key" | "Token"): Promise<string> {
  return interview.secret({
    question: `${what} of ${name}`,
    check: (answer) => (answer === "" ? "Paste it; it is not shown." : undefined),
  });
}

async function askSignIn(
  session: Session,
  { id, provider }: Extract<AuthChoice, { kind: "sign-in" }>,
): Promise<Candidate> {
  const { signIn } = await agentModule();
  const login = await signIn(provider, await interactionOf(session)).catch((error: unknown) => {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`The sign-in came to nothing: ${reason}`, { cause: error });
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

/** Asks which model of a way to use. */
export async function askName(session: Session, interview: Interview, candidate: Candidate): Promise<string> {
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
