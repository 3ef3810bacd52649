import { type GatewayClient, isRecord } from "../../client/index.ts";
import type { chat } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { showFlags } from "../commands/sessions.ts";
import { CliError } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { clipped, definitions, MAX_COLUMNS } from "../terminal/layout.ts";
import { ago } from "../words.ts";
import { messageLines } from "./message-lines.ts";
import {
  ageOf,
  describeSession,
  keyFor,
  modelOf,
  type SessionRow,
  stateOf,
  titleOf,
  tokensOf,
} from "./rows.ts";

/** The most one answer of the gateway carries; `all` takes as many as it needs. */
const PAGE_MESSAGES = 500;

export const run: Run<typeof showFlags> = async ({ flags, args, session }) => {
  const key = keyFor(args[0] ?? "", flags.agent);
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const { row, messages } = await withGateway(session, flags, access, async (client) => {
    const found = await describeSession(client, key, flags.timeout);
    if (found === undefined) {
      throw new CliError(`There is no session ${key}.`, { hint: "See which there are: openclaw sessions" });
    }
    return { row: found, messages: await readMessages(client, found.key, flags.limit, flags.timeout) };
  });
  if (flags.json) session.out.json({ session: row, messages });
  else print(session, row, messages);
};

/** The last messages, oldest first. */
async function readMessages(
  client: GatewayClient,
  sessionKey: string,
  limit: number | "all",
  timeoutMs: number,
): Promise<unknown[]> {
  const wanted = limit === "all" ? Number.POSITIVE_INFINITY : limit;
  const messages: unknown[] = [];
  let offset = 0;
  while (true) {
    const params = {
      sessionKey,
      limit: Math.min(PAGE_MESSAGES, wanted - messages.length),
      ...(offset > 0 && { offset }),
    };
    const page = await client.request<typeof chat.chatHistory>("chat.history", params, { timeoutMs });
    // Without a cursor the answer is a page.
    if ("kind" in page || page.messages.length === 0) return messages;
    messages.unshift(...page.messages);
    offset = page.nextOffset ?? messages.length;
    if (page.hasMore !== true || messages.length >= wanted) return messages;
  }
}

function print({ out, clock }: Session, row: SessionRow, messages: readonly unknown[]): void {
  const title = titleOf(row);
  out.line(out.style.bold(clipped(row.key, MAX_COLUMNS)));
  const facts: (readonly [string, string])[] = [
    ["title", title ?? ""],
    ["id", typeof row.sessionId === "string" ? row.sessionId : ""],
    ["updated", ageOf(row, clock.now())],
    ["model", modelOf(row)],
    ["tokens", tokensOf(row)],
    ["state", stateOf(row)],
  ];
  for (const line of definitions(facts.filter(([, text]) => text !== ""))) out.line(line);
  for (const message of messages) {
    if (!isRecord(message)) continue;
    const at = typeof message.timestamp === "number" ? ago(message.timestamp, clock.now()) : "";
    const [who, ...lines] = messageLines(message);
    if (lines.length === 0) continue;
    out.line();
    out.line(`${out.style.cyan(who ?? "")}  ${out.style.dim(at)}`.trimEnd());
    for (const line of lines) out.line(`  ${line}`.trimEnd());
  }
}
