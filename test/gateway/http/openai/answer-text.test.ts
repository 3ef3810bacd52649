import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AnswerText } from "../../../../src/gateway/http/openai/answer-text.ts";

/** Tells messages piece by piece and returns what was sent. */
function tell(said: AnswerText, messages: readonly (readonly string[])[]): string {
  let sent = "";
  for (const deltas of messages) {
    let full = "";
    for (const delta of deltas) {
      full += delta;
      sent += said.take({ delta, full, replaced: false });
    }
    sent += said.endMessage(full);
  }
  return sent;
}

describe("text that was sent cannot be taken back", () => {
  test("one message is sent as it comes, and nothing is left at the end", () => {
    const said = new AnswerText();
    expect(tell(said, [["one", " two"]])).toBe("one two");
    expect(said.finish("one two")).toBe("");
  });

  test("several messages stand apart, and the last of them may be the answer", () => {
    const said = new AnswerText();
    expect(tell(said, [["Let me look."], [], ["It is ", "18C."]])).toBe("Let me look.\n\nIt is 18C.");
    expect(said.finish("It is 18C.")).toBe("");
  });

  test("a message that was never streamed is sent when it is complete, or at the end", () => {
    const told = new AnswerText();
    expect(told.endMessage("all at once")).toBe("all at once");
    expect(told.finish("all at once")).toBe("");
    expect(new AnswerText().finish("only now")).toBe("only now");
  });

  test("a message begun anew goes on where it says the same", () => {
    const said = new AnswerText();
    expect(said.take({ delta: "Hel", full: "Hel", replaced: false })).toBe("Hel");
    expect(said.take({ delta: "", full: "", replaced: true })).toBe("");
    expect(said.take({ delta: "He", full: "He", replaced: false })).toBe("");
    expect(said.take({ delta: "llo", full: "Hello", replaced: false })).toBe("lo");
    expect(said.take({ delta: "!", full: "Hello!", replaced: false })).toBe("!");
    expect(said.finish("Hello!")).toBe("");
  });

  test("a message that came to say something else has no honest end", () => {
    const said = new AnswerText();
    said.take({ delta: "Yes", full: "Yes", replaced: false });
    said.take({ delta: "", full: "No", replaced: true });
    expect(said.endMessage("No")).toBe("");
    expect(said.finish("No")).toBeUndefined();
    expect(said.sent).toBe("Yes");
  });

  test("a message told a little differently at its end was told", () => {
    const said = new AnswerText();
    said.take({ delta: "Hello \n", full: "Hello \n", replaced: false });
    expect(said.endMessage("Hello")).toBe("");
    expect(said.finish("Hello")).toBe("");
  });

  test("whatever comes, what is sent only grows, and deltas arrive whole", () => {
    const messages = fc.array(fc.array(fc.string({ maxLength: 5 }), { maxLength: 5 }), { maxLength: 4 });
    fc.assert(
      fc.property(messages, (told) => {
        const said = new AnswerText();
        const sent = tell(said, told);
        const wanted = told.map((deltas) => deltas.join("")).filter((text) => text !== "");
        expect(sent).toBe(wanted.join("\n\n"));
        expect(said.sent).toBe(sent);
        expect(said.finish(sent)).toBe("");
      }),
    );
  });

  test("pieces begun anew at random never take back what was sent", () => {
    const piece = fc.record({
      full: fc.constantFrom("", "a", "ab", "abc", "b", "bc"),
      replaced: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const said = new AnswerText();
        let sent = "";
        let full = "";
        for (const one of pieces) {
          const grows = !one.replaced && one.full.startsWith(full);
          const delta = grows ? one.full.slice(full.length) : "";
          full = one.full;
          sent += said.take({ delta, full, replaced: !grows });
          expect(said.sent).toBe(sent);
        }
        const rest = said.finish(full);
        if (full.startsWith(sent)) expect(sent + (rest ?? "missing")).toBe(full);
      }),
    );
  });
});
