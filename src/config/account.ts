/** The account of a channel that is meant when none is named; the one its section itself describes while it names none. */
export const DEFAULT_ACCOUNT = "default";

/** The option that names an account to a command, with the space before it: ` --account work`; empty for the default account. */
export function accountOption(accountId: string): string {
  return accountId === DEFAULT_ACCOUNT ? "" : ` --account ${accountId}`;
}
