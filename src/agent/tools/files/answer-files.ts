import { type Jail, openInside, PathJailError } from "../../../lib/path-jail/index.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import { assertMayRead, closedPlaces, type FileDeps, receivedFolder } from "./reach.ts";

export interface AnswerFilesDeps extends Pick<FileDeps, "roster" | "places"> {
  /** Folder of files from chats and on their way to them. */
  readonly mediaDir: string;
}

/** Who is answered, and from where. */
export interface Answered {
  /** Of the agent that answers; relative paths start there. */
  readonly workspace: string;
  /** The conversation of the answer. */
  readonly sessionKey: SessionKey;
  readonly isOwner: boolean;
}

/** Which files of this machine agents may send to chats: what they may read, and nobody's but the owner's private ones. */
export class AnswerFiles {
  constructor(private readonly deps: AnswerFilesDeps) {}

  /** The real path of a file an answer names. @throws Error whose message says why it is not sent */
  async pathOf(named: string, { workspace, sessionKey, isOwner }: Answered): Promise<string> {
    const sender = { isOwner };
    const own = { root: workspace, closed: await closedPlaces(this.deps, [workspace]) };
    await using file = await openInside(own, named).catch(async (error: unknown) => {
      if (!(error instanceof PathJailError) || error.kind !== "outside") throw error;
      const received = { root: receivedFolder({ sender, sessionKey }, this.deps), base: workspace };
      return openInside(received, named).catch(() => Promise.reject(error));
    });
    await assertMayRead(file.path, { workspace, cwd: workspace, sender });
    return file.path;
  }

  /** Folders that files may be sent from: these workspaces, and what is on its way; never what is the gateway's own. */
  async jails(workspaces: readonly string[]): Promise<readonly Jail[]> {
    const closed = await closedPlaces(this.deps, workspaces);
    return [...workspaces.map((root) => ({ root, closed })), { root: this.deps.mediaDir }];
  }
}
