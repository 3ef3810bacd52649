import { join } from "node:path";
import { DEFAULT_ACCOUNT, expandPath } from "../../../../config/index.ts";
import type { AccountPlace } from "../../../linking.ts";

/** Where an earlier version kept the link of an account, the likelier place first. */
export function linkFolders({ accountId, authDir, stateDir, home }: AccountPlace): readonly string[] {
  if (authDir !== undefined && authDir.trim() !== "") return [expandPath(authDir, home)];
  const credentials = join(stateDir, "credentials");
  // The first versions had one account, and its files beside everything else.
  const first = accountId === DEFAULT_ACCOUNT ? [credentials] : [];
  return [join(credentials, "whatsapp", accountId), ...first];
}
