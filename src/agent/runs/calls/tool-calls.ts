import type { AgentEvent } from "@earendil-works/pi-agent-core";
import { recordOf } from "../../../lib/records.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Tool, ToolResult } from "../../tools/index.ts";
import type { Narrator } from "../voice/narrator.ts";
import { ToolFrames } from "../voice/tool-frames.ts";
import type { Audience } from "../turn/audience.ts";

type ToolEvent = Extract<
  AgentEvent,
  { type: "tool_execution_start" | "tool_execution_update" | "tool_execution_end" }
>;

/** What came of the calls of one message. */
export interface Batch {
  readonly succeeded: readonly string[];
  /** One of them said something to whoever waits. */
  readonly spoke: boolean;
  /** Every call asked for the end of the turn. */
  readonly terminates: boolean;
}

/** The calls under way: shows them, and knows what came of them. */
export class ToolCalls {
  readonly #clock: Clock;
  readonly #narrator: Narrator;
  readonly #audience: Audience;
  readonly #labels: ReadonlyMap<string, string>;
  readonly #open = new Map<string, ToolFrames>();
  #succeeded: string[] = [];
  #spoke = false;
  #ended = 0;
  #terminating = 0;

  constructor(clock: Clock, narrator: Narrator, audience: Audience, tools: readonly Tool[]) {
    this.#clock = clock;
    this.#narrator = narrator;
    this.#audience = audience;
    this.#labels = new Map(tools.map(({ name, label }) => [name, label]));
  }

  /** Calls that have not been answered. */
  get openCount(): number {
    return this.#open.size;
  }

  on(event: ToolEvent): void {
    switch (event.type) {
      case "tool_execution_start":
        this.#start(event.toolCallId, event.toolName, recordOf(event.args));
        return;
      case "tool_execution_update":
        this.#open.get(event.toolCallId)?.update(resultOf(event.partialResult));
        return;
      case "tool_execution_end":
        this.#end(event.toolCallId, event.toolName, resultOf(event.result), event.isError);
        return;
    }
  }

  /** The calls since the last time this was asked. */
  takeBatch(): Batch {
    const batch = {
      succeeded: this.#succeeded,
      spoke: this.#spoke,
      terminates: this.#ended > 0 && this.#terminating === this.#ended,
    };
    this.#succeeded = [];
    this.#spoke = false;
    this.#ended = 0;
    this.#terminating = 0;
    return batch;
  }

  #start(id: string, name: string, args: Readonly<Record<string, unknown>>): void {
    const label = this.#labels.get(name) ?? name;
    const frames = new ToolFrames(this.#narrator, this.#clock, { id, name, label, args });
    this.#open.set(id, frames);
    frames.start();
    this.#audience.tell((observer) => observer.tool?.({ id, name, phase: "start" }));
  }

  #end(id: string, name: string, result: ToolResult, isError: boolean): void {
    this.#ended += 1;
    if (result.terminate === true) this.#terminating += 1;
    if (!isError) {
      this.#succeeded.push(name);
      if (result.speaks === true) this.#spoke = true;
    }
    this.#open.get(id)?.end(result, isError);
    this.#open.delete(id);
    this.#audience.tell((observer) => observer.tool?.({ id, name, phase: "end", isError }));
  }
}

/** The engine does not type what it hands through; these are the adapter's own results. */
function resultOf(value: unknown): ToolResult {
  return isResult(value) ? value : { content: [] };
}

function isResult(value: unknown): value is ToolResult {
  return typeof value === "object" && value !== null && "content" in value && Array.isArray(value.content);
}
