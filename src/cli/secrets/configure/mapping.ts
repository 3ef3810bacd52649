import { formatPath, REDACTED, type SecretRef } from "../../../config/index.ts";
import type { Session } from "../../session.ts";
import type { Choice, Prompts } from "../../terminal/prompts.ts";
import type { Credential } from "../credentials.ts";
import { nameIn } from "../plan/targets.ts";
import type { WrittenTarget } from "../plan/plan.ts";
import type { HeldSecret } from "../profiles.ts";
import { withSecretStore } from "../store/open.ts";
import { sourceOf } from "./providers.ts";

/** A credential that can be made a reference. */
export interface Candidate {
  readonly label: string;
  readonly hint: string;
  /** In plain text now. */
  readonly isText: boolean;
  readonly target: Omit<WrittenTarget, "ref">;
  /** The present value, where this program may see it. */
  readonly value?: string;
}

/** What is asked with. */
export interface MappingWorld {
  readonly session: Session;
  readonly prompts: Prompts;
  readonly agentId: string;
  readonly providers: Readonly<Record<string, unknown>>;
  readonly readRef: (value: unknown) => SecretRef | string;
}

/** Credentials of the configuration and stored ones, those in plain text first. */
export function candidatesOf(
  credentials: readonly Credential[],
  held: readonly HeldSecret[],
  agentId: string,
): Candidate[] {
  const configured = credentials.map(({ type, steps, kind, value }): Candidate => {
    const id = nameIn(type.pattern, steps);
    const owner = type.pattern[type.pattern.indexOf("*") - 1];
    const path = formatPath([...steps]);
    return {
      label: path,
      hint: kind === "reference" ? "refers to a secret already" : "plain text",
      isText: kind !== "reference",
      target: {
        type: type.id,
        path,
        pathSegments: steps,
        ...(id !== undefined && owner === "providers" && { providerId: id }),
        ...(id !== undefined && owner === "accounts" && { accountId: id }),
      },
      ...(kind === "text" && typeof value === "string" && { value }),
    };
  });
  const stored = held.flatMap(({ profileId, type, holds }): Candidate[] => {
    if (type === "oauth" || holds === "login") return [];
    return [
      {
        label: `stored credential ${profileId}`,
        hint: holds === "reference" ? "refers to a secret already" : "plain text in the state database",
        isText: holds !== "reference",
        target: profileTarget(profileId, type, agentId),
      },
    ];
  });
  return [...configured, ...stored].sort((a, b) => Number(b.isText) - Number(a.isText));
}

/** Asks which credentials shall refer to a secret, and to which. */
export async function askMapping(
  world: MappingWorld,
  candidates: readonly Candidate[],
): Promise<WrittenTarget[]> {
  const { prompts } = world;
  const fresh = Symbol("a stored credential that is not there yet");
  const choices: Choice<Candidate | typeof fresh>[] = [
    ...candidates.map((candidate) => ({ value: candidate, label: candidate.label, hint: candidate.hint })),
    { value: fresh, label: "A new stored credential of a model provider" },
  ];
  const chosen = await prompts.multiselect({
    question: "Which credentials shall refer to a secret that is kept elsewhere?",
    choices,
    initial: candidates.filter(({ isText }) => isText),
  });
  const targets: WrittenTarget[] = [];
  for (const one of chosen) {
    const candidate = typeof one === "symbol" ? await askNewProfile(world) : one;
    targets.push({ ...candidate.target, ref: await askRef(world, candidate) });
  }
  return targets;
}

