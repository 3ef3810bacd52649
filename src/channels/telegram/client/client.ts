import type { Api, InputFile } from "grammy";
import type { ApiMethods, Opts } from "grammy/types";
import type { Clock } from "../../../lib/clock.ts";
import type { Egress, EgressPolicy } from "../../../lib/egress/index.ts";
import { isRecord } from "../../../lib/records.ts";
import { CallError } from "./call-error.ts";
import { fetchFile } from "./download.ts";
import { KeptConnections } from "./kept-connections.ts";
import { CALL_TIMEOUT_MS, DOWNLOAD_TIMEOUT_MS, POLL_GRACE_MS, UPLOAD_TIMEOUT_MS } from "./limits.ts";
import { refusalError } from "./refusals.ts";
import { exchange, TransportError, type TransportInit } from "./transport.ts";

/** Longer than any call takes, in the unit the library wants. */
const LIBRARY_TIMEOUT_S = 86_400;

export interface ClientDeps {
  readonly token: string;
  /** Without a slash at its end. */
  readonly apiRoot: string;
  readonly egress: Egress;
  readonly policy: EgressPolicy;
  readonly clock: Clock;
  /** Folders in which a Bot API server on this machine keeps its files (`trustedLocalFileRoots`). */
  readonly localRoots?: readonly string[];
  /** Hears of every call that was answered or failed. */
  readonly heard?: (call: HeardCall) => void;
}

export interface HeardCall {
  readonly method: string;
  /** Absent when it was answered with success. */
  readonly error?: CallError;
}

export type BotMethod = keyof ApiMethods;
export type BotPayload<M extends BotMethod> = Opts<M>;
export type BotAnswer<M extends BotMethod> = ReturnType<ApiMethods[M]>;

