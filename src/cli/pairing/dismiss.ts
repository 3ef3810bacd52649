import type { Run } from "../command.ts";
import type { dismissFlags } from "../commands/chats/pairing.ts";
import { withPairing } from "./access.ts";
import { channelAndCode, findRequest, noRequest } from "./find.ts";

export const run: Run<typeof dismissFlags> = async ({ flags, args, session }) => {
  const wanted = channelAndCode(flags.channel, args);
  const request = await withPairing(session, flags, async (pairing) => {
    const found = await findRequest(pairing, { ...wanted, account: flags.account });
    if (!(await pairing.dismiss(found))) throw noRequest(wanted);
    return found;
  });
  const { channel, accountId, senderId, code } = request;
  if (flags.json) session.out.json({ ok: true, channel, accountId, code, senderId });
  else session.out.line(`Dismissed ${channel} sender ${senderId}. They may ask again.`);
};
