import { isRecord } from "../../../client/index.ts";
import { PROVIDER_ALIAS_PATTERN, validateConfig } from "../../../config/index.ts";
import type { Prompts } from "../../terminal/prompts.ts";

/** Changes of `secrets.providers`, and how they leave it. */
export interface ProviderPlan {
  readonly upserts: Readonly<Record<string, unknown>>;
  readonly deletes: readonly string[];
  readonly providers: Readonly<Record<string, unknown>>;
}

type Source = "env" | "file" | "exec" | "store";

const ALIAS = new RegExp(PROVIDER_ALIAS_PATTERN);

/** Asks for providers to add, change and remove, until the person goes on. */
export async function askProviders(
  prompts: Prompts,
  before: Readonly<Record<string, unknown>>,
): Promise<ProviderPlan> {
  const providers: Record<string, unknown> = { ...before };
  for (;;) {
    const aliases = Object.keys(providers).sort();
    const step = await prompts.select<{
      readonly do: "go-on" | "add" | "edit" | "remove";
      readonly alias?: string;
    }>({
      question: "Where are secrets kept?",
      choices: [
        {
          value: { do: "go-on" },
          label: "Go on",
          hint: "the environment and the secret store need no entry",
        },
        { value: { do: "add" }, label: "Add a provider" },
        ...aliases.flatMap((alias) => [
          {
            value: { do: "edit" as const, alias },
            label: `Change ${alias}`,
            hint: sourceOf(providers[alias]),
          },
          { value: { do: "remove" as const, alias }, label: `Remove ${alias}` },
        ]),
      ],
    });
    if (step.do === "go-on") break;
    if (step.do === "remove" && step.alias !== undefined) delete providers[step.alias];
    else {
      const alias = step.alias ?? (await askAlias(prompts, providers));
      const entry = await askEntry(prompts, alias, providers[alias]);
      if (entry !== undefined) providers[alias] = entry;
    }
  }
  const changed = Object.entries(providers).filter(([alias, entry]) => !Bun.deepEquals(before[alias], entry));
  return {
    providers,
    upserts: Object.fromEntries(changed),
    deletes: Object.keys(before).filter((alias) => !Object.hasOwn(providers, alias)),
  };
}

/** The kind of a provider's entry. */
export function sourceOf(entry: unknown): Source {
  const source = isRecord(entry) ? entry["source"] : undefined;
  return source === "file" || source === "exec" || source === "store" ? source : "env";
}

function askAlias(prompts: Prompts, taken: Readonly<Record<string, unknown>>): Promise<string> {
  return prompts.text({
    question: "Its alias",
    placeholder: "vault",
    check: (alias) => {
      if (Object.hasOwn(taken, alias)) return "There is a provider of this alias already.";
      return ALIAS.test(alias) ? undefined : "Small letters, digits, - and _; it begins with a letter.";
    },
  });
}

/** An entry that the schema takes; asked again until it does, or until the person gives up. */
async function askEntry(prompts: Prompts, alias: string, before: unknown): Promise<unknown> {
  for (;;) {
    const source =
      before === undefined
        ? await prompts.select<Source>({
            question: "What kind of provider?",
            choices: [
              { value: "file", label: "A file", hint: "JSON, or one secret; yours alone" },
              { value: "exec", label: "A program", hint: "a password manager or vault" },
              { value: "env", label: "Environment variables", hint: "with a list of those that may be read" },
              { value: "store", label: "The secret store of this gateway" },
            ],
          })
        : sourceOf(before);
    const entry = await askDetails(prompts, source, isRecord(before) ? before : {});
    const [issue] = validateConfig({ secrets: { providers: { [alias]: entry } } }).issues;
    if (issue === undefined) return entry;
    await prompts.told(`That cannot be used: ${issue.path}: ${issue.message}`, "warn");
    if (!(await prompts.confirm({ question: "Try again?" }))) return undefined;
  }
}

async function askDetails(
  prompts: Prompts,
  source: Source,
  before: Record<string, unknown>,
): Promise<object> {
  switch (source) {
    case "store":
      return { source };
    case "env": {
      const allowlist = await askList(prompts, "Variables it may read (empty for all)", before["allowlist"]);
      return { source, ...(allowlist.length > 0 && { allowlist }) };
    }
    case "file": {
      const path = await prompts.text({
        question: "Path of the file",
        ...initial(before["path"]),
        check: filled,
      });
      const mode = await prompts.select<"json" | "singleValue">({
        question: "What is in it?",
        choices: [
          { value: "json", label: "A JSON document", hint: "ids are pointers such as /openai/key" },
          { value: "singleValue", label: "One secret" },
        ],
        initial: before["mode"] === "singleValue" ? "singleValue" : "json",
      });
      return { ...before, source, path, mode };
    }
    case "exec": {
      const command = await prompts.text({
        question: "Absolute path of the program",
        ...initial(before["command"]),
        check: filled,
      });
      const args = await askList(prompts, "Its arguments, with blanks between them", before["args"]);
      const passEnv = await askList(prompts, "Variables it needs (empty for none)", before["passEnv"]);
      const { args: _args, passEnv: _pass, ...rest } = before;
      return {
        ...rest,
        source,
        command,
        ...(args.length > 0 && { args }),
        ...(passEnv.length > 0 && { passEnv }),
      };
    }
  }
}

async function askList(prompts: Prompts, question: string, before: unknown): Promise<string[]> {
  const words = Array.isArray(before) ? before.map(String).join(" ") : undefined;
  const answer = await prompts.text({ question, ...initial(words) });
  return answer.split(/[\s,]+/).filter((word) => word !== "");
}

function initial(value: unknown): { initial?: string } {
  return typeof value === "string" && value !== "" ? { initial: value } : {};
}

function filled(answer: string): string | undefined {
  return answer === "" ? "It must not be empty." : undefined;
}