/** The Bot API as one bot uses it. */
export interface TelegramClient {
  /** Makes one call, within its deadline: `call("sendMessage", { chat_id, text }, signal)`. @throws CallError, which is a SendError */
  call<M extends BotMethod>(method: M, payload: BotPayload<M>, signal?: AbortSignal): Promise<BotAnswer<M>>;
  /** A file to upload, for the fields of a payload that take one; its name is made harmless. */
  upload(content: Uint8Array | Blob, name: string): InputFile;
  /** Connections that were kept until now may be dead: the machine slept. */
  distrust(): void;
  /** Fetches a file by the `file_path` that `getFile` told. @throws CallError `refused` when it is larger than `maxBytes` */
  download(filePath: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** Methods the library takes no payload for. */
const BARE: ReadonlySet<BotMethod> = new Set([
  "getMe",
  "getWebhookInfo",
  "getForumTopicIconStickers",
  "getAvailableGifts",
  "logOut",
  "close",
  "getMyStarBalance",
  "removeMyProfilePhoto",
]);

type Grammy = typeof import("grammy/web");

/** Makes the client of one bot; grammY is loaded now. */
export async function telegramClient(deps: ClientDeps): Promise<TelegramClient> {
  // Its build for the web uses what the runtime has; the other one brings a fetch of its own.
  const grammy = await import("grammy/web");
  return new GrammyClient(grammy, deps);
}

class GrammyClient implements TelegramClient {
  readonly #grammy: Grammy;
  readonly #deps: ClientDeps;
  readonly #raw: Api["raw"];
  readonly #kept: KeptConnections;

  constructor(grammy: Grammy, deps: ClientDeps) {
    this.#grammy = grammy;
    this.#deps = deps;
    const { egress, policy, clock } = deps;
    this.#kept = new KeptConnections(clock);
    const api = new grammy.Api(deps.token, {
      apiRoot: deps.apiRoot,
      // Deadlines are kept here; the library's own must never be the first.
      timeoutSeconds: LIBRARY_TIMEOUT_S,
      fetch: (url: string, init: TransportInit) =>
        exchange(url, init, { egress, policy, mayReuse: this.#kept.mayReuse(methodOf(url)) }),
    });
    this.#raw = api.raw;
  }

  async call<M extends BotMethod>(
    method: M,
    payload: BotPayload<M>,
    signal?: AbortSignal,
  ): Promise<BotAnswer<M>> {
    const answer = await this.#bounded(method, this.#limitMs(payload), signal, (inner) => {
      const run: unknown = this.#raw[method];
      if (!isCallOf(method, run)) throw new TypeError(`${method} is no method of the Bot API`);
      return BARE.has(method) ? run(inner) : run(payload, inner);
    });
    if (this.#kept.mayReuse(method)) this.#kept.used();
    this.#deps.heard?.({ method });
    return answer;
  }

  upload(content: Uint8Array | Blob, name: string): InputFile {
    // The name goes into a header as it is.
    const data = content instanceof Blob ? content.stream() : content;
    return new this.#grammy.InputFile(data, name.replaceAll(/[\p{C}"\\;]+/gu, "_") || "file");
  }

  distrust(): void {
    this.#kept.distrust();
  }

  async download(filePath: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const { token, apiRoot, egress, policy, localRoots = [] } = this.#deps;
    const source = { token, apiRoot, egress, policy, localRoots };
    return await this.#bounded("download", DOWNLOAD_TIMEOUT_MS, signal, (inner) =>
      fetchFile(source, filePath, maxBytes, inner),
    );
  }

  /** Runs one request within its time. @throws CallError */
  async #bounded<T>(
    method: string,
    limitMs: number,
    signal: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted === true) {
      throw new CallError("busy", `${method} was not begun: it was broken off`, {
        trouble: "aborted",
        method,
      });
    }
    const end = new AbortController();
    const give = () => end.abort();
    let late = false;
    signal?.addEventListener("abort", give, { once: true });
    const timer = this.#deps.clock.after(limitMs, () => {
      late = true;
      end.abort();
    });
    try {
      return await run(end.signal);
    } catch (error) {
      throw this.#failed(late ? lateError(method, limitMs) : this.#callError(method, error));
    } finally {
      timer.cancel();
      signal?.removeEventListener("abort", give);
    }
  }

  /** What the library throws is looked at and dropped: it holds the address and the payload. */
  #callError(method: string, thrown: unknown): CallError {
    const { GrammyError, HttpError } = this.#grammy;
    if (thrown instanceof GrammyError) {
      const { error_code: code, description, parameters } = thrown;
      return refusalError(method, {
        code,
        description: this.#withoutToken(description),
        retryAfterSeconds: parameters.retry_after,
        migrateToChatId: parameters.migrate_to_chat_id,
      });
    }
    const inner = thrown instanceof HttpError ? thrown.error : thrown;
    if (inner instanceof TransportError) {
      const { failure, trouble, code, message } = inner;
      return new CallError(failure, `${method} failed: ${message}`, { trouble, method, code });
    }
    // No request came to an end, so it was its making that failed: a file that could not be read.
    return new CallError("refused", `${method} was not sent: what it uploads could not be read`, {
      trouble: "refused",
      method,
    });
  }

  /** What answers is not always Telegram, and may repeat the address it was called by. */
  #withoutToken(text: string): string {
    const { token } = this.#deps;
    const secret = token.slice(token.indexOf(":") + 1);
    return secret === "" ? text : text.replaceAll(secret, "***");
  }

  #failed(error: CallError): CallError {
    if (error.trouble === "timeout" || error.trouble === "broken") this.#kept.distrust();
    this.#deps.heard?.({ method: error.method, error });
    return error;
  }

  #limitMs(payload: unknown): number {
    if (holdsFile(payload, this.#grammy.InputFile)) return UPLOAD_TIMEOUT_MS;
    const waits = isRecord(payload) ? payload["timeout"] : undefined;
    return typeof waits === "number" ? waits * 1000 + POLL_GRACE_MS : CALL_TIMEOUT_MS;
  }
}

/** The method an address names. */
function methodOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

/** The library's types want signals of a package this build of it does not use; what it has under a name is that method. */
function isCallOf<M extends BotMethod>(
  _method: M,
  value: unknown,
): value is (...args: readonly unknown[]) => Promise<BotAnswer<M>> {
  return typeof value === "function";
}

function holdsFile(value: unknown, InputFile: Grammy["InputFile"]): boolean {
  if (value instanceof InputFile) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).some((one) => holdsFile(one, InputFile))
  );
}

function lateError(method: string, limitMs: number): CallError {
  return new CallError("uncertain", `Telegram did not answer ${method} within ${limitMs / 1000} s`, {
    trouble: "timeout",
    method,
  });
}
