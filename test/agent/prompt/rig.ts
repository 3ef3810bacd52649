import { Type } from "@sinclair/typebox";
import {
  ConfiguredRoster,
  type PromptInput,
  type Sender,
  type Tool,
  WorkspacePrompts,
} from "../../../src/agent/index.ts";
import { openClawRules } from "../../../src/config/index.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { cleanEnv, ManualClock, type TempHome, tempHome } from "../../support/index.ts";

/** Sat 2026-11-21 00:08 UTC. */
export const NOW = Date.UTC(2026, 10, 21, 0, 8);

export const OWNER: Sender = {
  id: "gateway-owner",
  isOwner: true,
  isAuthorized: true,
  isAdmin: true,
  channel: "webchat",
  client: { id: "openclaw-control-ui", mode: "webchat" },
};

export const FRIEND: Sender = {
  id: "778",
  name: "Bo",
  username: "bo",
  isOwner: false,
  isAuthorized: true,
  isAdmin: false,
  channel: "telegram",
};

/** Prompts on a real folder and a real store. */
export class PromptRig implements AsyncDisposable {
  private constructor(
    readonly home: TempHome,
    readonly store: Store,
    readonly prompts: WorkspacePrompts,
    readonly clock: ManualClock,
    private readonly reconfigured: (config: object) => void,
  ) {}

  static async create(config: object = {}, env?: Record<string, string>): Promise<PromptRig> {
    const home = await tempHome();
    const clock = new ManualClock(NOW);
    const store = await openStore({
      path: home.at("state", "openclaw.sqlite"),
      clock,
      log: silentLogger,
    });
    let current = read(config);
    const roster = new ConfiguredRoster({
      config: () => current,
      paths: { home: home.path, stateDir: home.at("state"), workspaceDir: home.at("workspace") },
    });
    const prompts = new WorkspacePrompts({
      roster,
      config: () => current,
      kv: store.kv,
      clock,
      log: silentLogger,
      env: env ?? cleanEnv(home.path),
      host: { name: "box", system: "linux x64", shell: "bash" },
    });
    return new PromptRig(home, store, prompts, clock, (next) => {
      current = read(next);
    });
  }

  configure(config: object): void {
    this.reconfigured(config);
  }

  input(change: Partial<PromptInput> = {}): PromptInput {
    return {
      agentId: "main",
      sessionKey: "agent:main:main" as SessionKey,
      sender: OWNER,
      tools: [],
      model: "builtin/guide",
      mode: "full",
      isGroup: false,
      isFirstTurn: true,
      ...change,
    };
  }

  async text(change: Partial<PromptInput> = {}): Promise<string> {
    return (await this.prompts.build(this.input(change))).text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    await this.home[Symbol.asyncDispose]();
  }
}

function read(value: object) {
  const { ok, config, issues } = openClawRules.validate(value);
  if (!ok) throw new Error(JSON.stringify(issues));
  return config;
}

export function toolNamed(name: string): Tool {
  return {
    name,
    label: name,
    description: `Does ${name}.`,
    parameters: Type.Object({}),
    scope: "anyone",
    execute: async () => ({ content: [] }),
  };
}
