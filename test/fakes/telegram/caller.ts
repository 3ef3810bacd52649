import type { FakeTelegram } from "./server.ts";
import type { Json, TgMessage } from "./shapes.ts";
import type { Bot } from "./state/bot.ts";

/** Calls methods of the Bot API as any program could; the answer as it came. */
export interface Caller {
  (method: string, params?: Json): Promise<Json>;
  /** `result` of a call that must be ok. */
  ok(method: string, params?: Json): Promise<unknown>;
  /** The message a call made. */
  message(method: string, params?: Json): Promise<TgMessage>;
  /** `description` of a call that must be refused. */
  refused(method: string, params?: Json): Promise<string>;
}

/** A plain client for a bot. */
export function caller(telegram: FakeTelegram, bot: Bot): Caller {
  const call = async (method: string, params: Json = {}): Promise<Json> => {
    const response = await fetch(`${telegram.apiRoot}/bot${bot.token}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(params),
    });
    return (await response.json()) as Json;
  };
  const ok = async (method: string, params?: Json): Promise<unknown> => {
    const answer = await call(method, params);
    if (answer.ok !== true) throw new Error(`${method}: ${String(answer.description)}`);
    return answer.result;
  };
  return Object.assign(call, {
    ok,
    message: async (method: string, params?: Json) => (await ok(method, params)) as TgMessage,
    refused: async (method: string, params?: Json) => {
      const answer = await call(method, params);
      if (answer.ok !== false) throw new Error(`${method} was not refused`);
      return String(answer.description);
    },
  });
}
