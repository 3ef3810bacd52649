import { type GatewayClient, GatewayRequestError, GatewayTransportError } from "../../client/index.ts";
import type { chat, sessions } from "../../protocol/index.ts";
import { EXIT_OK } from "../errors.ts";
import type { Session } from "../session.ts";
import type { LineEditor } from "../terminal/line-editor.ts";
import type { AgentFlagValues } from "../commands/agent.ts";
import { AnswerView } from "./answer-view.ts";
import { ABORT_TIMEOUT_MS } from "./limits.ts";
import { type ChatEnd, listenToRun } from "./run-frames.ts";

const PROMPT = "> ";

/** A second Ctrl-C during an answer leaves the program. */
const EXIT_SIGINT = 130;

/** A conversation, line by line, until Ctrl-D; commands such as /help are the gateway's own. */
export async function converse(
  client: GatewayClient,
  session: Session,
  flags: AgentFlagValues,
  editor: LineEditor,
): Promise<number> {
  const { out } = session;
  const key = await sessionKeyOf(client, flags);
  out.aside(`Session ${key}. /help lists commands, Ctrl-C ends an answer, Ctrl-D leaves.`);
  const chat = new Chat(client, session, flags, key);
  while (true) {
    const typed = await editor.read(PROMPT);
    if (typed.kind === "ended") {
      out.line();
      return EXIT_OK;
    }
    if (typed.kind === "interrupted") {
      out.aside("Ctrl-D leaves.");
      continue;
    }
    if (typed.text.trim() === "") continue;
    if (await chat.say(typed.text, editor)) return EXIT_SIGINT;
  }
}

async function sessionKeyOf(client: GatewayClient, flags: AgentFlagValues): Promise<string> {
  if (flags.sessionId === undefined) {
    const rest = flags.sessionKey ?? "main";
    return flags.agent === undefined || rest.startsWith("agent:") ? rest : `agent:${flags.agent}:${rest}`;
  }
  const found = await client.request<typeof sessions.resolve>("sessions.resolve", {
    sessionId: flags.sessionId,
  });
  return found.ok ? found.key : flags.sessionId;
}

class Chat {
  readonly #client: GatewayClient;
  readonly #session: Session;
  readonly #flags: AgentFlagValues;
  readonly #key: string;
  readonly #lost = Promise.withResolvers<never>();

  constructor(client: GatewayClient, session: Session, flags: AgentFlagValues, key: string) {
    this.#client = client;
    this.#session = session;
    this.#flags = flags;
    this.#key = key;
    // Between two answers nobody waits for it; the next request says the same.
    this.#lost.promise.catch(() => {});
    client.on("disconnect", ({ code, reason }) => {
      const why = reason === "" ? `code ${code}` : `code ${code}: ${reason}`;
      this.#lost.reject(new GatewayTransportError("closed", `The gateway closed the connection (${why}).`));
    });
  }

  /** Says one thing and prints the answer; true when the person wants to leave in the middle of it. */
  async say(message: string, editor: LineEditor): Promise<boolean> {
    const runId = crypto.randomUUID();
    const view = new AnswerView(this.#session.out);
    const end = Promise.withResolvers<ChatEnd>();
    const leave = Promise.withResolvers<true>();
    const stopListening = listenToRun(this.#client, runId, {
      text: (full) => view.text(full),
      tool: (news) => view.tool(news),
      ended: (how) => end.resolve(how),
    });
    let interrupts = 0;
    const stopInterrupts = editor.onInterrupt(() => {
      interrupts += 1;
      if (interrupts > 1) leave.resolve(true);
      else this.#abort(runId);
    });
    try {
      const settled = await this.#send(message, runId);
      if (settled) return false;
      const how = await Promise.race([end.promise, leave.promise, this.#lost.promise]);
      if (how === true) return true;
      this.#show(how, view);
      return false;
    } catch (error) {
      if (!(error instanceof GatewayRequestError)) throw error;
      view.close();
      this.#session.out.warn(error.message);
      return false;
    } finally {
      view.close();
      stopInterrupts();
      stopListening();
    }
  }

  /** True when there is nothing to wait for: `/stop` answers with what it ended, and no event follows. */
  async #send(message: string, runId: string): Promise<boolean> {
    const { thinking, timeout, deliver } = this.#flags;
    const answer = await this.#client.request<typeof chat.chatSend>("chat.send", {
      sessionKey: this.#key,
      message,
      thinking,
      deliver,
      timeoutMs: timeout * 1_000,
      idempotencyKey: runId,
    });
    return answer.status === undefined;
  }

  #abort(runId: string): void {
    const params = { sessionKey: this.#key, runId };
    this.#client
      .request<typeof chat.chatAbort>("chat.abort", params, { timeoutMs: ABORT_TIMEOUT_MS })
      .catch((error: unknown) => {
        this.#session.out.warn(`The answer could not be ended: ${String(error)}`);
      });
  }

  #show(how: ChatEnd, view: AnswerView): void {
    const { out } = this.#session;
    switch (how.state) {
      case "final":
        view.finish(how.text === "" ? [] : [how.text]);
        break;
      case "aborted":
        view.close();
        out.aside("Stopped.");
        break;
      case "error":
        view.close();
        out.warn(how.errorMessage ?? "The turn failed.");
        break;
    }
  }
}
