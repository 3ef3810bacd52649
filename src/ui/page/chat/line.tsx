import { memo } from "preact/compat";
import { Markdown } from "../markdown/markdown.tsx";
import type { Entry } from "./transcript.ts";

/** One line of the conversation; drawn anew only when it is another. */
export const Line = memo(function Line({ entry }: { readonly entry: Entry }) {
  switch (entry.kind) {
    case "person":
      return (
        <article
          class={entry.runId === undefined ? "line person" : "line person waiting-line"}
          aria-label="You"
        >
          {entry.images.map((source, index) => (
            <img key={index} src={source} alt={`Picture ${index + 1}`} />
          ))}
          <p>{entry.text}</p>
        </article>
      );
    case "answer":
      return (
        <article class="line answer" aria-label="Answer">
          <Markdown text={entry.text} />
        </article>
      );
    case "tool":
      return <Tool entry={entry} />;
    case "note":
      return <p class="line note">{entry.text}</p>;
    case "trouble":
      return (
        <p class="line trouble" role="alert">
          {entry.text}
        </p>
      );
    default:
      return entry satisfies never;
  }
});

const STATES = { running: "running", done: "done", failed: "failed" } as const;

/** What a tool was asked and what came of it, folded. */
function Tool({ entry }: { readonly entry: Entry & { kind: "tool" } }) {
  return (
    <details class={`line tool ${entry.state}`}>
      <summary>
        <span class="tool-name">{entry.name}</span>
        <span class="tool-glimpse">{glimpse(entry.input)}</span>
        <span class="tool-state">{STATES[entry.state]}</span>
      </summary>
      {entry.input !== "" && <pre tabIndex={0}>{entry.input}</pre>}
      {entry.output !== "" && (
        <pre tabIndex={0} aria-label="Output">
          {entry.output}
        </pre>
      )}
    </details>
  );
}

/** The first value of what a tool was asked: mostly the command or the path. */
function glimpse(input: string): string {
  const [, value] = /:\s*"((?:[^"\\]|\\.)*)"/.exec(input) ?? [];
  return value ?? "";
}
