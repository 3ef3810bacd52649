import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { closed, count, maybe, text } from "../primitives.ts";

/** A newer version that can be installed. */
export const UpdateAvailable = closed(
  {
    currentVersion: text,
    latestVersion: text,
    channel: text,
    currentSha: maybe(text),
    upstreamRef: maybe(text),
    upstreamSha: maybe(text),
    commitsBehind: maybe(count),
    commits: maybe(
      Type.Array(closed({ sha: text, subject: Type.String({ maxLength: 120 }) }), { maxItems: 5 }),
    ),
  },
  { title: "UpdateAvailable", description: "A newer version that can be installed." },
);

export type UpdateAvailable = Static<typeof UpdateAvailable>;

/** When this installation updates itself. */
export const UpdateSchedule = closed(
  {
    channel: text,
    autoEnabled: Type.Boolean(),
    install: maybe(closed({ kind: oneOf(["package", "git", "unknown"]) })),
  },
  { title: "UpdateSchedule", description: "The update channel, and whether updates install themselves." },
);

export type UpdateSchedule = Static<typeof UpdateSchedule>;
