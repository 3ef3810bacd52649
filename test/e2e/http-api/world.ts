import OpenAI from "openai";
import type { FakeModelProvider, FakeOptions } from "../../fakes/model-provider/index.ts";
import { type TurnWorld, turnWorld } from "../turns/support/index.ts";

/** A compiled gateway with the fake behind it, and the official `openai` package before it. */
export interface ApiWorld extends TurnWorld {
  readonly client: OpenAI;
  /** A request with the gateway's token unless `authorization` is given. */
  call(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface ApiOptions {
  readonly fake?: FakeOptions;
  /** The whole configuration; the default is that of a gateway that asks the fake. */
  readonly config?: (fake: FakeModelProvider) => Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts both; `spare` is a second provider with a credential of its own, for what makes one rest. */
export async function apiWorld({ fake: fakeOptions, config, env }: ApiOptions = {}): Promise<ApiWorld> {
  const world = await turnWorld({
    fake: { paceMs: 0, ...fakeOptions },
    config: config ?? withSpare,
    ...(env && { gateway: { env } }),
  });
  const { gateway } = world;
  const call = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${gateway.token}`);
    if (headers.get("authorization") === "") headers.delete("authorization");
    return fetch(`${gateway.httpUrl}${path}`, { ...init, headers });
  };
  const result: ApiWorld = {
    ...world,
    client: new OpenAI({ baseURL: `${gateway.httpUrl}/v1`, apiKey: gateway.token ?? "" }),
    call,
    post: (path, body, headers = {}) =>
      call(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
  return result;
}

function withSpare(fake: FakeModelProvider): Record<string, unknown> {
  const spare = fake.providerConfig("openai-completions", { apiKey: "spare-key" });
  return { models: { providers: { mock: fake.providerConfig(), spare } } };
}

/** What a call throws; its promise only sends the request once somebody waits for it. */
export async function failureOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

/** One user message. */
export function says(content: string): { messages: [{ role: "user"; content: string }] } {
  return { messages: [{ role: "user", content }] };
}
