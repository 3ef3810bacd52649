import { join } from "node:path";
import { expandPath } from "../../../../config/index.ts";

/** What says where the files of an account's link are. */
export interface FolderFacts {
  readonly accountId: string;
  /** `authDir` of the account, as configured. */
  readonly authDir: string | undefined;
  readonly stateDir: string;
  readonly home: string;
}

const DEFAULT_ACCOUNT = "default";

/** Where an earlier version kept the link of an account, the likelier place first. */
export function linkFolders({ accountId, authDir, stateDir, home }: FolderFacts): readonly string[] {
  if (authDir !== undefined && authDir.trim() !== "") return [expandPath(authDir, home)];
  const credentials = join(stateDir, "credentials");
  // The first versions had one account, and its files beside everything else.
  const first = accountId === DEFAULT_ACCOUNT ? [credentials] : [];
  return [join(credentials, "whatsapp", accountId), ...first];
}
