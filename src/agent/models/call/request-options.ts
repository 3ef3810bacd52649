import type {
  Api,
  Model as EngineModel,
  SimpleStreamOptions,
  TranscriptContext,
} from "@earendil-works/pi-ai";
import type { FetchFunction } from "../../../lib/egress/index.ts";
import { isObject } from "../json.ts";
import type { Credential } from "../credentials/index.ts";

/** What goes into the options of one request. */
export interface RequestParts {
  readonly model: EngineModel<Api>;
  readonly credential: Credential;
  readonly context: TranscriptContext;
  /** What the turn asked for; wins. */
  readonly asked: SimpleStreamOptions;
  /** `params` of this model in `agents.*.models`. */
  readonly params: Readonly<Record<string, unknown>>;
  /** `models.providers.<id>.authHeader`. */
  readonly authHeader: boolean;
  readonly sessionHeader: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly fetch: FetchFunction | undefined;
}

/** Stands for a key where a server of one's own wants none and the library insists. */
const NO_KEY = "none";

/** The engine's own time-outs and retries are out of the way: both are decided here. */
const NEVER_MS = 2_147_483_647;

export function requestOptions(parts: RequestParts): SimpleStreamOptions {
  const { model, credential, context, asked, params, signal, fetch } = parts;
  const { temperature, maxTokens, cacheRetention, thinking: _, ...rest } = params;
  const headers = { ...headersOf(parts), ...asked.headers };
  const sampling = { ...rest, ...asked.samplingParams };
  const options: SimpleStreamOptions = {
    ...(typeof temperature === "number" && { temperature }),
    ...(typeof maxTokens === "number" && { maxTokens }),
    ...(isRetention(cacheRetention) && { cacheRetention }),
    ...(model.api === "openai-completions" && hasTools(context) && { toolChoice: "auto" }),
    // The other transports go around the one way out.
    transport: "sse",
    ...asked,
    signal,
    apiKey:
      credential.apiKey ??
      (credential.headers === undefined && credential.kind === "none" ? NO_KEY : undefined),
    env: credential.env === undefined ? parts.variables : { ...parts.variables, ...credential.env },
    maxRetries: 0,
    timeoutMs: NEVER_MS,
    ...(fetch !== undefined && { fetch }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(sampling).length > 0 && { samplingParams: sampling }),
  };
  return model.api === "anthropic-messages" && Object.keys(sampling).length > 0
    ? { ...options, onPayload: anthropicSampling(sampling, asked.onPayload) }
    : options;
}

function headersOf({
  credential,
  authHeader,
  sessionHeader,
  asked,
}: RequestParts): Record<string, string | null> {
  const key = credential.apiKey;
  return {
    ...(authHeader && key !== undefined && { Authorization: `Bearer ${key}`, "x-api-key": null }),
    ...(sessionHeader !== undefined && asked.sessionId !== undefined && { [sessionHeader]: asked.sessionId }),
    ...credential.headers,
  };
}

/** The engine puts sampling parameters into OpenAI's bodies only; Anthropic takes some of them under the same names. */
function anthropicSampling(
  sampling: Readonly<Record<string, unknown>>,
  next: SimpleStreamOptions["onPayload"],
): NonNullable<SimpleStreamOptions["onPayload"]> {
  return async (payload, model) => {
    const stop = sampling.stop_sequences ?? sampling.stop;
    const own = {
      ...(sampling.top_p !== undefined && { top_p: sampling.top_p }),
      ...(sampling.top_k !== undefined && { top_k: sampling.top_k }),
      ...(stop !== undefined && { stop_sequences: Array.isArray(stop) ? stop : [stop] }),
    };
    const changed = isObject(payload) ? { ...payload, ...own } : payload;
    return (await next?.(changed, model)) ?? changed;
  };
}

function hasTools({ messages }: TranscriptContext): boolean {
  return messages.some((message) => message.role === "system" && (message.toolsAdded?.length ?? 0) > 0);
}

function isRetention(value: unknown): value is "none" | "short" | "long" {
  return value === "none" || value === "short" || value === "long";
}
