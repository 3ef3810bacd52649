import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { TurnObserver } from "../conversations.ts";
import { DIRECT_EDIT_INTERVAL_MS, GROUP_EDIT_INTERVAL_MS } from "./limits.ts";
import type { LiveReply, LiveScene } from "./live-replies.ts";
import { Mark, STAGES, toolMark } from "./mark.ts";
import type { PreviewPace } from "./pace.ts";
import { Preview } from "./preview.ts";
import type { LiveSettings } from "./settings.ts";
import { AnswerShow } from "./shows/answer.ts";
import { ProgressShow } from "./shows/progress.ts";
import type { Show } from "./shows/show.ts";
import type { TypingHold, TypingSigns } from "./typing-signs.ts";

interface SceneReplyDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly typing: TypingSigns;
  readonly pace: PreviewPace;
  readonly previewing: Map<string, LiveReply>;
}

type Ending = Awaited<ReturnType<LiveReply["finish"]>>;

/** What one message is shown until it is answered. */
export class SceneReply implements LiveReply {
  readonly observer: TurnObserver;
  /** The chat, and the place in it. */
  private readonly chatKey: string;
  private readonly placeKey: string;
  private readonly typing: TypingHold;
  private readonly mark: Mark | undefined;
  private readonly show: Show | undefined;
  private readonly preview: Preview | undefined;
  private ending: Promise<Ending> | undefined;

  constructor(
    private readonly scene: LiveScene,
    private readonly settings: LiveSettings,
    private readonly deps: SceneReplyDeps,
  ) {
    const { account, connection, target, messageId } = scene;
    const { clock, log } = deps;
    this.chatKey = JSON.stringify([account.channel, account.id, target.chatId]);
    this.placeKey = JSON.stringify([account.channel, account.id, target.chatId, target.topicId]);
    const { intervalMs } = settings.typing;
    this.typing = deps.typing.hold({ key: this.placeKey, connection, target, intervalMs });
    this.mark =
      settings.mark === undefined || messageId === undefined
        ? undefined
        : new Mark({ react: (emoji) => connection.react(target, messageId, emoji), clock, log });
    this.preview = this.newPreview();
    this.show = this.preview && this.newShow();
    this.observer = this.listening();
    if (settings.mark !== undefined) this.mark?.set(settings.mark);
    this.types("instant");
  }

  finish(isFailure = false): Promise<Ending> {
    this.ending ??= this.end(isFailure);
    return this.ending;
  }

  private listening(): TurnObserver {
    const { marksFollow } = this.settings;
    return {
      started: () =>
        this.hear(() => {
          this.types("thinking");
          if (marksFollow) this.mark?.setSoon(STAGES.thinking);
        }),
      text: (full) =>
        this.hear(() => {
          if (full.trim() !== "") this.types("message");
          this.show?.text(full);
        }),
      message: (text, isFinal) => this.hear(() => this.show?.message(text, isFinal)),
      tool: (call) =>
        this.hear(() => {
          this.types("message");
          if (marksFollow) this.mark?.setSoon(call.phase === "start" ? toolMark(call.name) : STAGES.thinking);
          this.show?.tool(call);
        }),
    };
  }

  private hear(act: () => void): void {
    if (!this.ending) act();
  }

  /** Types if that is time to: what comes later is a sign of life for who began earlier. */
  private types(moment: "instant" | "thinking" | "message"): void {
    const order = ["instant", "thinking", "message"] as const;
    const { mode } = this.settings.typing;
    if (mode !== "never" && order.indexOf(moment) >= order.indexOf(mode)) this.typing.touch();
  }

  private newPreview(): Preview | undefined {
    const { connection, target, chat, keepDraft } = this.scene;
    if (!connection.drafts || this.settings.streaming.mode === "off") return undefined;
    const { pace, clock, log } = this.deps;
    const intervalMs = chat.kind === "direct" ? DIRECT_EDIT_INTERVAL_MS : GROUP_EDIT_INTERVAL_MS;
    return new Preview({
      drafts: connection.drafts,
      target,
      chat: this.chatKey,
      intervalMs,
      pace,
      keepDraft,
      clock,
      log,
    });
  }

  private newShow(): Show | undefined {
    const { streaming } = this.settings;
    const { clock, previewing } = this.deps;
    const show = (text: string) => {
      const first = previewing.get(this.placeKey) ?? this;
      previewing.set(this.placeKey, first);
      if (first === this) this.preview?.show(text);
    };
    switch (streaming.mode) {
      case "off":
        return undefined;
      case "progress":
        return new ProgressShow(streaming.look, streaming.limit, clock, show);
      case "answer":
        return new AnswerShow(streaming, clock, show);
    }
  }

  private async end(isFailure: boolean): Promise<Ending> {
    this.typing.stop();
    this.show?.stop();
    if (this.settings.marksFollow) this.mark?.set(isFailure ? STAGES.failed : STAGES.done);
    const standing = await this.preview?.finish();
    if (this.deps.previewing.get(this.placeKey) === this) this.deps.previewing.delete(this.placeKey);
    if (!standing) return {};
    const { draft, isSettled } = standing;
    // An edit of ours that is still under way could come after the answer and write over it.
    return this.settings.streaming.mode === "answer" && isSettled ? { replaces: draft } : { discard: draft };
  }
}
