import type { Run } from "../../command.ts";
import type { queueEntryFlags } from "../../commands/chats/message.ts";
import { withGateway } from "../../rpc/gateway.ts";
import { definitions } from "../../terminal/layout.ts";
import { ago } from "../../words.ts";
import { SHOWN_TEXT_CHARS } from "../limits.ts";
import { entryOf } from "./entries.ts";

const ACCESS = { scopes: ["operator.read"], label: "Asking the gateway" } as const;

export const run: Run<typeof queueEntryFlags> = async ({ flags, args, session }) => {
  const item = await withGateway(session, flags, ACCESS, (client) =>
    entryOf(client, args[0] ?? "", flags.timeout),
  );
  const { out, clock } = session;
  if (flags.json) {
    out.json(item);
    return;
  }
  const { id, state, channel, accountId, lane, createdAt, notBefore, endedAt, attempts } = item;
  const now = clock.now();
  out.line(out.style.bold(`${id} ${state}`));
  const rows: (readonly [string, string | undefined])[] = [
    ["chat", `${channel} ${accountId} ${lane}`],
    ["message", item.summary],
    ["since", ago(createdAt, now)],
    ["tries", String(attempts)],
    ["next try", notBefore !== undefined && notBefore > now ? new Date(notBefore).toISOString() : undefined],
    ["over", endedAt === undefined ? undefined : ago(endedAt, now)],
    ["why", item.lastError],
    [
      "arrived",
      item.arrived === undefined ? undefined : `${item.arrived} of ${item.parts ?? item.arrived} parts`,
    ],
    ["wanted by", item.origin],
    ["became", item.disposition],
    ["session", item.sessionKey],
    ["run", item.runId],
  ];
  for (const line of definitions(
    rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])),
  ))
    out.line(line);
  const { event, target, contents, receipts } = item;
  out.line(JSON.stringify({ event, target, contents, receipts }, shortened, 2));
};

/** What a person need not see whole: files as base64, long texts. */
function shortened(_: string, value: unknown): unknown {
  const isLong = typeof value === "string" && value.length > SHOWN_TEXT_CHARS;
  return isLong ? `${value.slice(0, SHOWN_TEXT_CHARS)}… (${value.length} characters)` : value;
}
