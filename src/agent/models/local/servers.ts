import type { Clock } from "../../../lib/clock.ts";
import type { Egress } from "../../../lib/egress/index.ts";
import { DETECT_TIMEOUT_MS, DETECTED_FOR_MS } from "../limits.ts";

/** Servers of models that people run on their own machine: where they listen unless told otherwise, and what opts in. */
export const LOCAL_SERVERS = [
  { id: "ollama", name: "Ollama", port: 11_434, env: "OLLAMA_API_KEY" },
  { id: "lmstudio", name: "LM Studio", port: 1_234, env: "LM_API_TOKEN" },
  { id: "llamacpp", name: "llama.cpp", port: 8_080, env: "LLAMACPP_API_KEY" },
  { id: "vllm", name: "vLLM", port: 8_000, env: "VLLM_API_KEY" },
  { id: "sglang", name: "SGLang", port: 30_000, env: "SGLANG_API_KEY" },
] as const;

/** The server of a provider id; undefined for any other provider. */
export function localServer(id: string): LocalServer | undefined {
  return LOCAL_SERVERS.find((server) => server.id === id);
}

type LocalServer = (typeof LOCAL_SERVERS)[number];

export interface LocalServersDeps {
  readonly egress: Egress;
  readonly clock: Clock;
  /** `OLLAMA_HOST` moves Ollama. */
  readonly variables: () => Readonly<Record<string, string>>;
}

/** More than any list of local models is. */
const MAX_LIST_BYTES = 1_048_576;

/** The model servers on this machine. Looked for only when somebody asks; what was found is remembered for a minute. */
export class LocalServers {
  readonly #deps: LocalServersDeps;
  #found: ReadonlyMap<string, readonly string[]> = new Map();
  #lookedAt: number | undefined;
  #looking: Promise<void> | undefined;

  constructor(deps: LocalServersDeps) {
    this.#deps = deps;
  }

  /** Ids of the servers found by the last {@link detect}. */
  found(): readonly string[] {
    return [...this.#found.keys()];
  }

  /** Base URL of its OpenAI interface, whether it runs or not; undefined for any other provider. */
  address(id: string): string | undefined {
    const server = localServer(id);
    return server && `${this.#origin(server)}/v1`;
  }

  /** True when it was looked for, and nobody answered. */
  isDown(id: string): boolean {
    return this.#lookedAt !== undefined && localServer(id) !== undefined && !this.#found.has(id);
  }

  /** Ids of the models it has. */
  models(id: string): readonly string[] {
    return this.#found.get(id) ?? [];
  }

  /** Looks for the servers, all at once and briefly. `refresh` forgets what is remembered. Never throws. */
  detect(refresh = false): Promise<void> {
    const age = this.#lookedAt === undefined ? Infinity : this.#deps.clock.monotonic() - this.#lookedAt;
    if (!refresh && age < DETECTED_FOR_MS) return Promise.resolve();
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const answers = await Promise.all(LOCAL_SERVERS.map((server) => this.#ask(server)));
    this.#found = new Map(answers.filter((answer) => answer !== undefined));
    this.#lookedAt = this.#deps.clock.monotonic();
  }

  async #ask(server: LocalServer): Promise<readonly [string, readonly string[]] | undefined> {
    const origin = this.#origin(server);
    const limits = {
      responseTimeoutMs: DETECT_TIMEOUT_MS,
      idleTimeoutMs: DETECT_TIMEOUT_MS,
      totalTimeoutMs: 2 * DETECT_TIMEOUT_MS,
      maxBytes: MAX_LIST_BYTES,
      maxRedirects: 0,
    };
    try {
      const response = await this.#deps.egress.request(
        `${origin}/v1/models`,
        undefined,
        { reach: "public", trusted: [origin] },
        limits,
      );
      const models = response.ok ? modelIds(await response.json()) : undefined;
      return models === undefined ? undefined : [server.id, models];
    } catch {
      // Nobody there, or something else on that port: the usual case.
      return undefined;
    }
  }

  #origin({ id, port }: LocalServer): string {
    const host = id === "ollama" ? this.#deps.variables().OLLAMA_HOST : undefined;
    const address = host === undefined || host.includes("://") ? host : `http://${host}`;
    if (address === undefined || !URL.canParse(address)) return `http://127.0.0.1:${port}`;
    const url = new URL(address);
    // 0.0.0.0 is where a server listens, not where it is reached.
    if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
    if (url.port === "" && !address.includes("https:")) url.port = String(port);
    return url.origin;
  }
}

/** The ids of an OpenAI model list; undefined when it is something else. */
function modelIds(body: unknown): string[] | undefined {
  if (typeof body !== "object" || body === null || !("data" in body) || !Array.isArray(body.data))
    return undefined;
  const rows: readonly unknown[] = body.data;
  return rows.flatMap((row) =>
    typeof row === "object" && row !== null && "id" in row && typeof row.id === "string" ? [row.id] : [],
  );
}
