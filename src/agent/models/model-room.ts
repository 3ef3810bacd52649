import type { Api, AssistantMessageEventStream, Model as EngineModel } from "@earendil-works/pi-ai";
import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Egress } from "../../lib/egress/index.ts";
import type { Logger } from "../../lib/logger.ts";
import { type SecretRegistry, secretRegistry } from "../../lib/redact.ts";
import type { AuthProfileRepository, KvRepository } from "../../store/index.ts";
import * as admin from "./admin/index.ts";
import { FailureMemory } from "./call/failure-memory.ts";
import { ModelCalls } from "./call/calls.ts";
import { canonicalProvider, Catalogue } from "./catalog/index.ts";
import * as choice from "./choice/index.ts";
import { CredentialPool, NO_REFERENCES, OAuthTokens, type StoredReferences } from "./credentials/index.ts";
import { storedOrder } from "./credentials/stored-order.ts";
import { modelInfo } from "./info.ts";
import { LocalServers } from "./local/index.ts";
import type {
  ModelCall,
  ModelFailure,
  ModelInfo,
  ModelPlan,
  ModelRef,
  Models,
  ThinkingLevel,
} from "./model.ts";
import type { GuideFacts } from "./guide/facts.ts";

export interface ModelRoomDeps {
  /** The configuration in force, its secrets resolved. */
  readonly config: () => OpenClawConfig;
  /** The environment, with what the state folder's `.env` adds. */
  readonly variables: () => Readonly<Record<string, string>>;
  readonly store: { readonly authProfiles: AuthProfileRepository; readonly kv: KvRepository };
  readonly egress: Egress;
  readonly clock: Clock;
  readonly log: Logger;
  /** What the built-in model can tell of this gateway. */
  readonly guide: GuideFacts;
  /** Keeps keys out of logs; one of its own when absent. */
  readonly secrets?: SecretRegistry;
  /** Reads what stored credentials refer to; when absent, no reference has a value. */
  readonly references?: StoredReferences;
  /** In [0, 1); `Math.random` when absent. */
  readonly random?: () => number;
}

/** The models of one gateway. */
export class ModelRoom implements Models, admin.ModelAdmin {
  readonly signIns: admin.SignIns;
  readonly #deps: ModelRoomDeps;
  readonly #catalogue: Catalogue;
  readonly #local: LocalServers;
  readonly #pool: CredentialPool;
  readonly #resolver: choice.Resolver;
  readonly #planner: choice.Planner;
  readonly #failures: FailureMemory;
  readonly #calls: ModelCalls;

  constructor(deps: ModelRoomDeps) {
    const { config, variables, store, egress, clock, log } = deps;
    const secrets = deps.secrets ?? secretRegistry();
    const local = new LocalServers({ egress, clock, variables });
    this.#deps = deps;
    this.#local = local;
    this.#catalogue = new Catalogue({ config, variables, local });
    this.#pool = new CredentialPool({
      profiles: store.authProfiles,
      storedOrder: () => storedOrder(store.kv),
      oauth: new OAuthTokens({ profiles: store.authProfiles, clock }),
      references: deps.references ?? NO_REFERENCES,
      catalogue: this.#catalogue,
      config,
      variables,
      clock,
      log,
      hide: (secret) => void secrets.add(secret),
    });
    this.signIns = new admin.SignIns({ profiles: store.authProfiles, kv: store.kv, pool: this.#pool, clock });
    this.#resolver = new choice.Resolver(this.#catalogue, config);
    this.#planner = new choice.Planner({
      config,
      resolver: this.#resolver,
      automatic: () => this.#automatic(),
      seesImages: async (ref) => (await this.#catalogue.engineModel(ref)).input.includes("image"),
    });
    this.#failures = new FailureMemory(secrets);
    this.#calls = new ModelCalls({
      catalogue: this.#catalogue,
      pool: this.#pool,
      egress,
      clock,
      log,
      config,
      variables,
      random: deps.random ?? Math.random,
      failures: this.#failures,
      guide: async () => (await import("./guide/guide.ts")).guideStreams(deps.guide, clock),
    });
  }

  resolve(text: string, agentId: string): Promise<ModelRef & { readonly profileId?: string }> {
    return this.#resolver.resolve(text, agentId);
  }

  plan(request: Parameters<Models["plan"]>[0]): Promise<ModelPlan> {
    return this.#planner.plan(request);
  }

  async info(ref: ModelRef, agentId?: string): Promise<ModelInfo> {
    return modelInfo({ ...this.#deps, catalogue: this.#catalogue, pool: this.#pool }, ref, agentId);
  }

  engineModel(ref: ModelRef): Promise<EngineModel<Api>> {
    return this.#catalogue.engineModel(ref);
  }

  async thinking(request: Parameters<Models["thinking"]>[0]): Promise<ThinkingLevel> {
    return choice.thinkingOf(this.#deps.config(), await this.engineModel(request.ref), request);
  }

  stream(call: ModelCall): AssistantMessageEventStream {
    return this.#calls.stream(call);
  }

  failureOf(message: { readonly errorMessage?: string }): ModelFailure {
    return this.#failures.of(message.errorMessage);
  }

  /** A key that signs plain requests to a provider in, such as those for embeddings; logins of people are left alone. */
  async apiKey(provider: string): Promise<string | undefined> {
    const { ready, resting } = await this.#pool.standing(canonicalProvider(provider));
    const credentials = [...ready, ...resting.map(({ credential }) => credential)];
    return credentials.find(({ kind, apiKey }) => kind !== "oauth" && apiKey !== undefined)?.apiKey;
  }

  /** Stored credentials whose secret cannot be read at present. */
  unreadReferences(): Promise<string[]> {
    return this.#pool.unread();
  }

  list(query: admin.ListQuery): Promise<readonly admin.ListedModel[]> {
    return admin.listModels(
      {
        config: this.#deps.config,
        catalogue: this.#catalogue,
        pool: this.#pool,
        local: this.#local,
        automatic: () => this.#automatic(),
      },
      query,
    );
  }

  probe(request: admin.ProbeRequest): Promise<admin.ProbeResult> {
    const { clock } = this.#deps;
    return admin.probe({ catalogue: this.#catalogue, pool: this.#pool, calls: this.#calls, clock }, request);
  }

  authStatus(options: { readonly refresh?: boolean } = {}): Promise<admin.AuthStatus> {
    if (options.refresh === true) this.#pool.forget();
    const { store, clock } = this.#deps;
    return admin.authStatus({
      catalogue: this.#catalogue,
      pool: this.#pool,
      profiles: store.authProfiles,
      now: () => clock.now(),
    });
  }

  #automatic(): Promise<ModelRef> {
    return choice.automaticModel(this.#catalogue, this.#pool, this.#local);
  }
}
