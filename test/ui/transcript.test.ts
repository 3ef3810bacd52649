import { describe, expect, test } from "bun:test";
import {
  entriesOf,
  NOTHING_SAID,
  type Transcript,
  withChat,
  withMessage,
  withoutSent,
  withSent,
  withTool,
} from "../../src/ui/page/chat/transcript.ts";

const RUN = "run-1";

function person(text: string, id = "m1", key?: string) {
  return {
    role: "user",
    content: text,
    timestamp: 1,
    ...(key !== undefined && { idempotencyKey: key }),
    __openclaw: { id },
  };
}

function answer(content: unknown, id = "m2", rest: Readonly<Record<string, unknown>> = {}) {
  return { role: "assistant", content, timestamp: 2, ...rest, __openclaw: { id } };
}

const text = (value: string) => [{ type: "text", text: value }];
const said = { kind: "person", id: RUN, runId: RUN, text: "hello", images: [], at: 1 } as const;

/** Text of every line, with its kind. */
function lines({ entries }: Transcript): string[] {
  return entries.map((entry) =>
    entry.kind === "tool" ? `tool ${entry.name} ${entry.state}` : `${entry.kind} ${entry.text}`,
  );
}

describe("a conversation", () => {
  test("what was said here becomes what is in the transcript, once", () => {
    const sent = withSent(NOTHING_SAID, said);
    expect(sent.running).toEqual({ runId: RUN, text: "" });
    const stored = withMessage(sent, person("hello", "m1", `${RUN}:user`));
    expect(stored.entries).toEqual([{ kind: "person", id: "m1", text: "hello", images: [], at: 1 }]);
    expect(withMessage(stored, person("hello", "m1", `${RUN}:user`))).toEqual(stored);
  });

  test("what was not taken is gone again, with the run it would have begun", () => {
    expect(withoutSent(withSent(NOTHING_SAID, said), RUN)).toEqual(NOTHING_SAID);
  });

  test("an answer grows by its frames and is the stored message in the end", () => {
    let now = withSent(NOTHING_SAID, said);
    now = withChat(
      now,
      { runId: RUN, state: "delta", deltaText: "Hel", message: { content: text("Hel") } },
      0,
    );
    now = withChat(now, { runId: RUN, state: "delta", deltaText: "lo" }, 0);
    expect(now.running?.text).toBe("Hello");
    now = withChat(now, { runId: RUN, state: "delta", deltaText: "Hi", replace: true }, 0);
    expect(now.running?.text).toBe("Hi");
    now = withMessage(now, answer(text("Hi there")));
    expect(now.running?.text).toBe("");
    now = withChat(now, { runId: RUN, state: "final", message: { content: text("Hi there") } }, 3);
    expect([lines(now), now.running]).toEqual([["person hello", "answer Hi there"], undefined]);
  });

  test("an answer that comes with the last frame alone is shown", () => {
    const now = withChat(
      NOTHING_SAID,
      { runId: RUN, state: "final", message: { content: text("Status: fine") } },
      9,
    );
    expect(lines(now)).toEqual(["answer Status: fine"]);
  });

  test("a tool is called, tells and is done, whichever of its frames come", () => {
    let now = withMessage(
      NOTHING_SAID,
      answer([{ type: "toolCall", id: "c1", name: "exec", arguments: { command: "ls" } }]),
    );
    expect(lines(now)).toEqual(["tool exec running"]);
    now = withTool(now, {
      data: { toolCallId: "c1", phase: "update", partialResult: { content: text("a") } },
    });
    now = withTool(now, {
      data: { toolCallId: "c1", phase: "result", isError: false, result: { content: text("a\nb") } },
    });
    expect(now.entries).toMatchObject([
      { kind: "tool", state: "done", output: "a\nb", input: expect.stringContaining("ls") },
    ]);
    const alone = withTool(NOTHING_SAID, {
      data: { toolCallId: "c2", phase: "result", name: "read", isError: true },
    });
    expect(lines(alone)).toEqual(["tool read failed"]);
  });

  test("history has tools with what came of them, pictures, notes and failures", () => {
    const entries = entriesOf([
      {
        role: "user",
        content: [
          { type: "text", text: "look" },
          { type: "image", mimeType: "image/png", data: "AAAA" },
        ],
      },
      answer([{ type: "toolCall", id: "c1", name: "read", arguments: {} }], "m2"),
      { role: "toolResult", toolCallId: "c1", content: text("file"), isError: false },
      answer([], "m3", { stopReason: "error", errorMessage: "the provider is down" }),
      { role: "system", content: text("Compaction"), __openclaw: { id: "m4" } },
    ]);
    expect(lines({ entries, running: undefined })).toEqual([
      "person look",
      "tool read done",
      "trouble the provider is down",
      "note Compaction",
    ]);
    expect(entries[0]).toMatchObject({ images: ["data:image/png;base64,AAAA"] });
  });

  test("C19: a picture that could carry a program is no picture", () => {
    const svg = { type: "image", mimeType: "image/svg+xml", data: "PHN2Zz4=" };
    const html = { type: "image", mimeType: "text/html", data: "PGI+" };
    expect(entriesOf([{ role: "user", content: [svg, html] }])).toMatchObject([{ images: [] }]);
  });

  test("a run that was stopped keeps what was heard, and says so once", () => {
    let now = withChat(NOTHING_SAID, { runId: RUN, state: "delta", deltaText: "half a sen" }, 0);
    now = withChat(now, { runId: RUN, state: "aborted" }, 5);
    now = withChat(now, { runId: RUN, state: "error", errorMessage: "late" }, 6);
    expect([lines(now), now.running]).toEqual([["answer half a sen", "trouble Stopped."], undefined]);
  });

  test("frames that are none change nothing", () => {
    for (const payload of [{}, { runId: 4, state: "delta" }, { runId: RUN, state: "unheard-of" }]) {
      expect(withChat(NOTHING_SAID, payload, 0)).toBe(NOTHING_SAID);
    }
    for (const message of [undefined, null, 4, "text", {}, { role: 4 }, { role: "unheard-of" }]) {
      expect(withMessage(NOTHING_SAID, message)).toBe(NOTHING_SAID);
    }
  });
});
