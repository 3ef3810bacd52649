import type { Clock } from "../../../lib/clock.ts";
import type { ToolResult } from "../../tools/index.ts";
import { CAPTION_MAX_CHARS } from "../limits.ts";
import type { Narrator } from "./narrator.ts";

/** A call as it was made. */
export interface ShownCall {
  readonly id: string;
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Tools that run a command: their output is shown line by line. */
const COMMAND_TOOLS = new Set(["exec"]);

/** Arguments that say best what a call is about, the best first. */
const TELLING = ["title", "path", "file_path", "url", "query", "command", "to", "sessionKey", "action"];

/** The frames of one tool call, from its start to its end. */
export class ToolFrames {
  readonly #narrator: Narrator;
  readonly #clock: Clock;
  readonly #call: ShownCall;
  readonly #item: Readonly<Record<string, unknown>>;
  readonly #meta: string | undefined;
  readonly #isCommand: boolean;
  readonly #startedAt: number;

  constructor(narrator: Narrator, clock: Clock, call: ShownCall) {
    this.#narrator = narrator;
    this.#clock = clock;
    this.#call = call;
    this.#isCommand = COMMAND_TOOLS.has(call.name);
    this.#meta = captionOf(call.args);
    this.#startedAt = clock.now();
    this.#item = {
      itemId: `tool:${call.id}`,
      toolCallId: call.id,
      name: call.name,
      kind: "tool",
      title: this.#meta === undefined ? call.label : `${call.label} ${this.#meta}`,
      ...(this.#meta !== undefined && { meta: this.#meta }),
      ...(this.#isCommand && { commandBearing: true }),
    };
  }

  start(): void {
    this.#narrator.stream("item", {
      ...this.#item,
      phase: "start",
      status: "running",
      startedAt: this.#startedAt,
    });
    const { id, name, args } = this.#call;
    this.#narrator.stream("tool", { phase: "start", name, toolCallId: id, args });
  }

  update(partial: Pick<ToolResult, "content" | "details">): void {
    const { id, name } = this.#call;
    const partialResult = { content: partial.content, details: partial.details };
    this.#narrator.stream("tool", { phase: "update", name, toolCallId: id, partialResult });
    this.#narrator.stream("item", { ...this.#item, phase: "update", status: "running" });
    if (this.#isCommand) this.#output("delta", textOf(partial.content), "running", {});
  }

  end(result: Pick<ToolResult, "content" | "details">, isError: boolean): void {
    const { id, name } = this.#call;
    const status = isError ? "failed" : "completed";
    this.#narrator.stream("tool", {
      phase: "result",
      name,
      toolCallId: id,
      ...(this.#meta !== undefined && { meta: this.#meta }),
      isError,
      ...(this.#isCommand && { commandBearing: true }),
      result: { content: result.content, details: result.details },
    });
    const endedAt = this.#clock.now();
    this.#narrator.stream("item", {
      ...this.#item,
      phase: "end",
      status,
      startedAt: this.#startedAt,
      endedAt,
    });
    if (this.#isCommand) this.#output("end", textOf(result.content), status, commandFacts(result.details));
  }

  #output(phase: string, output: string, status: string, facts: Readonly<Record<string, unknown>>): void {
    this.#narrator.stream("command_output", {
      itemId: `command:${this.#call.id}`,
      phase,
      title: this.#meta === undefined ? "command" : `command ${this.#meta}`,
      toolCallId: this.#call.id,
      name: this.#call.name,
      output: output.trimEnd(),
      status,
      ...facts,
    });
  }
}

function captionOf(args: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of TELLING) {
    const value = args[name];
    if (typeof value === "string" && value.trim() !== "") {
      const line = value.replace(/\s+/g, " ").trim();
      return line.length > CAPTION_MAX_CHARS ? `${line.slice(0, CAPTION_MAX_CHARS)}…` : line;
    }
  }
  return undefined;
}

function textOf(content: ToolResult["content"]): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

function commandFacts(details: unknown): Readonly<Record<string, unknown>> {
  if (typeof details !== "object" || details === null) return {};
  const known = new Map<string, unknown>(Object.entries(details));
  const facts: Record<string, unknown> = {};
  for (const name of ["exitCode", "durationMs", "cwd"]) {
    if (known.has(name)) facts[name] = known.get(name);
  }
  return facts;
}
