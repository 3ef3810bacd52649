import {
  ConfiguredRoster,
  type Models,
  type Sessions,
  type Roster,
  UnknownModelError,
} from "../../../../../src/agent/index.ts";
import { type OpenClawConfig, validateConfig } from "../../../../../src/config/index.ts";
import { type AuthPolicy, DEFAULT_POLICY, GatewayAuth } from "../../../../../src/gateway/auth/index.ts";
import { GatewayAuthority } from "../../../../../src/gateway/authority.ts";
import { HttpApi } from "../../../../../src/gateway/http/api.ts";
import { openAiRoutes, type OpenAiDeps } from "../../../../../src/gateway/http/openai/index.ts";
import { Metrics } from "../../../../../src/gateway/state/metrics.ts";
import { systemClock } from "../../../../../src/lib/clock.ts";
import { Egress } from "../../../../../src/lib/egress/index.ts";
import { randomIds } from "../../../../../src/lib/ids.ts";
import { silentLogger } from "../../../../../src/lib/logger.ts";
import type { SessionKey } from "../../../../../src/protocol/index.ts";
import { openStore } from "../../../../../src/store/index.ts";
import { tempHome } from "../../../../support/temp-home.ts";
import { ScriptedRuns } from "./scripted-runs.ts";

export const TOKEN = "correct horse battery staple";

export interface ServeOptions {
  readonly config?: object;
  readonly policy?: Partial<AuthPolicy>;
  readonly egress?: OpenAiDeps["egress"];
  readonly env?: Readonly<Record<string, string>>;
}

/** The routes on a socket of their own, with the gate of a real gateway before them and scripted runs behind. */
export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly runs: ScriptedRuns;
  /** Replaces the configuration in force. */
  configure(config: object): void;
  /** A request with the right token unless `authorization` is given. */
  call(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function serve(options: ServeOptions = {}): Promise<Served> {
  const home = await tempHome();
  const clock = systemClock;
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
  const api = new HttpApi({
    routes: openAiRoutes({
      agent: { roster, runs, sessions: sessionKeys(roster), models: twoModels },
      config: () => config,
      env: options.env ?? {},
      egress: options.egress ?? new Egress({ clock }),
      clock,
      ids: randomIds,
      log: silentLogger,
    }),
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
      return api.handle(request, peer, () => self.timeout(request, 0));
    },
  });
  const url = server.url.origin;
  const served: Served = {
    url,
    runs,
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

/** Only what is said of keys; the rest is not asked for here. */
function sessionKeys(roster: Roster): Sessions {
  return {
    canonical: (key, agentId = roster.defaultId) =>
      (key.startsWith("agent:") ? key : `agent:${agentId}:${key}`) as SessionKey,
    agentOf: (key) => key.split(":")[1] ?? "",
    main: (agentId) => `agent:${agentId}:main` as SessionKey,
    isGroup: () => unused("isGroup"),
    get: () => unused("get"),
    list: () => unused("list"),
    enter: () => unused("enter"),
    patch: () => unused("patch"),
    reset: () => unused("reset"),
    remove: () => unused("remove"),
    context: () => unused("context"),
    wireMessage: () => unused("wireMessage"),
    row: () => unused("row"),
    bySessionId: () => unused("bySessionId"),
    keepLast: () => unused("keepLast"),
    history: () => unused("history"),
    historySince: () => unused("historySince"),
    message: () => unused("message"),
    preview: () => unused("preview"),
    titles: () => unused("titles"),
    search: () => unused("search"),
    maySend: () => unused("maySend"),
  };
}

const twoModels: Models = {
  resolve: async (text) => {
    const [provider = "", ...model] = text.split("/");
    if (provider !== "mock") throw new UnknownModelError(`Unknown model: ${text}.`);
    return { provider, model: model.join("/") };
  },
  plan: () => unused("plan"),
  info: () => unused("info"),
  engineModel: () => unused("engineModel"),
  thinking: () => unused("thinking"),
  stream: () => unused("stream"),
  failureOf: () => unused("failureOf"),
};
