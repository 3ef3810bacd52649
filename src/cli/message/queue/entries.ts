import type { GatewayClient } from "../../../client/index.ts";
import { DEFAULT_ACCOUNT } from "../../../config/index.ts";
import type { messages, ResultOf } from "../../../protocol/index.ts";
import { CliError } from "../../errors.ts";
import type { Session } from "../../session.ts";
import { clipped, MAX_COLUMNS, table, unpainted, wrap } from "../../terminal/layout.ts";
import { spanOf } from "../../words.ts";
import { SUMMARY_COLUMNS } from "../limits.ts";

/** One message of the queue. */
export type QueueEntry = ResultOf<typeof messages.messageQueueList>["items"][number];

/** An entry with what it holds. @throws GatewayRequestError */
export async function entryOf(client: GatewayClient, id: string, timeoutMs: number) {
  const { item } = await client.request<typeof messages.messageQueueShow>(
    "message.queue.show",
    { id },
    { timeoutMs },
  );
  return item;
}

/** The entries as a table, and below it why they are still there. */
export function queueLines(entries: readonly QueueEntry[], { out, clock }: Session): string[] {
  const now = clock.now();
  const rows = entries.map(({ id, state, channel, accountId, lane, createdAt, attempts, summary }) => [
    id,
    state,
    `${channel} ${accountId === DEFAULT_ACCOUNT ? "" : `${accountId} `}${lane}`,
    spanOf(Math.max(0, now - createdAt)),
    String(attempts),
    clipped(unpainted(summary), SUMMARY_COLUMNS),
  ]);
  const troubles = entries.flatMap(({ id, lastError, arrived, parts }) => {
    const part =
      arrived !== undefined && arrived > 0 ? `${arrived} of ${parts ?? arrived} parts arrived; ` : "";
    if (lastError === undefined) return [];
    return wrap(`${id}: ${part}${unpainted(lastError)}`, MAX_COLUMNS).map((line) => out.style.yellow(line));
  });
  return [
    ...table(["Id", "State", "Chat", "Age", "Tries", "Message"], rows),
    ...(troubles.length > 0 ? ["", ...troubles] : []),
  ];
}

/** Asks whether an uncertain message is to be sent once more. @throws CliError when nobody is there to answer */
export async function mayArriveTwice(
  { confirm }: Session,
  { id, lane, summary }: QueueEntry,
  command: string,
): Promise<boolean> {
  if (confirm === undefined) {
    throw new CliError(`Nobody knows whether ${id} has arrived; sent again it may arrive twice.`, {
      hint: `Look at the chat. If it is not there: ${command} --yes`,
    });
  }
  return confirm(`${id} ("${unpainted(summary)}", chat ${lane}) may have arrived already. Send it again?`);
}
