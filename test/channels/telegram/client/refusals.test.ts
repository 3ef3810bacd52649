import { expect, test } from "bun:test";
import { refusalError } from "../../../../src/channels/telegram/client/refusals.ts";

test.each([
  [400, "Bad Request: chat not found", "refused", "refused"],
  [400, "Bad Request: user not found", "refused", "refused"],
  [400, "Bad Request: message is too long", "refused", "refused"],
  [400, "Bad Request: message thread not found", "refused", "refused"],
  [400, "Bad Request: chat_id is empty", "refused", "refused"],
  [403, "Forbidden: bot was blocked by the user", "refused", "refused"],
  [403, "Forbidden: bot was kicked from the supergroup chat", "refused", "refused"],
  [403, "Forbidden: user is deactivated", "refused", "refused"],
  [413, "Request Entity Too Large", "refused", "refused"],
  [
    400,
    'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3',
    "markup",
    "refused",
  ],
  [400, "Bad Request: can't parse caption entities", "markup", "refused"],
  [400, "Bad Request: ENTITY_TEXTURL_INVALID", "markup", "refused"],
  [401, "Unauthorized", "not-ready", "unauthorized"],
  [404, "Not Found", "not-ready", "unauthorized"],
  [400, "Logged out", "not-ready", "unauthorized"],
  [409, "Conflict: terminated by other getUpdates request", "busy", "conflict"],
  [420, "FLOOD_WAIT_9", "busy", "flood"],
  [429, "Too Many Requests: retry after 9", "busy", "flood"],
  [500, "Internal Server Error", "busy", "server"],
  [502, "Bad Gateway", "busy", "server"],
  [503, "Service Unavailable", "busy", "server"],
  [504, "Gateway Timeout", "busy", "server"],
])("%p %s is %s", (code, description, failure, trouble) => {
  const error = refusalError("sendMessage", { code, description });
  expect<unknown[]>([error.failure, error.trouble, error.code, error.description]).toEqual([
    failure,
    trouble,
    code,
    description,
  ]);
});

test("Telegram's words are found in whatever case, and long ones are cut", () => {
  const error = refusalError("editMessageText", {
    code: 400,
    description: `Bad Request: Message is NOT modified${"x".repeat(999)}`,
  });
  expect(error.says("message is not modified")).toBe(true);
  expect(error.message.length).toBeLessThan(400);
});
