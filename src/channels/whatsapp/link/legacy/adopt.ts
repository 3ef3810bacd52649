import type { Clock } from "../../../../lib/clock.ts";
import type { Logger } from "../../../../lib/logger.ts";
import type { ChannelKeyRepository, KeyOwner } from "../../../../store/index.ts";
import { holdsLink, readLink } from "./link-folder.ts";
import { isOwnedElsewhere, ownerOf, writeOwner } from "./owner-note.ts";

export interface AdoptDeps {
  readonly keys: Pick<ChannelKeyRepository, "replace">;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What came of looking for a link of an earlier version. */
export type Adoption =
  | { readonly kind: "adopted"; readonly folder: string }
  | { readonly kind: "none" }
  /** Another state folder has it: two connections of one link would cut each other off. */
  | { readonly kind: "elsewhere"; readonly folder: string; readonly stateDir: string };

/**
 * Takes the link of an account over from the files of an earlier version, once: all of it in one act, and never a second time,
 * so that an account that was logged out stays so. The files stay, with a note on whose the link is. For an account that has no
 * link. @throws StoreError; ConfigError when no note can be left
 */
export async function adoptLink(
  owner: KeyOwner,
  folders: readonly string[],
  { keys, stateDir, clock, log }: AdoptDeps,
): Promise<Adoption> {
  const folder = folders.find(holdsLink);
  if (folder === undefined) return { kind: "none" };
  const note = ownerOf(folder);
  if (note && isOwnedElsewhere(folder, stateDir)) {
    log.warn("the link of an earlier version belongs to another state folder and is left to it", {
      folder,
      owner: note.stateDir,
    });
    return { kind: "elsewhere", folder, stateDir: note.stateDir };
  }
  if (note?.takenOverAt !== undefined) return { kind: "none" };
  const found = await readLink(folder);
  if (!found) {
    log.warn("files of a link were found, but no credentials that can be read", { folder });
    return { kind: "none" };
  }
  // Before it is used: whoever comes second must see it.
  writeOwner(folder, stateDir);
  const isNew = await keys.replace(owner, found.link, { onlyNew: true });
  writeOwner(folder, stateDir, new Date(clock.now()).toISOString());
  if (!isNew) return { kind: "none" };
  const { fromBackup, skipped, link } = found;
  log.info("the link of an earlier version was taken over", {
    folder,
    keys: link.keys?.length ?? 0,
    ...(skipped > 0 && { skipped }),
    ...(fromBackup && { fromBackup }),
  });
  return { kind: "adopted", folder };
}
