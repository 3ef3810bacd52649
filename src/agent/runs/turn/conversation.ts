import type {
  AgentContext,
  AgentEvent,
  AgentLoopConfig,
  AgentMessage,
  AgentTool,
} from "@earendil-works/pi-agent-core";
import type { AssistantMessage, Message, SimpleStreamOptions } from "@earendil-works/pi-ai";
import type { RunId } from "../../../protocol/index.ts";
import { EndlessTurnError } from "../failure.ts";
import { MAX_MODEL_CALLS, OVERFLOW_RETRIES } from "../limits.ts";
import type { LiveRun } from "../live-run.ts";
import type { Chronicle } from "../record/chronicle.ts";
import { userMessage } from "../record/events.ts";
import type { Narrator } from "../voice/narrator.ts";
import { newestAnswer } from "../record/answer.ts";
import { Answers } from "./answers.ts";
import type { Audience } from "./audience.ts";
import { ContextWindow } from "../model/context-window.ts";
import { streamFrom } from "../model/model-stream.ts";
import { spoken } from "../model/model-messages.ts";
import { modelWatcher } from "../model/model-watcher.ts";
import { reasoningOf, wishedOptions } from "../model/sampling.ts";
import type { Setting } from "./setting.ts";
import { hear } from "./steer-in.ts";
import type { Steering } from "./steering.ts";
import type { Tally } from "./tally.ts";
import { adaptClientTool, type Faults } from "../calls/tool-adapter.ts";
import { ToolCalls } from "../calls/tool-calls.ts";
import type { TurnDeps } from "./turn-deps.ts";

type Engine = typeof import("../model/engine.ts");

export interface ConversationParts {
  readonly deps: TurnDeps;
  readonly run: LiveRun;
  readonly setting: Setting;
  readonly chronicle: Chronicle;
  readonly narrator: Narrator;
  readonly audience: Audience;
  readonly steering: Steering;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** Said to a model that answered nothing where an answer is due; never stored. */
const SPEAK_UP = "Your answer was empty. Answer the last message now, in words.";

const SKIPPED_TEXT = "Skipped to process an incoming message.";

/** The talk of one turn: model, tools, model, until there is an answer. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #answers: Answers;
  readonly #tools: ToolCalls;
  readonly #faults: Faults = new WeakSet();
  #phase: "waiting" | "running" | "acting" = "waiting";
  /** The batch of calls that is being answered asks for another message of the model. */
  #goesOn = false;
  /** The model goes in circles: the turn is ended. */
  #isEndless = false;

  constructor(parts: ConversationParts) {
    const { deps, run, narrator, audience, setting } = parts;
    this.#parts = parts;
    this.#answers = new Answers({ ...parts, request: run.request });
    this.#tools = new ToolCalls(deps.clock, narrator, audience, setting.tools);
  }

  get toolsAreRunning(): boolean {
    return this.#tools.openCount > 0;
  }

  /** Shows what was held back of a message that will not be completed; returns all that was shown of it. */
  cutOff(): string {
    return this.#answers.cutOff();
  }

