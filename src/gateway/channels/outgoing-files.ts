import { isAbsolute } from "node:path";
import { type Jail, PathJailError, readInside } from "../../lib/path-jail/index.ts";

/** Reads files of this machine that are to be sent to chats, from the folders that are open for it and from no other. */
export class OutgoingFiles {
  /** `jails`: the workspaces of the agents, and the folder of files on their way; asked anew for every file. */
  constructor(private readonly jails: () => Promise<readonly Jail[]>) {}

  /** @throws Error whose message is fit for whoever wants the file sent */
  async open(path: string, maxBytes: number): Promise<{ readonly bytes: Uint8Array }> {
    if (!isAbsolute(path)) throw new Error(`${path} is no whole path, so nobody knows which file is meant.`);
    let refusal: PathJailError | undefined;
    for (const jail of await this.jails()) {
      try {
        return { bytes: (await readInside(jail, path, maxBytes)).bytes };
      } catch (error) {
        if (!(error instanceof PathJailError)) throw error;
        // A file that is missing or too large lies in the right folder at least, which tells more than "outside".
        if (refusal === undefined || error.kind !== "outside") refusal = error;
      }
    }
    throw refusal ?? new Error("No folder is open for files to be sent from.");
  }
}
