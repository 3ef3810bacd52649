import type { Sessions } from "../../agent/index.ts";
import { InvalidSessionKeyError } from "../../agent/index.ts";
import { errorResponse, jsonResponse } from "./responses.ts";
import type { Route } from "./route.ts";

/** Messages of one page; a client that wants more asks for the next. */
const MAX_PAGE = 1_000;

export interface SessionHistoryDeps {
  readonly sessions: Pick<Sessions, "canonical" | "get" | "history">;
}

/** `GET /sessions/{key}/history?limit=&cursor=`: what a session shows, the newest page first, each page in order. */
export function sessionHistoryRoute({ sessions }: SessionHistoryDeps): Route {
  return {
    path: "/sessions/*/history",
    methods: ["GET"],
    auth: "operator",
    scope: "operator.read",
    summary: "The messages of a session.",
    handle: async (request, { params }) => {
      const asked = keyOf(params[0] ?? "");
      if (asked === undefined) return invalid("invalid session key");
      const query = new URL(request.url).searchParams;
      const limit = positiveInteger(query.get("limit"));
      if (limit === "wrong") return invalid("limit must be a positive integer");
      const cursor = positiveInteger(query.get("cursor"));
      if (cursor === "wrong") return invalid("cursor must be a positive integer");
      try {
        const record = await sessions.get(sessions.canonical(asked));
        const page =
          record &&
          (await sessions.history(record, {
            limit: Math.min(limit ?? MAX_PAGE, MAX_PAGE),
            ...(cursor !== undefined && { offset: cursor }),
          }));
        if (!record || !page) return notFound(asked);
        const { messages: items, hasMore, nextOffset } = page;
        return jsonResponse(200, {
          sessionKey: record.key,
          items,
          hasMore,
          ...(nextOffset !== undefined && { nextCursor: String(nextOffset) }),
        });
      } catch (error) {
        if (error instanceof InvalidSessionKeyError) return invalid("invalid session key");
        throw error;
      }
    },
  };
}

function keyOf(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded).trim() || undefined;
  } catch {
    return undefined;
  }
}

function positiveInteger(text: string | null): number | undefined | "wrong" {
  if (text === null) return undefined;
  return /^\d{1,9}$/.test(text.trim()) && Number(text) > 0 ? Number(text) : "wrong";
}

function invalid(message: string): Response {
  return errorResponse(400, "invalid_request_error", message);
}

function notFound(key: string): Response {
  const error = { type: "not_found", message: `Session not found: ${key}` };
  return jsonResponse(404, { ok: false, error });
}
