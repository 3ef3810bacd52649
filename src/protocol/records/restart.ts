import { type Static, Type } from "@sinclair/typebox";
import { count, text } from "../primitives.ts";

/** Whether a restart now would cut something off. */
export const RestartPreflight = Type.Object(
  {
    safe: Type.Boolean(),
    counts: Type.Object({
      queueSize: count,
      pendingReplies: count,
      embeddedRuns: count,
      cronRuns: count,
      backgroundExecSessions: count,
      rootRequests: count,
      activeTasks: count,
      totalActive: count,
    }),
    blockers: Type.Array(Type.Object({ kind: text, count, message: text })),
    summary: Type.String(),
  },
  { title: "RestartPreflight", description: "What a restart now would interrupt." },
);

export type RestartPreflight = Static<typeof RestartPreflight>;
