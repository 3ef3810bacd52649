/**
 * The end of a conversation: the newest message of a person with what follows it, and at most `limit` such messages before
 * it; everything without a limit. An answer is never shown without what it answers.
 */
export function recentTurns<T extends { readonly role: string }>(
  messages: readonly T[],
  limit: number | undefined,
): readonly T[] {
  if (limit === undefined) return messages;
  const said = messages.flatMap(({ role }, index) => (role === "user" ? [index] : []));
  return messages.slice(said.at(-1 - limit) ?? 0);
}
