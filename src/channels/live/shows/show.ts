/** A tool begins or ends. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly phase: "start" | "end";
  readonly isError?: boolean;
}

/** Turns what is heard of a turn into the text of its preview. */
export interface Show {
  /** Everything of the present message so far. */
  text(full: string): void;
  /** A message is complete. */
  message(text: string, isFinal: boolean): void;
  tool(call: ToolCall): void;
  /** Shows nothing more. */
  stop(): void;
}
