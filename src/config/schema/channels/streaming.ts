import { Type } from "@sinclair/typebox";
import { choice, either, flag, integer, lazy, section, texts } from "../field.ts";

const size = (title: string, description: string) => integer(title, description, { exclusiveMinimum: 0 });

const toolLines = () => ({
  toolProgress: flag("Tools", "Shows which tools run."),
  commandText: choice(["status", "raw"], "Commands", "Names the tool, or shows its command."),
});

/** `streaming.preview`: an answer that grows in the chat. */
export const streamingPreview = lazy(() =>
  section("Preview", "Look of a growing answer.", {
    chunk: section("Parts", "Size of what is added at once in block mode.", {
      minChars: size("Shortest", "Characters; 200 when absent."),
      maxChars: size("Longest", "Characters; 800 when absent."),
      breakPreference: choice(
        ["paragraph", "newline", "sentence"],
        "Ends",
        "Where a part preferably ends; at paragraphs when absent.",
      ),
    }),
    ...toolLines(),
  }),
);

/** `streaming.progress`: a line that says what the agent is doing. */
export const streamingProgress = lazy(() =>
  section("Progress", "Look of the progress line.", {
    label: either(
      [Type.String(), Type.Literal(false)],
      "Label",
      "Its first line; auto for a word of ours, false for none.",
    ),
    labels: texts("Labels", "Words auto chooses from."),
    maxLines: size("Lines", "Most lines; 8 when absent."),
    maxLineChars: size("Line length", "Characters of a line; 120 when absent."),
    ...toolLines(),
    commentary: flag("Commentary", "What the agent says between tools stays as lines."),
    narration: flag("Narration", "What the agent said last stands at the top; on when absent."),
  }),
);

/** `streaming.block`: an answer that appears part by part. */
export const streamingBlock = lazy(() =>
  section("Parts", "An answer that appears part by part.", {
    enabled: flag("Enabled", "Shows parts as they are written, whatever the mode is."),
    coalesce: section("Size", "Size of parts.", {
      minChars: size("Shortest", "Characters."),
      maxChars: size("Longest", "Characters."),
      idleMs: integer("Idle (ms)", "A pause this long ends a part.", { minimum: 0 }),
    }),
  }),
);
