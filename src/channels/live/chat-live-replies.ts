import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { LiveReplies, LiveReply, LiveScene } from "./live-replies.ts";
import { PreviewPace } from "./pace.ts";
import { SceneReply } from "./scene-reply.ts";
import { liveSettings } from "./settings.ts";
import { TypingSigns } from "./typing-signs.ts";

export interface ChatLiveRepliesDeps {
  /** As it is now; a reply keeps what held when it began. */
  readonly config: () => Pick<OpenClawConfig, "agents" | "messages">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Shows chats what becomes of their messages. Nothing of it is durable but the previews that stand, nothing of it fails a turn. */
export class ChatLiveReplies implements LiveReplies {
  private readonly typing: TypingSigns;
  private readonly pace: PreviewPace;
  /** The reply that shows a preview in a chat or topic: runs that share a turn must not show it twice. */
  private readonly previewing = new Map<string, LiveReply>();

  constructor(private readonly deps: ChatLiveRepliesDeps) {
    this.typing = new TypingSigns(deps.clock);
    this.pace = new PreviewPace(deps.clock);
  }

  begin(scene: LiveScene): LiveReply {
    const { clock, log } = this.deps;
    return new SceneReply(scene, liveSettings(scene, this.deps.config()), {
      clock,
      log,
      typing: this.typing,
      pace: this.pace,
      previewing: this.previewing,
    });
  }
}