  /** Ends when there is an answer, or `tally.failure` says why there is none. @throws StoreError, SupersededError */
  async hold(): Promise<void> {
    const engine: Engine = await import("../model/engine.ts");
    const { signal, tally } = this.#parts;
    const tools = this.#engineTools();
    const { request } = this.#parts.run;
    const window = new ContextWindow({ ...this.#parts, request }, tools);
    let messages = await window.open();
    const answered = messages.at(-1);
    if (answered?.role === "assistant" && request.retryOf !== undefined) {
      // Others were answered since: the model hears the message that was not once more, as the last one.
      messages.push(this.#heardAgain());
    } else if (answered?.role === "assistant") {
      // Taken up after a restart, and another run that shared the turn has had the answer since.
      tally.add(answered);
      tally.answeredBy = await this.#author();
      return;
    }
    let overflows = 0;
    let mayPrompt = this.#answerIsDue();
    while (!signal.aborted) {
      tally.forget();
      await this.#talk(engine, { messages, tools });
      const isTooLong = tally.failure?.failure.kind === "context_overflow";
      if (isTooLong && overflows < OVERFLOW_RETRIES && (await window.relieve(overflows))) {
        overflows += 1;
        messages = await window.messages();
      } else if (mayPrompt && !tally.failure && this.#saidNothing()) {
        mayPrompt = false;
        messages.push({ role: "user", content: SPEAK_UP, timestamp: this.#parts.deps.clock.now() });
      } else return;
    }
  }

  /** The run whose turn wrote the newest answer, when that is another one. */
  async #author(): Promise<RunId | undefined> {
    const { deps, chronicle, run } = this.#parts;
    const newest = await newestAnswer(deps.store.transcripts, chronicle.record.sessionId);
    return newest && newest.runId !== run.request.runId ? newest.runId : undefined;
  }

  async #talk(engine: Engine, context: AgentContext): Promise<void> {
    const { deps, run, setting, tally, signal } = this.#parts;
    const stream = streamFrom({
      models: deps.models,
      plan: setting.plan,
      agentId: run.request.agentId,
      signal,
      watcher: modelWatcher({ ...this.#parts, request: run.request }),
      listener: this.#answers,
      options: () => this.#nextCall(),
      newStream: engine.createAssistantMessageEventStream,
      now: () => deps.clock.now(),
    });
    const config: AgentLoopConfig = {
      model: setting.model,
      convertToLlm: (messages) => messages.filter(isModelMessage),
      beforeToolCall: ({ toolCall }) => this.#beforeTool(toolCall.name),
      afterToolCall: async ({ result }) => (this.#faults.has(result) ? { isError: true } : undefined),
      finishTurn: ({ message }) => this.#afterMessage(message),
      getSteeringMessages: () => this.#steered(),
    };
    await engine.runAgentLoopContinue(context, config, (event) => this.#on(event), signal, stream);
    if (this.#isEndless) throw new EndlessTurnError(this.#answers.calls);
    const last = context.messages.at(-1);
    if (last?.role === "assistant" && last.stopReason === "error") {
      tally.failure = { message: last, failure: deps.models.failureOf(last) };
      context.messages.pop();
    }
  }

  /** Options of the call that is about to be made. */
  async #nextCall(): Promise<SimpleStreamOptions> {
    const { run, setting } = this.#parts;
    if (this.#phase === "waiting") await this.#enter("running");
    this.#answers.asked();
    const reasoning = reasoningOf(setting.thinking);
    return {
      ...wishedOptions(run.request, this.#answers.calls === 1),
      ...(reasoning !== undefined && { reasoning }),
      sessionId: setting.call.sessionId,
    };
  }

  async #enter(phase: "running" | "acting"): Promise<void> {
    this.#phase = phase;
    const { deps, audience } = this.#parts;
    for (const { request } of audience.runs) {
      await deps.store.runs.enter(request.namespace, request.runId, phase);
    }
  }

  async #on(event: AgentEvent): Promise<void> {
    switch (event.type) {
      case "message_end":
        if (event.message.role === "assistant") await this.#answers.complete(event.message);
        if (event.message.role === "toolResult") await this.#answers.result(event.message);
        return;
      case "tool_execution_start":
      case "tool_execution_update":
      case "tool_execution_end":
        this.#tools.on(event);
        return;
      default:
    }
  }

  async #beforeTool(name: string): Promise<{ block: true; reason: string } | undefined> {
    const { setting, steering } = this.#parts;
    const tool = setting.tools.find((one) => one.name === name);
    if (tool?.sequential === true && !steering.isEmpty) return { block: true, reason: SKIPPED_TEXT };
    if (tool && tool.readOnly !== true && this.#phase !== "acting") await this.#enter("acting");
    return undefined;
  }

  /** Decides whether the model is asked again after a message and the results of its calls. */
  #afterMessage(message: AssistantMessage): { action: "end" } | undefined {
    const { tally, steering } = this.#parts;
    const batch = this.#tools.takeBatch();
    const calls = message.content.some((part) => part.type === "toolCall");
    this.#goesOn = calls && !batch.terminates && tally.clientToolCalls.length === 0;
    for (const name of batch.succeeded) tally.succeeded(name);
    tally.spokeByTool ||= batch.spoke;
    this.#isEndless ||= this.#goesOn && this.#answers.calls >= MAX_MODEL_CALLS;
    if (this.#isEndless) return { action: "end" };
    if (this.#goesOn || (steering.hasWords && tally.clientToolCalls.length === 0)) return undefined;
    return { action: "end" };
  }

  /** What was said meanwhile, for the next call. Runs join only a turn that goes on anyway; else they get their own. */
  async #steered(): Promise<Message[]> {
    const { deps, run, audience, chronicle, steering, signal } = this.#parts;
    if (signal.aborted || this.#answers.calls === 0) return [];
    const messages: Message[] = [];
    const taken = steering.take(this.#goesOn ? "all" : "words");
    for (const [index, one] of taken.entries()) {
      const phase = this.#phase === "acting" ? "acting" : "running";
      try {
        messages.push(await hear(one, { deps, request: run.request, audience, chronicle, phase }));
      } catch (error) {
        steering.putBack(taken.slice(index));
        throw error;
      }
    }
    return messages;
  }

  #engineTools(): AgentTool[] {
    const { deps, run, setting, tally, signal } = this.#parts;
    const client = (run.request.clientTools ?? []).map((tool) =>
      adaptClientTool(tool, (id, args) =>
        tally.clientToolCalls.push({ id, name: tool.name, arguments: args }),
      ),
    );
    const taken = new Set(client.map(({ name }) => name));
    const own = setting.tools.filter(({ name }) => !taken.has(name));
    return [...own.map((tool) => deps.adapter.adapt(tool, setting.call, signal, this.#faults)), ...client];
  }

  #heardAgain(): Message {
    const { deps, run } = this.#parts;
    const { request, acceptedAt } = run;
    const message = userMessage(request, request.runId, acceptedAt);
    return spoken(message, request.sender, deps.prompts, request.agentId);
  }

  #answerIsDue(): boolean {
    const { deps, setting, run } = this.#parts;
    const silence = deps.config.current.agents.defaults.silentReply?.group;
    return (!setting.isGroup || silence !== "allow") && run.request.clientTools === undefined;
  }

  #saidNothing(): boolean {
    const { tally } = this.#parts;
    return tally.endedWithoutWords && !tally.spokeByTool;
  }
}

/** The engine has room for messages of other programs; a turn has none of them. */
function isModelMessage(message: AgentMessage): message is Message {
  return ["system", "user", "assistant", "toolResult"].includes(message.role);
}
