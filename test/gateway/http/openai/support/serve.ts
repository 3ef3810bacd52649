import {
  type AgentPart,
  ConfiguredRoster,
  type Models,
  type Roster,
  type Sessions,
  StoredSessions,
  UnknownModelError,
} from "../../../../../src/agent/index.ts";
import { type OpenClawConfig, validateConfig } from "../../../../../src/config/index.ts";
import { type AuthPolicy, DEFAULT_POLICY, GatewayAuth } from "../../../../../src/gateway/auth/index.ts";
import { GatewayAuthority } from "../../../../../src/gateway/authority.ts";
import { HttpApi } from "../../../../../src/gateway/http/api.ts";
import { openAiRoutes, type OpenAiDeps } from "../../../../../src/gateway/http/openai/index.ts";
import type { Route } from "../../../../../src/gateway/http/route.ts";
import { sessionHistoryRoute } from "../../../../../src/gateway/http/session-history.ts";
import { Metrics } from "../../../../../src/gateway/state/metrics.ts";
import { type Clock, systemClock } from "../../../../../src/lib/clock.ts";
import { Egress } from "../../../../../src/lib/egress/index.ts";
import { randomIds } from "../../../../../src/lib/ids.ts";
import { silentLogger } from "../../../../../src/lib/logger.ts";
import { openStore, type Store } from "../../../../../src/store/index.ts";
import { tempHome } from "../../../../support/temp-home.ts";
import { ScriptedRuns } from "./scripted-runs.ts";

export const TOKEN = "correct horse battery staple";

export interface ServeOptions {
  readonly config?: object;
  readonly policy?: Partial<AuthPolicy>;
  readonly egress?: OpenAiDeps["egress"];
  /** The real one, unless the test moves time itself. */
  readonly clock?: Clock;
  /** Keys of providers of embeddings. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Takes the requests in place of scripted runs and models. */
  readonly agent?: (parts: Parts) => Pick<AgentPart, "runs" | "models">;
}

/** What runs of a test's own may be made from. */
export interface Parts {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly roster: Roster;
  readonly config: () => OpenClawConfig;
}

/** The routes on a socket of their own, with the gate of a real gateway before them and scripted runs behind. */
export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly routes: readonly Route[];
  /** Hears nothing when the test brought runs of its own. */
  readonly runs: ScriptedRuns;
  readonly store: Store;
  readonly sessions: Sessions;
  /** Replaces the configuration in force. */
  configure(config: object): void;
  /** A request with the right token unless `authorization` is given. */
  call(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function serve(options: ServeOptions = {}): Promise<Served> {
  const home = await tempHome();
  const clock = options.clock ?? systemClock;
  const store = await openStore({ path: home.at("state.sqlite"), clock, log: silentLogger });
  const auth = new GatewayAuth({
    policy: { ...DEFAULT_POLICY, token: TOKEN, ...options.policy },
    devices: store.devices,
    clock,
    ids: randomIds,
    log: silentLogger,
    publisher: { publish: () => undefined },
    whois: { lookup: () => Promise.reject(new Error("no tailnet here")) },
  });
  let config = configOf(options.config ?? {});
  const runs = new ScriptedRuns();
  const roster = new ConfiguredRoster({
    config: () => config,
    paths: { home: home.path, stateDir: home.at("state"), workspaceDir: home.at("workspace") },
  });
  const sessions = new StoredSessions({
    store,
    clock,
    ids: randomIds,
    config: () => config,
    defaultAgentId: () => roster.defaultId,
    modelOf: () => undefined,
  });
  const parts: Parts = { store, sessions, roster, config: () => config };
  const deps: OpenAiDeps = {
    agent: { roster, sessions, ...(options.agent?.(parts) ?? { runs, models: twoModels }) },
    config: () => config,
    apiKey: async (provider) => options.keys?.[provider],
    egress: options.egress ?? new Egress({ clock }),
    clock,
    ids: randomIds,
    log: silentLogger,
  };
  const routes = [...openAiRoutes(deps), sessionHistoryRoute({ sessions })];
  const api = new HttpApi({
    routes,
    authority: new GatewayAuthority(auth, clock),
    metrics: new Metrics(),
    log: silentLogger,
    strictTransportSecurity: () => undefined,
  });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request, self) => {
      const { headers } = request;
      const peer = {
        remoteAddress: self.requestIP(request)?.address ?? "",
        headers,
        origin: headers.get("origin") ?? undefined,
        host: headers.get("host") ?? undefined,
      };
      return api.handle(request, peer, {
        keepOpen: () => self.timeout(request, 0),
        hangUp: () => self.timeout(request, 1),
      });
    },
  });
  const url = server.url.origin;
  const served: Served = {
    url,
    routes,
    runs,
    store,
    sessions,
    configure: (next) => {
      config = configOf(next);
    },
    call: (path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has("authorization")) headers.set("authorization", `Bearer ${TOKEN}`);
      return fetch(`${url}${path}`, { ...init, headers });
    },
    post: (path, body, headers = {}) =>
      served.call(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      auth.stop();
      await store.close();
      await home[Symbol.asyncDispose]();
    },
  };
  return served;
}

function configOf(value: object): OpenClawConfig {
  const checked = validateConfig(value);
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.config;
}

function unused(what: string): never {
  throw new Error(`the HTTP API does not use ${what}`);
}

const twoModels: Models = {
  resolve: async (text) => {
    const [provider = "", ...model] = text.split("/");
    if (provider !== "mock") throw new UnknownModelError(`no provider is called "${provider}"`);
    return { provider, model: model.join("/") };
  },
  plan: () => unused("plan"),
  info: () => unused("info"),
  engineModel: () => unused("engineModel"),
  thinking: () => unused("thinking"),
  stream: () => unused("stream"),
  failureOf: () => unused("failureOf"),
};
