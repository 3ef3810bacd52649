import { type TProperties, Type } from "@sinclair/typebox";
import { defineEvent } from "../define.ts";
import { closed, count, maybe, nothing, text, yes } from "../primitives.ts";

/** What a run does before the model is asked. */
const RUN_STARTUP_PHASES = [
  "preparing_workspace",
  "naming_worktree",
  "creating_worktree",
  "running_setup",
  "provisioning_environment",
  "preparing_context",
  "starting_model",
] as const;

const detail = Type.String({ maxLength: 300 });

function frame<State extends string, T extends TProperties>(state: State, properties: T) {
  return closed({
    runId: text,
    sessionKey: text,
    agentId: maybe(text),
    spawnedBy: maybe(text),
    seq: count,
    state: Type.Literal(state),
    ...properties,
  });
}

export const chat = defineEvent({
  name: "chat",
  summary: "The answer of a run as it grows, and how it ended: exactly one of final, aborted or error.",
  payload: Type.Union([
    frame("status", { phase: Type.Union(RUN_STARTUP_PHASES.map((phase) => Type.Literal(phase))) }),
    frame("delta", {
      message: maybe(Type.Unknown()),
      deltaText: Type.String(),
      replace: maybe(Type.Boolean()),
      usage: maybe(Type.Unknown()),
    }),
    frame("final", {
      message: maybe(Type.Unknown()),
      usage: maybe(Type.Unknown()),
      stopReason: maybe(Type.String()),
      yielded: maybe(yes),
    }),
    frame("aborted", {
      message: maybe(Type.Unknown()),
      errorMessage: maybe(Type.String()),
      stopReason: maybe(Type.String()),
    }),
    frame("error", {
      message: maybe(Type.Unknown()),
      errorMessage: maybe(Type.String()),
      errorKind: maybe(
        Type.Union([
          Type.Literal("refusal"),
          Type.Literal("timeout"),
          Type.Literal("rate_limit"),
          Type.Literal("context_length"),
          Type.Literal("unknown"),
        ]),
      ),
      errorDetail: maybe(
        closed({
          provider: maybe(detail),
          model: maybe(detail),
          failoverReason: maybe(detail),
          providerRuntimeFailureKind: maybe(detail),
          providerErrorType: maybe(detail),
          httpStatus: maybe(Type.Integer({ minimum: 100, maximum: 599 })),
          providerErrorMessagePreview: maybe(detail),
        }),
      ),
      usage: maybe(Type.Unknown()),
      stopReason: maybe(Type.String()),
    }),
  ]),
  scope: "operator.read",
  dropIfSlow: false,
});

export const chatMetadataChanged = defineEvent({
  name: "chat.metadata.changed",
  summary: "Models or commands changed; read `chat.metadata` again.",
  payload: nothing,
  scope: "operator.read",
  dropIfSlow: false,
});
