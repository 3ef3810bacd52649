import { isRecord } from "../../../src/lib/records.ts";

/** A call as it came in. */
export interface SeenCall {
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Files of a multipart call, by field. */
  readonly files: Readonly<Record<string, { readonly name: string; readonly text: string }>>;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

/** What a call is answered: a result, or a response as it is. */
export type Reply = { readonly result: unknown } | Response | Promise<Response>;

/** A Bot API of a few lines: every call is remembered and answered by a function. */
export interface TinyBotApi extends AsyncDisposable {
  readonly root: string;
  readonly calls: SeenCall[];
  /** Names of the calls in order, without `getUpdates`. */
  readonly names: () => string[];
}

export const TOKEN = "4242:AAtinytokenAAtinytokenAAtinytoken01";

export function refusal(code: number, description: string, parameters?: object): Response {
  return Response.json(
    { ok: false, error_code: code, description, ...(parameters && { parameters }) },
    { status: code },
  );
}

export const SELF = {
  id: 4242,
  is_bot: true,
  first_name: "MockBot",
  username: "mock_bot",
  can_read_all_group_messages: true,
};

/** Never answers. */
export const silence = (): Promise<Response> => new Promise(() => {});

export function tinyBotApi(answer: (call: SeenCall) => Reply | undefined): TinyBotApi {
  const calls: SeenCall[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const [, token, method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(url.pathname) ?? [];
      const { payload, files } = await payloadOf(request);
      const call = { method: method || url.pathname, payload, files, signal: request.signal };
      calls.push(call);
      if (method !== "" && token !== TOKEN) return refusal(401, "Unauthorized");
      const reply = answer(call) ?? {
        result: method === "getMe" ? SELF : method === "getUpdates" ? [] : true,
      };
      return "result" in reply ? Response.json({ ok: true, result: reply.result }) : await reply;
    },
  });
  return {
    root: `http://127.0.0.1:${server.port}`,
    calls,
    names: () => calls.map((call) => call.method).filter((name) => name !== "getUpdates"),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

async function payloadOf(request: Request): Promise<Pick<SeenCall, "payload" | "files">> {
  const type = request.headers.get("content-type") ?? "";
  if (type.includes("json")) {
    const value: unknown = await request.json();
    return { payload: isRecord(value) ? value : {}, files: {} };
  }
  if (!type.includes("multipart")) return { payload: {}, files: {} };
  const payload: Record<string, unknown> = {};
  const files: Record<string, { name: string; text: string }> = {};
  for (const [name, value] of await request.formData()) {
    if (typeof value === "string") payload[name] = value;
    else files[name] = { name: value.name, text: await value.text() };
  }
  return { payload, files };
}
