import { DEFAULT_ACCOUNT } from "../../../config/index.ts";
/** Where the settings of an account stand, for commands that change them. */
export function configPathOf(accountId: string): string {
  return accountId === DEFAULT_ACCOUNT ? "channels.telegram" : `channels.telegram.accounts.${accountId}`;
}
