import type { Run } from "../command.ts";
import type { listFlags } from "../commands/chats/pairing.ts";
import { clipped, table, unpainted } from "../terminal/layout.ts";
import { ago, plural } from "../words.ts";
import { type Waiting, withPairing } from "./access.ts";
import { channelOf, waiting } from "./find.ts";

/** Columns a stranger's name may take. */
const NAME_COLUMNS = 24;

export const run: Run<typeof listFlags> = async ({ flags, args, session }) => {
  const { out, clock } = session;
  const channel = channelOf(flags.channel, args[0]);
  const requests = await withPairing(session, flags, (pairing) =>
    waiting(pairing, { channel, account: flags.account }),
  );
  if (flags.json) {
    out.json({ ...(channel !== undefined && { channel }), requests: requests.map(requestJson) });
    return;
  }
  if (requests.length === 0) {
    out.line(`Nobody waits to be let in${channel === undefined ? "" : ` on ${channel}`}.`);
    return;
  }
  out.line(`Waiting (${plural(requests.length, "request")})`);
  out.line();
  const cells = requests.map((request) => [
    request.code,
    request.channel,
    request.accountId,
    request.senderId,
    clipped(unpainted(nameOf(request)), NAME_COLUMNS),
    ago(Date.parse(request.createdAt), clock.now()),
  ]);
  for (const line of table(["Code", "Channel", "Account", "Id", "Calls themselves", "Since"], cells))
    out.line(line);
  out.line();
  out.note("Let somebody in: openclaw pairing approve <code>");
};

function requestJson({ channel, accountId, senderId, code, createdAt, lastSeenAt, meta }: Waiting) {
  return { id: senderId, channel, code, createdAt, lastSeenAt, meta: { ...meta, accountId } };
}

function nameOf({ meta }: Waiting): string {
  const handle = meta.username === undefined ? undefined : `@${meta.username}`;
  return [meta.name, handle].filter((text) => text !== undefined).join(" ");
}
