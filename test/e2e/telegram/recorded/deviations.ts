import type { RecordedCall } from "./cases.ts";

type Calls = readonly RecordedCall[];

/** How this gateway's calls differ from those recorded; why is told in the README beside this file. */
type Deviation = (recorded: Calls) => Calls;

const without =
  (...methods: string[]): Deviation =>
  (calls) =>
    calls.filter(({ method }) => !methods.includes(method));

const withoutTyping = without("sendChatAction");

/** No message that says "Working" comes and goes. */
const withoutDraft: Deviation = (calls) =>
  without("deleteMessage")(calls).filter(({ body }) => body.text !== "<b>Working</b>");

const saying =
  (text: string): Deviation =>
  (calls) =>
    calls.map((call) =>
      call.method === "sendMessage"
        ? { ...call, body: { chat_id: call.body.chat_id, text, parse_mode: "HTML" } }
        : call,
    );

const both =
  (first: Deviation, second: Deviation): Deviation =>
  (calls) =>
    second(first(calls));

/** The peer's own line about tokens, which got into the table above it. */
const withoutUsage: Deviation = (calls) =>
  calls.map(({ method, body }) => ({
    method,
    body: {
      ...body,
      ...(typeof body.text === "string" && { text: body.text.replace(/\| mock🤖.*\n/u, "") }),
    },
  }));

/** Every deviation from the recording, by the name of the case. */
export const DEVIATIONS: Readonly<Record<string, Deviation>> = {
  "direct, one tool call": withoutDraft,
  "direct, fences list quote table heading": both(withoutDraft, withoutUsage),
  "command /whoami": withoutTyping,
  "command /queue": withoutTyping,
  "command /new": withoutTyping,
  "command /reset": withoutTyping,
  "command /stop": withoutTyping,
  "command /verbose on": saying("echo: /verbose on"),
  "command /think high": both(
    withoutTyping,
    saying('Unrecognized thinking level "high" for mock/mock-1. Valid levels: off.'),
  ),
  "command /model list": withoutTyping,
  "command /activation always": withoutTyping,
  "callback button": (calls) => [
    ...calls,
    {
      method: "sendMessage",
      body: { chat_id: "777", text: "echo: callback_data: yes_clicked", parse_mode: "HTML" },
    },
  ],
  "model error": saying(
    "⚠️ mock/mock-1: it did not take the request (HTTP 400). See <code>openclaw logs --follow</code>.",
  ),
};
