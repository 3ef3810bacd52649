import type { Account } from "./account.ts";
import type { Group } from "./group.ts";

/** Where something is said: with one other account, or in a group. */
export type Chat = Account | Group;
