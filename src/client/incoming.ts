import type { ErrorShape, EventFrame, HelloOk } from "../protocol/index.ts";

/** A frame from the gateway, told apart. */
export type Incoming =
  | {
      readonly kind: "response";
      readonly id: string;
      readonly ok: boolean;
      readonly payload: unknown;
      readonly error: ErrorShape | undefined;
    }
  | { readonly kind: "event"; readonly frame: EventFrame };

/** Reads one frame; `undefined` for anything that is neither a response nor an event. */
export function readFrame(text: string): Incoming | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  if (value.type === "res" && typeof value.id === "string") {
    const error = isErrorShape(value.error) ? value.error : undefined;
    return { kind: "response", id: value.id, ok: value.ok === true, payload: value.payload, error };
  }
  if (value.type === "event" && typeof value.event === "string") {
    return {
      kind: "event",
      frame: {
        type: "event",
        event: value.event,
        payload: value.payload,
        ...(typeof value.seq === "number" && { seq: value.seq }),
      },
    };
  }
  return undefined;
}

/** The challenge's nonce and server time; `undefined` when either is missing. */
export function readChallenge(payload: unknown): { nonce: string; ts: number } | undefined {
  if (!isRecord(payload) || typeof payload.nonce !== "string" || payload.nonce.trim() === "")
    return undefined;
  return typeof payload.ts === "number" && Number.isInteger(payload.ts)
    ? { nonce: payload.nonce, ts: payload.ts }
    : undefined;
}

/** True for a hello that has what a client needs: the rest is optional in practice. */
export function isHelloOk(payload: unknown): payload is HelloOk {
  return (
    isRecord(payload) &&
    payload.type === "hello-ok" &&
    isRecord(payload.server) &&
    isRecord(payload.features) &&
    isRecord(payload.snapshot) &&
    isRecord(payload.policy) &&
    typeof payload.policy.tickIntervalMs === "number" &&
    isRecord(payload.auth) &&
    Array.isArray(payload.auth.scopes)
  );
}

/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isErrorShape(value: unknown): value is ErrorShape {
  return isRecord(value) && typeof value.code === "string" && typeof value.message === "string";
}
