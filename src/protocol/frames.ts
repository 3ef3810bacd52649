import { type Static, Type } from "@sinclair/typebox";
import { ErrorShape } from "./errors.ts";
import { MAX_TRACEPARENT_CHARS } from "./limits.ts";

export const StateVersion = Type.Object(
  { presence: Type.Integer({ minimum: 0 }), health: Type.Integer({ minimum: 0 }) },
  {
    additionalProperties: false,
    description: "Counts changes of presence and health, so that a client can tell old from new.",
  },
);

export type StateVersion = Static<typeof StateVersion>;

export const RequestFrame = Type.Object(
  {
    type: Type.Literal("req"),
    id: Type.String({ minLength: 1 }),
    method: Type.String({ minLength: 1 }),
    params: Type.Optional(Type.Unknown()),
    traceparent: Type.Optional(Type.String({ maxLength: MAX_TRACEPARENT_CHARS })),
    expectedProfileId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  {
    additionalProperties: false,
    title: "RequestFrame",
    description: "A client asks the gateway to run a method.",
  },
);

export type RequestFrame = Static<typeof RequestFrame>;

export const ResponseFrame = Type.Object(
  {
    type: Type.Literal("res"),
    id: Type.String({ minLength: 1 }),
    ok: Type.Boolean(),
    payload: Type.Optional(Type.Unknown()),
    error: Type.Optional(ErrorShape),
  },
  {
    additionalProperties: false,
    title: "ResponseFrame",
    description: "The answer to the request with the same id.",
  },
);

export type ResponseFrame = Static<typeof ResponseFrame>;

export const EventFrame = Type.Object(
  {
    type: Type.Literal("event"),
    event: Type.String({ minLength: 1 }),
    payload: Type.Optional(Type.Unknown()),
    seq: Type.Optional(
      Type.Integer({ minimum: 0, description: "Per connection; a gap means an event was dropped." }),
    ),
    stateVersion: Type.Optional(StateVersion),
    recipientProfileId: Type.Optional(Type.String()),
  },
  {
    additionalProperties: false,
    title: "EventFrame",
    description: "Something happened; events are not replayed.",
  },
);

export type EventFrame = Static<typeof EventFrame>;
