import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import type { Prompts } from "../../../src/cli/terminal/prompts.ts";
import { cli } from "../in-process.ts";
import { BOT_TOKEN, SECRETS, SecretsHome, STORED_KEY } from "./home.ts";

type Answer = readonly [question: string, answer: unknown];

/** A person who knows the answers beforehand. What is chosen is named by its label. */
class Person implements Prompts {
  readonly heard: string[] = [];

  constructor(private readonly answers: Answer[]) {}

  get left(): readonly Answer[] {
    return this.answers;
  }

  #answer(question: string): unknown {
    const next = this.answers.shift();
    if (next === undefined || !question.includes(next[0]))
      throw new Error(`asked "${question}", expected "${next?.[0]}"`);
    return next[1];
  }

  async text({ question, initial, check }: Parameters<Prompts["text"]>[0]): Promise<string> {
    const answer = String(this.#answer(question) ?? initial ?? "");
    const fault = check?.(answer);
    if (fault !== undefined) throw new Error(`"${answer}" is no answer to "${question}": ${fault}`);
    return answer;
  }

  secret({ question }: Parameters<Prompts["secret"]>[0]): Promise<string> {
    return this.text({ question });
  }

  async confirm({ question }: { question: string }): Promise<boolean> {
    return this.#answer(question) === true;
  }

  async select<T>({ question, choices }: Parameters<typeof this.choose<T>>[0]): Promise<T> {
    return this.choose({ question, choices });
  }

  choose<T>({ question, choices }: { question: string; choices: readonly { value: T; label: string }[] }): T {
    const wanted = String(this.#answer(question));
    const choice = choices.find(({ label }) => label.includes(wanted));
    if (choice === undefined)
      throw new Error(`"${wanted}" is not among ${choices.map(({ label }) => label).join()}`);
    return choice.value;
  }

  async multiselect<T>({
    question,
    choices,
    initial = [],
  }: {
    question: string;
    choices: readonly { value: T; label: string }[];
    initial?: readonly T[];
  }): Promise<readonly T[]> {
    const wanted = this.#answer(question);
    if (!Array.isArray(wanted)) return initial;
    return choices.flatMap(({ value, label }) =>
      wanted.some((some) => label.includes(some)) ? [value] : [],
    );
  }

  async note(text: string): Promise<void> {
    this.heard.push(text);
  }

  async told(text: string): Promise<void> {
    this.heard.push(text);
  }

  progress<T>(_label: string, work: Promise<T>): Promise<T> {
    return work;
  }
}

async function configure(world: SecretsHome, answers: Answer[], ...flags: readonly string[]) {
  const person = new Person(answers);
  const run = await cli(["secrets", "configure", ...flags], { home: world.home.path, prompts: person });
  for (const secret of SECRETS) expect(run.stdout + run.stderr + person.heard.join()).not.toContain(secret);
  return { ...run, left: person.left };
}

describe("openclaw secrets configure", () => {
  test("without a terminal it names what to do instead; options that exclude each other are told", async () => {
    await using world = await SecretsHome.open();
    const alone = await world.run("configure");
    expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining("openclaw secrets apply --from")]);
    for (const flags of [
      ["--providers-only", "--skip-provider-setup"],
      ["--apply", "--json"],
      ["--agent", "nobody", "--skip-provider-setup"],
    ]) {
      expect([flags, (await configure(world, [], ...flags)).code]).toEqual([flags, 1]);
    }
  });

  test("a provider is set up and credentials are mapped to it; the plan is private and applies at once", async () => {
    await using world = await SecretsHome.open();
    await world.store("openai:default", STORED_KEY);
    const plan = world.home.at("plan.json");
    const run = await configure(
      world,
      [
        ["Where are secrets kept?", "Add a provider"],
        ["Its alias", "vault"],
        ["What kind of provider?", "A file"],
        ["Path of the file", world.home.at("vault.json")],
        ["What is in it?", "A JSON document"],
        ["Where are secrets kept?", "Go on"],
        ["Which credentials", undefined],
        ["models.providers.mock.apiKey", "provider vault"],
        ["Pointer into the file", "/model"],
        ["models.providers.mock.headers.X-Api-Key", "provider vault"],
        ["Pointer into the file", "/model"],
        ["channels.telegram.botToken", "provider vault"],
        ["Pointer into the file", "/bot"],
        ["stored credential openai:default", "secret store"],
        ["Name of the entry", undefined],
        ["Value of OPENAI_API_KEY", STORED_KEY],
      ],
      "--apply",
      "--yes",
      "--plan-out",
      plan,
    );
    expect([run.code, run.left]).toEqual([0, []]);
    expect(run.stdout).toContain("Plan: targets=4, providerUpserts=1, providerDeletes=0.");
    expect(run.stdout).toContain("Secrets applied.");
    expect(statSync(plan).mode & 0o777).toBe(0o600);
    expect(await Bun.file(plan).json()).toMatchObject({
      version: 1,
      protocolVersion: 1,
      providerUpserts: { vault: world.vault },
      targets: [
        { type: "models.providers.apiKey", providerId: "mock" },
        { type: "models.providers.*.headers.*" },
        { type: "channels.telegram.botToken", path: "channels.telegram.botToken" },
        {
          type: "auth-profiles.api_key.key",
          agentId: "main",
          ref: { source: "store", id: "OPENAI_API_KEY" },
        },
      ],
    });
    expect(world.holding(...SECRETS)).toEqual(["credentials/secrets.json"]);
    expect((await world.run("audit", "--check")).code).toBe(0);
  });

  test("providers alone are changed and removed; a reference that still needs one keeps it", async () => {
    await using world = await SecretsHome.open();
    await world.apply(world.plan());
    const removal: Answer[] = [
      ["Where are secrets kept?", "Remove vault"],
      ["Where are secrets kept?", "Go on"],
    ];
    const refused = await configure(world, removal, "--providers-only");
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining("secrets.providers.vault is not set up"),
    ]);
    const added = await configure(
      world,
      [
        ["Where are secrets kept?", "Add"],
        ["Its alias", "here"],
        ["What kind", "Environment"],
        ["Variables it may read", "A_KEY B_KEY"],
        ["Where are secrets kept?", "Go on"],
      ],
      "--providers-only",
      "--json",
    );
    expect(JSON.parse(added.stdout)).toMatchObject({
      plan: { providerUpserts: { here: { source: "env", allowlist: ["A_KEY", "B_KEY"] } }, targets: [] },
      preflight: { mode: "dry-run", changed: true },
    });
    expect(world.read("openclaw.json")).not.toContain("A_KEY");
  });

  test("a new stored credential is made that only refers to its key, and a no leaves all as it was", async () => {
    await using world = await SecretsHome.open();
    const answers = (): Answer[] => [
      ["Which credentials", ["A new stored credential"]],
      ["Of which model provider?", "groq"],
      ["What is it?", "An API key"],
      ["Its name", undefined],
      ["stored credential groq:default", "environment variable"],
      ["Name of the variable", "TELEGRAM_BOT_TOKEN"],
      ["Apply this plan now?", true],
      ["There is no way back", false],
    ];
    const no = await configure(world, answers(), "--skip-provider-setup");
    expect([no.code, no.stdout]).toEqual([0, expect.stringContaining("Nothing was applied.")]);
    expect(world.has("state", "openclaw.sqlite")).toBe(false);
    const yes = await configure(
      world,
      answers().map(([question, answer]) => [question, answer === false ? true : answer]),
      "--skip-provider-setup",
    );
    expect(yes.code).toBe(0);
    const [profile] = await world.withProfiles(({ authProfiles }) => authProfiles.list());
    expect(profile).toMatchObject({
      id: "groq:default",
      credential: { keyRef: { source: "env", provider: "default", id: "TELEGRAM_BOT_TOKEN" } },
    });
    expect(world.read(".env")).toContain(BOT_TOKEN);
  });
});
