import type { OnboardFlags } from "../../commands/begin.ts";
import { openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import { flagName } from "../../flags.ts";
import { agentModule } from "../../models/agent.ts";
import type { Session } from "../../session.ts";
import { durationMs } from "../../words.ts";
import { AUTH_CHOICES, type AuthChoice, authChoice, KEY_FLAGS, type KeyFlag } from "../choices.ts";
import type { Candidate } from "./candidate.ts";
import { customCandidate, serverSettings } from "./own-server.ts";

/** How a secret that is given is kept: as it is, or as the name of its variable. */
export type SecretMode = "plaintext" | "ref";

/** A way that was named, and that a person has to be asked for what it takes. */
export interface OpenWay {
  readonly ask: AuthChoice;
}

/** What the flags say of the model: nothing, that there shall be none, or a way to one. @throws CliError */
export async function candidateFromFlags(
  session: Session,
  flags: OnboardFlags,
  options: { readonly mayAsk: boolean } = { mayAsk: false },
): Promise<Candidate | OpenWay | "skip" | undefined> {
  const choice = choiceFromFlags(flags);
  refuseStrayFlags(flags, choice);
  if (choice === undefined) return undefined;
  if (options.mayAsk && !(await isComplete(session, flags, choice))) return { ask: choice };
  const mode = flags.secretInputMode ?? "plaintext";
  switch (choice.kind) {
    case "skip":
      return "skip";
    case "key":
      return withModel(await keyCandidate(session, choice, flags[choice.flag], mode), flags);
    case "token":
      return withModel(tokenCandidate(session, choice, flags, mode), flags);
    case "server": {
      const settings = serverSettings(flags.customBaseUrl, flags.customModelId);
      const key = choice.flag === undefined ? undefined : flags[choice.flag];
      return withModel(
        {
          choice: choice.id,
          provider: choice.provider,
          ...(settings && { settings }),
          ...(key !== undefined && { credential: { provider: choice.provider, apiKey: key } }),
        },
        flags,
      );
    }
    case "custom":
      return customFromFlags(session, flags, mode);
    case "sign-in":
      throw new CliError(`--auth-choice ${choice.id} is a sign-in in a browser: it needs a terminal.`, {
        hint: `Sign in first, then run this again with --auth-choice skip: openclaw models auth login --provider ${choice.provider}`,
      });
  }
}

/** True when nothing has to be asked about a way any more. */
async function isComplete(session: Session, flags: OnboardFlags, choice: AuthChoice): Promise<boolean> {
  switch (choice.kind) {
    case "skip":
    case "server":
      return true;
    case "sign-in":
      return false;
    case "custom":
      return flags.customBaseUrl !== undefined && flags.customModelId !== undefined;
    case "token":
      return flags.token !== undefined && (choice.provider ?? flags.tokenProvider) !== undefined;
    case "key":
      return (
        flags[choice.flag] !== undefined || (await keyInEnvironment(session, choice.provider)) !== undefined
      );
  }
}

/** The variable that has the key of a provider, and the key. */
async function keyInEnvironment(
  session: Session,
  provider: string,
): Promise<{ readonly variable: string; readonly key: string } | undefined> {
  const { knownProvider } = await agentModule();
  const { variables } = openConfig(session).peek();
  for (const variable of knownProvider(provider)?.env ?? []) {
    const key = (variables[variable] ?? "").trim();
    if (key !== "") return { variable, key };
  }
  return undefined;
}

/** A way by a key: the one that is given, else the one in the environment. @throws CliError when there is none */
export async function keyCandidate(
  session: Session,
  choice: Extract<AuthChoice, { kind: "key" }>,
  given: string | undefined,
  mode: SecretMode,
): Promise<Candidate> {
  const { provider, id } = choice;
  const { knownProvider } = await agentModule();
  const { env: names = [], name = provider } = knownProvider(provider) ?? {};
  const { variable, key: found } = (await keyInEnvironment(session, provider)) ?? {};
  if (mode === "ref") {
    if (variable !== undefined && (given === undefined || given === found)) {
      const apiKey = { source: "env", provider: "default", id: variable };
      return { choice: id, provider, settings: { apiKey } };
    }
    throw new CliError(`--secret-input-mode ref needs the key of ${name} in a variable.`, {
      hint: `Set ${names[0] ?? "its variable"} here and where the gateway starts, then run this again.`,
    });
  }
  const apiKey = given ?? found;
  if (apiKey === undefined) {
    throw new CliError(`There is no key for ${name}.`, {
      hint: `Set ${names[0] ?? "its variable"}, or give it with --${flagName(choice.flag)}.`,
    });
  }
  return { choice: id, provider, credential: { provider, apiKey } };
}

function tokenCandidate(
  session: Session,
  choice: Extract<AuthChoice, { kind: "token" }>,
  flags: OnboardFlags,
  mode: SecretMode,
): Candidate {
  const provider = flags.tokenProvider ?? choice.provider;
  if (provider === undefined)
    throw new CliError("--auth-choice token needs --token-provider: whose token it is.");
  if (flags.token === undefined || flags.token.trim() === "")
    throw new CliError(`--auth-choice ${choice.id} needs --token.`);
  if (mode === "ref") throw new CliError(`--secret-input-mode ref does not go with ${choice.id}.`);
  const { tokenProfileId: profileId, tokenExpiresIn } = flags;
  return {
    choice: choice.id,
    provider,
    credential: {
      provider,
      type: "token",
      apiKey: flags.token.trim(),
      ...(profileId !== undefined && { profileId }),
      ...(tokenExpiresIn !== undefined && {
        expiresAt: session.clock.now() + durationMs(tokenExpiresIn, "token-expires-in"),
      }),
    },
  };
}

function customFromFlags(session: Session, flags: OnboardFlags, mode: SecretMode): Candidate {
  const { customBaseUrl, customModelId } = flags;
  if (customBaseUrl === undefined || customModelId === undefined)
    throw new CliError("--auth-choice custom-api-key needs --custom-base-url and --custom-model-id.");
  if (flags.customImageInput && flags.customTextInput)
    throw new CliError("Use either --custom-image-input or --custom-text-input, not both.");
  const inVariable = openConfig(session).peek().variables["CUSTOM_API_KEY"]?.trim();
  if (mode === "ref" && (inVariable === undefined || (flags.customApiKey ?? inVariable) !== inVariable)) {
    throw new CliError("--secret-input-mode ref needs the key in the variable CUSTOM_API_KEY.", {
      hint: "Set it here and where the gateway starts, then run this again.",
    });
  }
  const key = flags.customApiKey ?? inVariable;
  return customCandidate({
    baseUrl: customBaseUrl,
    model: customModelId,
    providerId: flags.customProviderId,
    compatibility: flags.customCompatibility ?? "openai",
    images: flags.customImageInput ? true : flags.customTextInput ? false : undefined,
    key: mode === "ref" ? { variable: "CUSTOM_API_KEY" } : key === undefined ? undefined : { text: key },
  });
}

function choiceFromFlags(flags: OnboardFlags): AuthChoice | undefined {
  if (flags.authChoice !== undefined) return authChoice(flags.authChoice);
  const given = givenKeys(flags);
  if (given.length > 1) {
    throw new CliError(`Keys of several providers are given (${given.map(dashed).join(", ")}).`, {
      hint: "Say which one is to answer: --auth-choice <id>",
    });
  }
  const [only] = given;
  if (only !== undefined) return AUTH_CHOICES.find((choice) => "flag" in choice && choice.flag === only);
  if (flags.customBaseUrl !== undefined) return authChoice("custom-api-key");
  return undefined;
}

/** A flag that would do nothing is a mistake that should be told. */
function refuseStrayFlags(flags: OnboardFlags, choice: AuthChoice | undefined): void {
  const own = choice !== undefined && "flag" in choice ? choice.flag : undefined;
  const stray: string[] = givenKeys(flags)
    .filter((flag) => flag !== own)
    .map(dashed);
  const kind = choice?.kind;
  const needs = (given: boolean, name: string, kinds: readonly (AuthChoice["kind"] | undefined)[]): void => {
    if (given && !kinds.includes(kind)) stray.push(`--${name}`);
  };
  needs(flags.token !== undefined, "token", ["token"]);
  needs(flags.tokenProvider !== undefined, "token-provider", ["token"]);
  needs(flags.tokenProfileId !== undefined, "token-profile-id", ["token"]);
  needs(flags.tokenExpiresIn !== undefined, "token-expires-in", ["token"]);
  needs(flags.customBaseUrl !== undefined, "custom-base-url", ["custom", "server"]);
  needs(flags.customModelId !== undefined, "custom-model-id", ["custom", "server", "key", "token"]);
  needs(flags.customApiKey !== undefined, "custom-api-key", ["custom"]);
  needs(flags.customProviderId !== undefined, "custom-provider-id", ["custom"]);
  needs(flags.customCompatibility !== undefined, "custom-compatibility", ["custom"]);
  needs(flags.customImageInput, "custom-image-input", ["custom"]);
  needs(flags.customTextInput, "custom-text-input", ["custom"]);
  if (stray.length === 0) return;
  const with_ =
    flags.authChoice === undefined ? "without --auth-choice" : `with --auth-choice ${flags.authChoice}`;
  throw new CliError(`${stray.join(", ")} ${stray.length === 1 ? "does" : "do"} nothing ${with_}.`, {
    hint: "Leave it out, or choose another way to a model with --auth-choice.",
  });
}

function withModel(candidate: Candidate, { customModelId }: OnboardFlags): Candidate {
  return customModelId === undefined ? candidate : { ...candidate, model: customModelId };
}

function givenKeys(flags: OnboardFlags): readonly KeyFlag[] {
  return KEY_FLAGS.filter((flag) => flags[flag] !== undefined);
}

function dashed(flag: string): string {
  return `--${flagName(flag)}`;
}
