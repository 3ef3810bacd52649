import type { WireFrame } from "../../../support/index.ts";

/** A frame of a turn with its name, for example `chat delta` or `agent lifecycle start`. */
export interface TurnFrame {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Events that belong to turns; rows of sessions are looked at apart, since their order among the others is free. */
const TURN_EVENTS = new Set(["chat", "agent", "session.message", "session.tool", "session.operation"]);

/**
 * The turn events among `frames`, in order of arrival, with neighbouring pieces of one answer joined: how many frames
 * an answer comes in depends on the clock.
 */
export function turnFrames(frames: readonly WireFrame[]): TurnFrame[] {
  const events = frames.filter(({ event }) => TURN_EVENTS.has(String(event)));
  return joinedPieces(events.map((frame) => named(String(frame.event), objectOf(frame.payload))));
}

/** Names and rows of `sessions.changed`, in order: `create running`, `end done` … */
export function rowChanges(frames: readonly WireFrame[]): string[] {
  return frames
    .filter(({ event }) => event === "sessions.changed")
    .map((frame) => {
      const { reason, phase, session } = objectOf(frame.payload);
      const { status } = objectOf(session);
      return `${String(reason ?? phase)} ${String(status ?? "")}`.trim();
    });
}

function named(event: string, payload: Readonly<Record<string, unknown>>): TurnFrame {
  switch (event) {
    case "chat":
      return { name: `chat ${String(payload.state)} ${String(payload.phase ?? "")}`.trim(), payload };
    case "session.message":
      return { name: `session.message ${String(objectOf(payload.message).role)}`, payload };
    case "session.operation":
      return { name: `session.operation ${String(payload.phase)}`, payload };
    default: {
      const { phase } = objectOf(payload.data);
      return { name: `${event} ${String(payload.stream)} ${String(phase ?? "")}`.trim(), payload };
    }
  }
}

/** `agent assistant`, `chat delta` once for each answer: with the text it grew to. */
function joinedPieces(frames: readonly TurnFrame[]): TurnFrame[] {
  const result: TurnFrame[] = [];
  for (const frame of frames) {
    const place = result.findLastIndex(({ name }) => name === frame.name);
    const between = result.slice(place + 1);
    const goesOn = place >= 0 && isPiece(frame) && between.every((other) => isPiece(other));
    if (goesOn) result[place] = joined(result[place] ?? frame, frame);
    else result.push(frame);
  }
  return result;
}

function isPiece({ name }: TurnFrame): boolean {
  return name === "agent assistant" || name === "chat delta";
}

function joined(before: TurnFrame, after: TurnFrame): TurnFrame {
  const { data, deltaText } = after.payload;
  const { delta } = objectOf(data);
  const earlier = objectOf(before.payload.data);
  return {
    name: after.name,
    payload: {
      ...after.payload,
      ...(typeof delta === "string" && {
        data: { ...objectOf(data), delta: `${String(earlier.delta)}${delta}` },
      }),
      ...(typeof deltaText === "string" && { deltaText: `${String(before.payload.deltaText)}${deltaText}` }),
    },
  };
}

/** `value` as an object of unknown members; empty when it is none. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
