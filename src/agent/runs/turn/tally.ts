import type { AssistantMessage } from "@earendil-works/pi-ai";
import type { RunId } from "../../../protocol/index.ts";
import type { ModelFailure, ModelRef, ThinkingLevel } from "../../models/index.ts";
import type { ClientToolCall, RunOutcome } from "../run.ts";
import { isSilent, parseDirectives } from "../voice/directives.ts";
import { NO_USAGE, sumOf, usageOf } from "../model/usage.ts";

/** What a turn has come to so far. */
export class Tally {
  /** Model the turn began with. */
  requested: ModelRef | undefined;
  /** How hard it was to think. */
  thinking: ThinkingLevel | undefined;
  contextTokens = 0;
  usage = NO_USAGE;
  lastCallUsage = NO_USAGE;
  assistantTurns = 0;
  stopReason = "stop";
  /** A tool said something to whoever waits for the answer. */
  spokeByTool = false;
  /** A provider was asked. */
  providerStarted = false;
  /** The last failure, when the model could not answer. */
  failure: { readonly message: AssistantMessage; readonly failure: ModelFailure } | undefined;
  /** The answer was given by a turn of an earlier process, in the name of this run. */
  answeredBy: RunId | undefined;
  readonly clientToolCalls: ClientToolCall[] = [];
  readonly #toolNames = new Set<string>();
  readonly #failovers: NonNullable<RunOutcome["failovers"]>[number][] = [];
  #last: AssistantMessage | undefined;
  /** Text of the last message that said something, with its directives. */
  #answer = "";
  #calledTools = false;

  /** An assistant message is complete. */
  add(message: AssistantMessage): void {
    this.#last = message;
    this.assistantTurns += 1;
    this.lastCallUsage = usageOf(message.usage);
    this.usage = sumOf(this.usage, this.lastCallUsage);
    this.stopReason = message.stopReason;
    if (message.content.some((part) => part.type === "toolCall")) this.#calledTools = true;
    const text = textOf(message);
    if (text.trim() !== "" && !isSilent(text)) this.#answer = text;
    if (isSilent(text)) this.#answer = "";
  }

  /** The model is asked once more: what failed before does not count. */
  forget(): void {
    this.failure = undefined;
  }

  /** A tool did what it was asked to. */
  succeeded(tool: string): void {
    this.#toolNames.add(tool);
  }

  failedOver(from: ModelRef, to: ModelRef, { kind, message }: ModelFailure): void {
    this.#failovers.push({ from: nameOf(from), to: nameOf(to), kind, message });
  }

  get last(): AssistantMessage | undefined {
    return this.#last;
  }

  /** Tools were called, so doing it all again could do it twice. */
  get calledTools(): boolean {
    return this.#calledTools;
  }

  /** The answer as the model wrote it. */
  get rawAnswer(): string {
    return this.#answer;
  }

  /** The answer as it is shown; empty when there is none. */
  get answer(): string {
    return parseDirectives(this.#answer).text;
  }

  /** The last message says nothing and was not meant to call anything. */
  get endedWithoutWords(): boolean {
    if (!this.#last || this.#last.content.some((part) => part.type === "toolCall")) return false;
    const text = textOf(this.#last);
    return text.trim() === "" || isSilent(text);
  }

  /** The model that answers, or the one that was to. */
  get effective(): { readonly provider: string; readonly model: string } {
    const { provider = "", model = "" } = this.failure?.message ?? this.#last ?? this.requested ?? {};
    return { provider, model };
  }

  /** The part of an outcome that is counted. */
  facts(): Pick<
    RunOutcome,
    | "provider"
    | "model"
    | "responseModel"
    | "thinking"
    | "contextTokens"
    | "usage"
    | "lastCallUsage"
    | "assistantTurns"
    | "toolNames"
    | "clientToolCalls"
    | "providerStarted"
    | "failovers"
  > {
    return {
      ...this.effective,
      ...(this.#last?.responseModel !== undefined && { responseModel: this.#last.responseModel }),
      ...(this.thinking !== undefined && { thinking: this.thinking }),
      contextTokens: this.contextTokens,
      usage: this.usage,
      lastCallUsage: this.lastCallUsage,
      assistantTurns: this.assistantTurns,
      toolNames: [...this.#toolNames],
      ...(this.clientToolCalls.length > 0 && { clientToolCalls: this.clientToolCalls }),
      providerStarted: this.providerStarted,
      ...(this.#failovers.length > 0 && { failovers: this.#failovers }),
    };
  }

  /** What `lifecycle` frames say of who was asked, who answered and what was shown. */
  receipt(runId: string, sessionId: string, text: string): Readonly<Record<string, unknown>> {
    const { provider, model } = this.effective;
    const requested = this.requested ?? { provider, model };
    const disposition = text !== "" ? "visible" : this.endedWithoutWords ? "silent" : "empty";
    return {
      terminalReply: { disposition, ...(text !== "" && { text }) },
      terminalReceipt: {
        runId,
        sessionId,
        turnId: runId,
        requested,
        effective: { provider, model, responseModel: this.#last?.responseModel ?? model },
        successfulToolNames: [...this.#toolNames],
        rerouted: this.#failovers.length > 0,
        terminalDisposition: text === "" ? "not-visible" : "visible",
      },
    };
  }
}

/** `provider/model`. */
export function nameOf({ provider, model }: ModelRef): string {
  return `${provider}/${model}`;
}

/** What a message says, its blocks apart. */
export function textOf(message: AssistantMessage): string {
  return message.content
    .flatMap((part) => (part.type === "text" && part.text !== "" ? [part.text] : []))
    .join("\n\n");
}
