import type { AssistantMessage } from "@earendil-works/pi-ai";
import type { SessionRecord, StoredEvent, UsageRecord } from "../../../store/index.ts";
import type { ModelInfo, ModelPlan } from "../../models/index.ts";
import type { RunsDeps } from "../deps.ts";
import { CHARS_PER_TOKEN } from "../limits.ts";
import type { Chronicle } from "../record/chronicle.ts";
import { nameOf } from "../turn/tally.ts";
import { cutAt } from "./cut.ts";
import { extractOf } from "./extract.ts";
import { asText, type Said, saidIn } from "./said.ts";
import { type CompactionSettings, compactionSettings } from "./settings.ts";
import { summarise } from "./summary.ts";

/** Why a conversation could not be shortened; the message is for people. */
export class CompactionError extends Error {
  override readonly name = "CompactionError";
}

/** A conversation and who is to shorten it. */
export interface CompactionRequest {
  readonly chronicle: Chronicle;
  readonly plan: ModelPlan;
  readonly info: ModelInfo;
  readonly agentId: string;
  /** Whose cost it is. */
  readonly runId: string;
  readonly channel: string;
  /** What must be kept above all. */
  readonly focus?: string;
  /** Share of the conversation that stays at most, besides the configured number of tokens. */
  readonly keepShare?: number;
  readonly signal: AbortSignal;
}

export interface Compacted {
  readonly summary: string;
  /** The first event that is still shown to the model as it was. */
  readonly firstKeptEntryId: string;
  readonly tokensBefore: number;
}

/** The part of a transcript the model sees. */
interface Visible {
  readonly said: readonly Said[];
  /** Summary of what came before it. */
  readonly before: string | undefined;
}

/** Replaces the older part of a conversation by a summary. What it replaces stays in the transcript. */
export class Compactor {
  readonly #deps: Pick<RunsDeps, "config" | "store" | "models" | "events" | "clock" | "ids">;

  constructor(deps: Pick<RunsDeps, "config" | "store" | "models" | "events" | "clock" | "ids">) {
    this.#deps = deps;
  }

  settings(contextTokens: number): CompactionSettings {
    return compactionSettings(this.#deps.config.current, contextTokens);
  }

  /** Shortens it and tells clients. Nothing is changed when it fails. @throws CompactionError, StoreError */
  async compact(request: CompactionRequest): Promise<Compacted> {
    const { events, ids } = this.#deps;
    const operation = { operationId: ids.uuid(), operation: "compact" };
    const { chronicle } = request;
    events.sessionOperation(chronicle.record, { ...operation, phase: "start" });
    let completed = false;
    try {
      const compacted = await this.#compact(request);
      completed = true;
      return compacted;
    } finally {
      events.sessionOperation(chronicle.record, { ...operation, phase: "end", completed });
    }
  }

  async #compact(request: CompactionRequest): Promise<Compacted> {
    const { chronicle, info } = request;
    const { said, before } = await this.#visible(chronicle.record);
    const settings = this.settings(info.contextTokens);
    const tokensBefore = said.reduce((sum, { tokens }) => sum + tokens, 0);
    const cut = cutAt(said, Math.min(settings.keepTokens, tokensBefore * (request.keepShare ?? 1)));
    const firstKept = said[cut];
    if (cut === 0 || !firstKept) throw new CompactionError("There is nothing to shorten yet.");
    const gone = said.slice(0, cut);
    const { summary, usage } = await this.#summary(request, settings, gone, before);
    const at = this.#deps.clock.now();
    const { compactionCount = 0 } = chronicle.record.entry;
    await chronicle.note({
      events: [
        {
          type: "compaction",
          id: this.#deps.ids.uuid(),
          timestamp: new Date(at).toISOString(),
          summary,
          firstKeptEntryId: firstKept.id,
          tokensBefore,
          details: { readFiles: [], modifiedFiles: [] },
        },
      ],
      // How much the conversation takes now is known with the next answer.
      entry: { compactionCount: compactionCount + 1, totalTokens: null },
      ...(usage && { usage: [usage] }),
    });
    return { summary, firstKeptEntryId: firstKept.id, tokensBefore };
  }

