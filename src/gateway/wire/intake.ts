import { type MethodSpec, unavailable } from "../../protocol/index.ts";
import {
  MAX_HELD_REQUESTS_PER_CONNECTION,
  MAX_INFLIGHT_REQUEST_BYTES,
  MAX_INFLIGHT_REQUESTS,
} from "../limits.ts";
import type { Client } from "../method.ts";

/** What is held open for one kind of request. */
interface Lane {
  requests: number;
  bytes: number;
}

/**
 * How many requests may be open. Work of operators has one bound for the whole process. What merely waits for somebody
 * else is counted for each connection, and so is what nodes say: an answer must get in however many wait for it.
 */
export class Intake {
  private readonly work: Lane = { requests: 0, bytes: 0 };
  private readonly held: Lane = { requests: 0, bytes: 0 };
  private readonly heldBy = new Map<string, number>();

  /** Requests that have not been answered. */
  get active(): number {
    return this.work.requests + this.held.requests;
  }

  /** Takes a request in; call what it returns, once, when the request is answered. @throws ProtocolError when full */
  enter(spec: MethodSpec, { role, connId }: Client, bytes: number): () => void {
    if (spec.waits || role === "node") return this.hold(connId, role === "node" ? 0 : bytes);
    if (this.work.requests >= MAX_INFLIGHT_REQUESTS) throw busy();
    return take(this.work, bytes);
  }

  private hold(connId: string, bytes: number): () => void {
    const held = this.heldBy.get(connId) ?? 0;
    if (held >= MAX_HELD_REQUESTS_PER_CONNECTION) throw busy();
    const giveBack = take(this.held, bytes);
    this.heldBy.set(connId, held + 1);
    return () => {
      giveBack();
      const left = (this.heldBy.get(connId) ?? 1) - 1;
      if (left > 0) this.heldBy.set(connId, left);
      else this.heldBy.delete(connId);
    };
  }
}

function take(lane: Lane, bytes: number): () => void {
  if (lane.bytes + bytes > MAX_INFLIGHT_REQUEST_BYTES) throw busy();
  lane.requests += 1;
  lane.bytes += bytes;
  return () => {
    lane.requests -= 1;
    lane.bytes -= bytes;
  };
}

function busy() {
  return unavailable("The server is busy. Please try again in a moment.", { retryable: true });
}
