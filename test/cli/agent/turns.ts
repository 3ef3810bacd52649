import { fakeGateway, type FakeGateway, type Line, type Seen } from "../../client/fake-gateway.ts";

/** What the gateway of a test knows of one turn. */
export interface Turn {
  readonly params: Readonly<Record<string, unknown>>;
  readonly runId: string;
  readonly sessionKey: string;
  /** The text so far, as `chat` events carry it. */
  say(full: string): void;
  tool(data: Readonly<Record<string, unknown>>): void;
  /** Ends the turn with these texts; for `chat.send` the last one is the final event. */
  end(...texts: string[]): void;
  fail(message: string): void;
  /** Another last answer than the usual one, for `agent`. */
  answer(payload: Readonly<Record<string, unknown>>): void;
  /** The caller asked for an abort of this run. */
  readonly aborted: Promise<void>;
  readonly line: Line;
}

const SESSION = "agent:main:main";

/** A gateway that accepts turns and lets the test play them. */
export function turnGateway(play: (turn: Turn) => void | Promise<void>): FakeGateway {
  const aborts = new Map<string, () => void>();
  return fakeGateway({
    scopes: ["operator.read", "operator.write", "operator.admin"],
    answer(request, line) {
      if (request.method === "agent" || request.method === "chat.send") {
        void play(turnOf(request, line, aborts));
        return true;
      }
      if (request.method === "chat.abort") {
        const { runId } = request.params as { runId: string };
        aborts.get(runId)?.();
        line.send({
          type: "res",
          id: request.id,
          ok: true,
          payload: { ok: true, aborted: true, runIds: [runId] },
        });
        return true;
      }
      return false;
    },
  });
}

function turnOf(request: Seen, line: Line, aborts: Map<string, () => void>): Turn {
  const params = request.params as Readonly<Record<string, unknown>>;
  const runId = String(params.idempotencyKey);
  const sessionKey = SESSION;
  const agent = request.method === "agent";
  const accepted = { runId, sessionKey, agentId: "main", status: agent ? "accepted" : "started" };
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  aborts.set(runId, resolve);
  const respond = (ok: boolean, body: object): void =>
    line.send({ type: "res", id: request.id, ok, ...body });
  const event = (name: string, payload: object): void =>
    line.send({ type: "event", event: name, payload: { runId, sessionKey, agentId: "main", ...payload } });
  const message = (text: string): object => ({ role: "assistant", content: [{ type: "text", text }] });
  respond(true, { payload: accepted });
  return {
    params,
    runId,
    sessionKey,
    line,
    aborted,
    say: (full) => event("chat", { seq: 1, state: "delta", deltaText: full, message: message(full) }),
    tool: (data) => event("agent", { stream: "tool", data, seq: 2, ts: 0 }),
    end(...texts) {
      const last = texts.at(-1);
      event("chat", { seq: 3, state: "final", ...(last === undefined ? {} : { message: message(last) }) });
      if (!agent) return;
      const payloads = texts.map((text) => ({ text, mediaUrl: null }));
      respond(true, {
        payload: { runId, status: "ok", summary: "completed", result: { payloads, meta: { durationMs: 1 } } },
      });
    },
    fail(errorMessage) {
      event("chat", { seq: 3, state: "error", errorMessage });
      if (!agent) return;
      respond(false, {
        payload: { runId, status: "error", summary: errorMessage },
        error: { code: "UNAVAILABLE", message: errorMessage },
      });
    },
    answer: (payload) => respond(true, { payload: { runId, ...payload } }),
  };
}
