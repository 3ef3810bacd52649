/** The account the section itself describes. */
export const DEFAULT_ID = "default";

/** Where the settings of an account stand, for commands that change them. */
export function configPathOf(accountId: string): string {
  return accountId === DEFAULT_ID ? "channels.telegram" : `channels.telegram.accounts.${accountId}`;
}