async function askNewProfile({ prompts, agentId }: MappingWorld): Promise<Candidate> {
  const { canonicalProvider } = await import("../../../agent/index.ts");
  const named = await prompts.text({
    question: "Of which model provider?",
    placeholder: "openai",
    check: (answer) => (/^[a-z0-9][\w.-]*$/i.test(answer) ? undefined : "Type its name, for example openai."),
  });
  const provider = canonicalProvider(named);
  const type = await prompts.select<"api_key" | "token">({
    question: "What is it?",
    choices: [
      { value: "api_key", label: "An API key" },
      { value: "token", label: "A token" },
    ],
  });
  const id = await prompts.text({
    question: "Its name",
    initial: `${provider}:default`,
    check: (answer) =>
      answer.startsWith(`${provider}:`) && !/\s/.test(answer) && answer.length > provider.length + 1
        ? undefined
        : `It is called ${provider}:NAME.`,
  });
  const target = { ...profileTarget(id, type, agentId), authProfileProvider: provider };
  return { label: `stored credential ${id}`, hint: "", isText: false, target };
}

async function askRef(world: MappingWorld, { label, value, target }: Candidate): Promise<SecretRef> {
  const { prompts, providers, readRef } = world;
  const other = Object.entries(providers).map(([provider, entry]) => ({ source: sourceOf(entry), provider }));
  const { source, provider } = await prompts.select({
    question: `Where is the secret for ${label}?`,
    choices: [
      { value: { source: "store", provider: "default" }, label: "In the secret store of this gateway" },
      { value: { source: "env", provider: "default" }, label: "In an environment variable of the gateway" },
      ...other.map((one) => ({ value: one, label: `With the provider ${one.provider}`, hint: one.source })),
    ] satisfies Choice<{ source: SecretRef["source"]; provider: string }>[],
  });
  const id = await prompts.text({
    question: QUESTIONS[source],
    ...(source === "env" || source === "store" ? { initial: suggestedName(target) } : {}),
    check: (answer) => {
      const ref = readRef({ source, provider, id: answer });
      return typeof ref === "string" ? `That cannot be used: ${ref}.` : undefined;
    },
  });
  const ref = readRef({ source, provider, id });
  if (typeof ref === "string") throw new Error(ref);
  if (source === "store") await fillStore(world, id, label, value);
  return ref;
}

const QUESTIONS: Readonly<Record<SecretRef["source"], string>> = {
  store: "Name of the entry",
  env: "Name of the variable",
  file: "Pointer into the file, for example /openai/key (or value for a file that is one secret)",
  exec: "Id the program is asked for",
};

/** An entry of the store that is not there yet gets its value now: a plan holds none. */
async function fillStore(
  { session, prompts }: MappingWorld,
  name: string,
  label: string,
  value: string | undefined,
): Promise<void> {
  await withSecretStore(session, async (store) => {
    if ((await store.get(name)) !== undefined) return;
    const usable = value !== undefined && !value.includes(REDACTED);
    const copies =
      usable && (await prompts.confirm({ question: `Store the present value of ${label} as ${name} now?` }));
    const typed = copies
      ? value
      : await prompts.secret({ question: `Value of ${name} (leave empty to set it later)` });
    if (typed === "") return;
    await store.set(name, typed);
    await prompts.told(`Stored ${name}.`, "success");
  });
}

function profileTarget(id: string, type: "api_key" | "token", agentId: string): Candidate["target"] {
  const field = type === "token" ? "token" : "key";
  return {
    type: `auth-profiles.${type}.${field}`,
    path: `profiles.${id}.${field}`,
    pathSegments: ["profiles", id, field],
    agentId,
  };
}

/** A name that tells what the secret is for: `MODELS_OPENAI_API_KEY` would be longer than anybody types. */
function suggestedName({ pathSegments, path }: Candidate["target"]): string {
  if (path === "channels.telegram.botToken") return "TELEGRAM_BOT_TOKEN";
  const [root, second = "", third = ""] = pathSegments;
  const words = root === "profiles" ? [second.split(":")[0], "api", "key"] : undefined;
  const model = root === "models" && pathSegments.at(-1) === "apiKey" ? [third, "api", "key"] : undefined;
  const name = (words ?? model ?? pathSegments)
    .join("_")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
  return /^[A-Z]/.test(name) ? name : `KEY_${name}`;
}
