import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { openStore } from "../../../src/store/index.ts";
import { type TempHome, tempHome } from "../../support/index.ts";
import { cli, type CliRun } from "../in-process.ts";

export const BOT_TOKEN = "123456:canary-bot-token-0123456789abcdefghi";
export const MODEL_KEY = "sk-canary-model-key-0123456789";
export const STORED_KEY = "sk-canary-stored-key-0123456789";
export const SECRETS = [BOT_TOKEN, MODEL_KEY, STORED_KEY];

/** A configuration with secrets in plain text, and a comment that somebody cares for. */
export const CONFIG = `{
  // kept by hand
  gateway: { mode: "local", auth: { mode: "none" } },
  models: {
    providers: {
      mock: {
        baseUrl: "http://127.0.0.1:9/v1", // the one in the cellar
        api: "openai-completions",
        apiKey: "${MODEL_KEY}",
        headers: { "X-Api-Key": "${MODEL_KEY}", "X-Title": "mine" },
        models: [],
      },
    },
  },
  channels: { telegram: { enabled: false, botToken: "${BOT_TOKEN}" } },
}
`;

/** References that a vault file answers. */
export const vaultRef = (id: string) => ({ source: "file", provider: "vault", id });

/** A home whose secrets stand everywhere in plain text, with a vault that holds them too. */
export class SecretsHome implements AsyncDisposable {
  private constructor(readonly home: TempHome) {}

  static async open(config: string = CONFIG): Promise<SecretsHome> {
    const home = await tempHome();
    await home.write(".openclaw/openclaw.json", config);
    await home.write(".openclaw/.env", `# mine\nTELEGRAM_BOT_TOKEN=${BOT_TOKEN} # old\nOTHER=1\n`);
    const vault = await home.write("vault.json", { bot: BOT_TOKEN, model: MODEL_KEY, stored: STORED_KEY });
    chmodSync(vault, 0o600);
    return new SecretsHome(home);
  }

  get vault(): object {
    return { source: "file", path: this.home.at("vault.json") };
  }

  /** The plan that migrates everything. */
  plan(more: object = {}, extra: readonly object[] = []): object {
    return {
      version: 1,
      protocolVersion: 1,
      providerUpserts: { vault: this.vault },
      targets: [
        { type: "models.providers.apiKey", path: "models.providers.mock.apiKey", ref: vaultRef("/model") },
        {
          type: "models.providers.*.headers.*",
          path: "models.providers.mock.headers.X-Api-Key",
          ref: vaultRef("/model"),
        },
        { type: "channels.telegram.botToken", path: "channels.telegram.botToken", ref: vaultRef("/bot") },
        ...extra,
      ],
      ...more,
    };
  }

  run(...args: readonly string[]): Promise<CliRun> {
    return cli(["secrets", ...args], { home: this.home.path });
  }

  async apply(plan: object, ...flags: readonly string[]): Promise<CliRun> {
    const path = await this.home.write("plan.json", plan);
    return this.run("apply", "--from", path, ...flags);
  }

  /** Stores a key as a gateway would. */
  async store(id: string, key: string, type: "api_key" | "token" = "api_key"): Promise<void> {
    await this.withProfiles(({ authProfiles }) =>
      authProfiles.put({
        id,
        provider: id.split(":")[0] ?? "",
        type,
        credential: { key },
        createdAt: 1,
        updatedAt: 1,
      }),
    );
  }

  async withProfiles<T>(work: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> {
    const path = this.at("state", "openclaw.sqlite");
    const store = await openStore({ path, clock: systemClock, log: silentLogger });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  at(...path: readonly string[]): string {
    return this.home.at(".openclaw", ...path);
  }

  read(...path: readonly string[]): string {
    return readFileSync(this.at(...path), "utf8");
  }

  has(...path: readonly string[]): boolean {
    return existsSync(this.at(...path));
  }

  /** Files below the state folder that hold one of the texts. */
  holding(...texts: readonly string[]): string[] {
    const found: string[] = [];
    const visit = (folder: string) => {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        const stat = statSync(path);
        if (stat.isDirectory()) visit(path);
        else if (stat.isFile() && texts.some((text) => readFileSync(path, "latin1").includes(text)))
          found.push(path.slice(this.at().length + 1));
      }
    };
    visit(this.at());
    return found.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home[Symbol.asyncDispose]();
  }
}
