import type { GatewayClient } from "../../client/index.ts";
import type { ResultOf, sessions } from "../../protocol/index.ts";
import type { Invocation, Run } from "../command.ts";
import type { listFlags } from "../commands/sessions.ts";
import { withGateway } from "../rpc/gateway.ts";
import { table } from "../terminal/layout.ts";
import { plural } from "../words.ts";
import { ageOf, isSessionRow, modelOf, type SessionRow, stateOf, tokensOf } from "./rows.ts";

type Flags = Invocation<typeof listFlags>["flags"];

/** Rows asked for at once; `all` takes as many pages as it needs. */
const PAGE_ROWS = 500;

interface Listing {
  readonly path: string;
  readonly rows: readonly SessionRow[];
  readonly totalCount: number;
}

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const { path, rows, totalCount } = await withGateway(session, flags, access, (client) =>
    read(client, flags),
  );
  const now = clock.now();
  if (flags.json) {
    out.json({
      path,
      count: rows.length,
      totalCount,
      limitApplied: flags.limit === "all" ? null : flags.limit,
      hasMore: rows.length < totalCount,
      activeMinutes: flags.active ?? null,
      sessions: rows.map((row) => ({
        ...row,
        ageMs: typeof row.updatedAt === "number" ? Math.max(0, now - row.updatedAt) : null,
      })),
    });
    return;
  }
  if (rows.length === 0) {
    out.line("No sessions.");
    out.note('Begin one: openclaw agent --message "Hello"');
    return;
  }
  out.line(
    rows.length < totalCount
      ? `${rows.length} of ${plural(totalCount, "session")}`
      : plural(totalCount, "session"),
  );
  out.line();
  const cells = rows.map((row) => [row.key, ageOf(row, now), modelOf(row), tokensOf(row), stateOf(row)]);
  for (const line of table(["Session", "Updated", "Model", "Tokens", "State"], cells)) out.line(line);
};

async function read(client: GatewayClient, flags: Flags): Promise<Listing> {
  const wanted = flags.limit === "all" ? Number.POSITIVE_INFINITY : flags.limit;
  const rows: SessionRow[] = [];
  while (true) {
    const page = await client.request<typeof sessions.list>(
      "sessions.list",
      {
        limit: Math.min(PAGE_ROWS, wanted - rows.length),
        ...(rows.length > 0 && { offset: rows.length }),
        ...(flags.active !== undefined && { activeMinutes: flags.active }),
        ...(flags.agent !== undefined && { agentId: flags.agent }),
        includeGlobal: true,
        includeUnknown: true,
      },
      { timeoutMs: flags.timeout },
    );
    rows.push(...page.sessions.filter(isSessionRow).map((row) => withDefaults(row, page.defaults)));
    if (!page.hasMore || page.sessions.length === 0 || rows.length >= wanted) {
      return { path: page.path, rows, totalCount: page.totalCount };
    }
  }
}

/** A session that chose no model has the one all of them have. */
function withDefaults(row: SessionRow, defaults: ResultOf<typeof sessions.list>["defaults"]): SessionRow {
  if (row.model !== undefined) return row;
  const { modelProvider, model, contextTokens } = defaults;
  return { contextTokens, ...row, modelProvider, model };
}
