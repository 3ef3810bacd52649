import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import {
  checkParams,
  type ErrorShape,
  holdsScope,
  invalidRequest,
  type MethodSpec,
  missingScope,
  ProtocolError,
  type RequestFrame,
  unavailable,
} from "../../protocol/index.ts";
import { StoreError } from "../../store/index.ts";
import type { BoundMethod, Client, MethodContext } from "../method.ts";
import type { Metrics } from "../state/metrics.ts";
import { Intake } from "./intake.ts";
import type { WriteLimit } from "./write-limit.ts";
import type { WsLog } from "./ws-log.ts";

/** Where answers go; a request may be answered twice (`accept`, then the end). */
export interface Replies {
  ok(id: string, payload: unknown): void;
  fail(id: string, error: ErrorShape, payload?: unknown): void;
}

export interface RouterDeps {
  readonly methods: ReadonlyMap<string, BoundMethod>;
  readonly writeLimit: WriteLimit;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly wsLog: WsLog;
  /** Unknown params are an error; for conformance runs. */
  readonly strictParams: boolean;
}

interface Admitted {
  readonly bound: BoundMethod;
  readonly params: unknown;
  /** Gives the request's place back. */
  readonly leave: () => void;
}

/** A failure that carries a payload beside the error, as the end of a failed two-stage method does. */
export class FailureWithPayload extends ProtocolError {
  constructor(
    cause: ProtocolError,
    readonly payload: unknown,
  ) {
    super(cause.code, cause.message, cause);
  }
}

/** Request frames to handlers: known? role? scope? params? write limit? room? Only then the handler runs. */
export class Router {
  private readonly intake = new Intake();
  private draining = false;

  constructor(private readonly deps: RouterDeps) {}

  /** Requests that have not been answered. */
  get active(): number {
    return this.intake.active;
  }

  /** From now on every request is answered `UNAVAILABLE`. */
  drain(): void {
    this.draining = true;
  }

  /** Runs one request of an authenticated client. Never throws; false when the client's role may not call the method. */
  dispatch(
    frame: RequestFrame,
    bytes: number,
    client: Client,
    signal: () => AbortSignal,
    replies: Replies,
  ): boolean {
    const startedAt = this.deps.clock.monotonic();
    const ended = (error?: ErrorShape): void => {
      const ms = this.deps.clock.monotonic() - startedAt;
      this.deps.wsLog.answered({ method: frame.method, ms, conn: client.connId, id: frame.id, error });
    };
    this.deps.wsLog.arrived(frame.method, client.connId, frame.id);
    let admitted: Admitted;
    try {
      admitted = this.admit(frame, bytes, client);
    } catch (error) {
      const shape = this.toShape(frame.method, error);
      ended(shape);
      replies.fail(frame.id, shape);
      return !(error instanceof WrongRole);
    }
    const { bound, params, leave } = admitted;
    const settle = (): void => {
      leave();
      this.deps.metrics.observe(bound.spec.name, this.deps.clock.monotonic() - startedAt);
    };
    const refuse = (error: unknown): void => {
      const shape = this.toShape(frame.method, error);
      replies.fail(frame.id, shape, payloadOf(error));
      ended(shape);
    };
    const succeed = (payload: unknown): void => {
      settle();
      try {
        replies.ok(frame.id, payload);
      } catch (error) {
        // A result that cannot be written, as one that is nested too deeply: that at least can be told.
        return refuse(error);
      }
      ended();
    };
    const fail = (error: unknown): void => {
      settle();
      refuse(error);
    };
    let result: unknown;
    try {
      result = bound.run(params, contextOf(frame, client, signal, replies));
    } catch (error) {
      fail(error);
      return true;
    }
    if (result instanceof Promise) result.then(succeed, fail);
    else succeed(result);
    return true;
  }

  private admit(frame: RequestFrame, bytes: number, client: Client): Admitted {
    const bound = this.deps.methods.get(frame.method);
    if (!bound) throw unknownMethod(frame.method, client);
    const { spec } = bound;
    checkRole(spec, client);
    checkScope(spec, client);
    if (frame.expectedProfileId !== undefined) throw profileMismatch();
    const checked = checkParams(spec, frame.params, this.deps.strictParams);
    if (!checked.ok) throw invalidRequest(checked.message);
    for (const scope of spec.scopesFor?.(checked.params) ?? []) {
      if (!holdsScope(client.scopes, scope)) throw missingScope(scope);
    }
    if (this.draining) {
      throw unavailable("gateway is shutting down", { retryable: true, retryAfterMs: 1_000 });
    }
    if (spec.write) this.deps.writeLimit.take(spec.name, client);
    return { bound, params: checked.params, leave: this.intake.enter(spec, client, bytes) };
  }

  private toShape(method: string, error: unknown): ErrorShape {
    if (error instanceof ProtocolError) return error.toShape();
    if (error instanceof StoreError) {
      return unavailable(error.message, { retryable: error.code === "busy" }).toShape();
    }
    this.deps.log.error(`${method} failed`, { error });
    this.deps.metrics.count("openclaw_internal_errors_total", "Handlers that failed unexpectedly.");
    return unavailable(`internal error in ${method}; the gateway log has the cause`).toShape();
  }
}

function contextOf(
  frame: RequestFrame,
  client: Client,
  signal: () => AbortSignal,
  replies: Replies,
): MethodContext {
  return {
    client,
    requestId: frame.id,
    get signal() {
      return signal();
    },
    accept: (payload) => replies.ok(frame.id, payload),
  };
}

function payloadOf(error: unknown): unknown {
  return error instanceof FailureWithPayload ? error.payload : undefined;
}

/**
 * Someone without admin rights is not told which methods exist. A node of a newer version asks for some that do not exist
 * here, again and again; that is no reason to close its connection, so it does not count as a wrong role.
 */
function unknownMethod(name: string, client: Client): ProtocolError {
  if (client.role === "node") return invalidRequest("unauthorized role: node");
  if (!holdsScope(client.scopes, "operator.admin")) return missingScope("operator.admin");
  return invalidRequest(`unknown method: ${name}`);
}

function checkRole(spec: MethodSpec, client: Client): void {
  if (spec.scope === "none") return;
  const wanted = spec.scope === "node" ? "node" : "operator";
  if (client.role !== wanted) throw new WrongRole(client.role);
}

function checkScope(spec: MethodSpec, client: Client): void {
  if (spec.scope === "none" || spec.scope === "authenticated" || spec.scope === "node") return;
  if (!holdsScope(client.scopes, spec.scope)) throw missingScope(spec.scope);
}

/** A call by the wrong role; the connection counts these and closes after too many. */
export class WrongRole extends ProtocolError {
  constructor(role: string) {
    super("INVALID_REQUEST", `unauthorized role: ${role}`);
  }
}

/** Connections of this gateway carry no user profile, so no expected one can match. */
function profileMismatch(): ProtocolError {
  return invalidRequest(
    "Selected account changed or is unavailable. Select the account again before retrying.",
    { reason: "EXPECTED_PROFILE_MISMATCH", execution: "not_started" },
  );
}
