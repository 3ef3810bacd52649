import type { ModelApi, ModelRequest } from "./request.ts";

/** Variants of a status that providers tell apart in the body. */
export type FailureKind = "overflow" | "quota";

export interface ProviderFailure {
  readonly status: number;
  readonly kind?: FailureKind | undefined;
  /** Replaces the provider's own sentence. */
  readonly message?: string;
  /** Sent as `retry-after`, in seconds. */
  readonly retryAfterS?: number;
}

interface OpenAiError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** The JSON body a provider of this API sends with the failure. */
export function failureBody(failure: ProviderFailure, request: Pick<ModelRequest, "api" | "model">): object {
  if (request.api === "anthropic-messages") {
    return { type: "error", error: anthropicError(failure, request.model), request_id: "req_mock" };
  }
  return {
    error: request.api === "google-generative-ai" ? googleError(failure) : openAiError(failure, request),
  };
}

const GOOGLE: Readonly<Record<number, readonly [status: string, message: string]>> = {
  400: ["INVALID_ARGUMENT", "Request contains an invalid argument."],
  401: ["UNAUTHENTICATED", "API key not valid. Please pass a valid API key."],
  403: ["PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."],
  404: ["NOT_FOUND", "models/mock-1 is not found for API version v1beta."],
  429: ["RESOURCE_EXHAUSTED", "You have sent too many requests. Please wait."],
  503: ["UNAVAILABLE", "The model is overloaded. Please try again later."],
};

/** `{code, message, status}` of a Google error. */
export function googleError(failure: ProviderFailure): { code: number; message: string; status: string } {
  const [status, message] = GOOGLE[failure.status] ?? ["INTERNAL", "An internal error has occurred."];
  return { code: failure.status, message: failure.message ?? message, status };
}

/** Headers a provider of this API sends with the failure, beside the content type. */
export function failureHeaders(failure: ProviderFailure, api: ModelApi): Record<string, string> {
  return {
    [api === "anthropic-messages" ? "request-id" : "x-request-id"]: "req_mock",
    ...(failure.retryAfterS === undefined ? {} : { "retry-after": String(failure.retryAfterS) }),
  };
}

/** `{type, message}` of an Anthropic error. */
export function anthropicError(failure: ProviderFailure, model: string): { type: string; message: string } {
  const { type, message } = anthropicRow(failure, model);
  return { type, message: failure.message ?? message };
}

function anthropicRow(failure: ProviderFailure, model: string): { type: string; message: string } {
  if (failure.kind === "overflow") {
    return { type: "invalid_request_error", message: "prompt is too long: 213462 tokens > 200000 maximum" };
  }
  if (failure.kind === "quota") {
    return {
      type: "invalid_request_error",
      message: "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
    };
  }
  switch (failure.status) {
    case 400:
      return { type: "invalid_request_error", message: "messages: at least one message is required" };
    case 401:
      return { type: "authentication_error", message: "invalid x-api-key" };
    case 403:
      return {
        type: "permission_error",
        message: "Your API key does not have permission to use the specified resource",
      };
    case 404:
      return { type: "not_found_error", message: `model: ${model}` };
    case 413:
      return { type: "request_too_large", message: "Request exceeds the maximum size" };
    case 429:
      return {
        type: "rate_limit_error",
        message: "This request would exceed the rate limit for your organization of 50 requests per minute.",
      };
    case 529:
      return { type: "overloaded_error", message: "Overloaded" };
    default:
      return { type: "api_error", message: "Internal server error" };
  }
}

/** `{message, type, param, code}` of an OpenAI error. */
export function openAiError(
  failure: ProviderFailure,
  request: Pick<ModelRequest, "api" | "model">,
): OpenAiError {
  const row = openAiRow(failure, request);
  return { ...row, message: failure.message ?? row.message };
}

function openAiRow(failure: ProviderFailure, request: Pick<ModelRequest, "api" | "model">): OpenAiError {
  const invalid = { type: "invalid_request_error", param: null, code: null };
  if (failure.kind === "overflow") {
    return request.api === "openai-responses"
      ? {
          ...invalid,
          message:
            "Your input exceeds the context window of this model. Please adjust your input and try again.",
          param: "input",
          code: "context_length_exceeded",
        }
      : {
          ...invalid,
          message:
            "This model's maximum context length is 128000 tokens. However, your messages resulted in " +
            "150000 tokens. Please reduce the length of the messages.",
          param: "messages",
          code: "context_length_exceeded",
        };
  }
  if (failure.kind === "quota") {
    return {
      message: "You exceeded your current quota, please check your plan and billing details.",
      type: "insufficient_quota",
      param: null,
      code: "insufficient_quota",
    };
  }
  switch (failure.status) {
    case 400:
      return { ...invalid, message: "Invalid value for 'temperature'.", param: "temperature" };
    case 401:
      return {
        ...invalid,
        message: "Incorrect API key provided: mock-key. You can find your API key in the account page.",
        code: "invalid_api_key",
      };
    case 403:
      return {
        message: "Country, region, or territory not supported",
        type: "request_forbidden",
        param: null,
        code: "unsupported_country_region_territory",
      };
    case 404:
      return {
        ...invalid,
        message: `The model \`${request.model}\` does not exist or you do not have access to it.`,
        code: "model_not_found",
      };
    case 429:
      return {
        message: `Rate limit reached for ${request.model} on requests per min (RPM): Limit 3, Used 3, Requested 1.`,
        type: "requests",
        param: null,
        code: "rate_limit_exceeded",
      };
    case 503:
    case 529:
      return {
        message: "The engine is currently overloaded, please try again later",
        type: "server_error",
        param: null,
        code: "overloaded",
      };
    default:
      return {
        message: "The server had an error while processing your request. Sorry about that!",
        type: "server_error",
        param: null,
        code: null,
      };
  }
}
