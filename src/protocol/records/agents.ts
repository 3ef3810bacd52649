import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, maybe, text } from "../primitives.ts";

/** An agent as lists show it. */
export const AgentSummary = closed(
  {
    id: text,
    name: maybe(text),
    identity: maybe(
      closed({
        name: maybe(text),
        theme: maybe(text),
        emoji: maybe(text),
        avatar: maybe(text),
        avatarUrl: maybe(text),
      }),
    ),
    workspace: maybe(text),
    workspaceGit: maybe(Type.Boolean()),
    model: maybe(
      closed(
        { primary: maybe(text), fallbacks: maybe(Type.Array(text)) },
        { description: "Absent when none can be used." },
      ),
    ),
    agentRuntime: maybe(
      closed({
        id: text,
        cloudPlacementSupported: maybe(Type.Boolean()),
        devicePlacementSupported: maybe(Type.Boolean()),
        source: oneOf(["agent", "defaults", "model", "provider", "implicit", "session"]),
      }),
    ),
    thinkingLevels: maybe(Type.Array(closed({ id: text, label: text }))),
    thinkingOptions: maybe(Type.Array(text)),
    thinkingDefault: maybe(text),
  },
  { title: "AgentSummary", description: "One agent, as lists show it." },
);

export type AgentSummary = Static<typeof AgentSummary>;

/** A file of a workspace. */
export const AgentFile = closed(
  {
    name: text,
    path: text,
    missing: Type.Boolean(),
    expectedAbsent: maybe(Type.Boolean({ description: "It is fine that the file is missing." })),
    size: maybe(count),
    updatedAtMs: maybe(count),
    hash: maybe(Type.String({ minLength: 64, maxLength: 64, description: "SHA-256 in hex." })),
    content: maybe(Type.String()),
  },
  { title: "AgentFile", description: "A file of an agent's workspace." },
);

export type AgentFile = Static<typeof AgentFile>;

/** What a model is sent before the conversation; sizes in characters. */
export const PromptReport = closed(
  {
    agentId: text,
    workspace: text,
    model: text,
    sections: Type.Array(
      closed({
        name: text,
        text: Type.String(),
        chars: count,
        budgetChars: count,
        stable: Type.Boolean({ description: "Same in every turn of a session." }),
        truncated: Type.Boolean(),
      }),
    ),
    files: Type.Array(
      closed({
        name: text,
        path: text,
        missing: Type.Boolean(),
        rawChars: count,
        chars: count,
        truncated: Type.Boolean(),
      }),
    ),
    tools: Type.Array(
      closed({ name: text, description: Type.String(), parameters: anyObject, chars: count }),
    ),
    promptChars: count,
    toolsChars: count,
    totalChars: count,
  },
  { title: "PromptReport", description: "What a model is sent before the conversation." },
);

export type PromptReport = Static<typeof PromptReport>;