  async #visible({ sessionId }: SessionRecord): Promise<Visible> {
    const { transcripts } = this.#deps.store;
    const reset = await transcripts.last(sessionId, "reset");
    const compaction = await transcripts.last(sessionId, "compaction");
    const floor = reset?.seq ?? 0;
    if (!compaction || compaction.seq <= floor) {
      return { said: saidIn(await transcripts.read(sessionId, { after: floor })), before: undefined };
    }
    const { firstKeptEntryId, summary } = compaction.event;
    const kept =
      typeof firstKeptEntryId === "string" ? await this.#find(sessionId, firstKeptEntryId) : undefined;
    const after = (kept?.seq ?? compaction.seq) - 1;
    const said = saidIn(await transcripts.read(sessionId, { after }));
    return { said, before: typeof summary === "string" ? summary : undefined };
  }

  #find(sessionId: string, eventId: string): Promise<StoredEvent | undefined> {
    return this.#deps.store.transcripts.find(sessionId, eventId);
  }

  async #summary(
    request: CompactionRequest,
    settings: CompactionSettings,
    gone: readonly Said[],
    before: string | undefined,
  ): Promise<{ readonly summary: string; readonly usage?: UsageRecord }> {
    const { models, clock } = this.#deps;
    const { plan, info } = await this.#writer(request, settings);
    // The built-in model knows nothing of conversations; what it could write is made here without it.
    if (plan.candidates[0].provider === "builtin") return { summary: extractOf(gone, before) };
    const timeUp = new AbortController();
    const timer = clock.after(settings.timeoutMs, () => timeUp.abort());
    try {
      const { text, message } = await summarise(
        models,
        {
          plan,
          agentId: request.agentId,
          text: newestOf(asText(gone), settings.limitTokens),
          before,
          focus: request.focus,
          reasoning: info.reasoning,
          now: clock.now(),
        },
        AbortSignal.any([request.signal, timeUp.signal]),
      );
      return { summary: text, usage: this.#usage(message, request, info) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const model = nameOf(plan.candidates[0]);
      throw new CompactionError(
        `${model} wrote no summary: ${/[.!?]$/.test(why) ? why : `${why}.`} The conversation is as it was.`,
        {
          cause: error,
        },
      );
    } finally {
      timer.cancel();
    }
  }

  /** Who writes the summary: the configured model, else the one of the conversation. */
  async #writer(
    { plan, info, agentId }: CompactionRequest,
    { model }: CompactionSettings,
  ): Promise<{ plan: ModelPlan; info: ModelInfo }> {
    if (model === undefined) return { plan, info };
    const chosen = await this.#deps.models.plan({ agentId, entry: undefined, requested: model });
    return { plan: chosen, info: await this.#deps.models.info(chosen.candidates[0], agentId) };
  }

  #usage(message: AssistantMessage, request: CompactionRequest, info: ModelInfo): UsageRecord {
    const { record } = request.chronicle;
    const { input, output, cacheRead, cacheWrite, totalTokens, cost } = message.usage;
    return {
      at: this.#deps.clock.now(),
      agentId: request.agentId,
      sessionKey: record.key,
      sessionId: record.sessionId,
      runId: request.runId,
      provider: message.provider,
      model: message.model,
      channel: request.channel,
      input,
      output,
      cacheRead,
      cacheWrite,
      totalTokens,
      ...(info.cost && { cost }),
    };
  }
}

/** The end of a text that is too long to be read whole. */
function newestOf(text: string, maxTokens: number): string {
  const maxChars = Math.floor(maxTokens * CHARS_PER_TOKEN * 0.8);
  if (text.length <= maxChars) return text;
  return `…[${text.length - maxChars} older characters left out]…\n${text.slice(-maxChars)}`;
}
