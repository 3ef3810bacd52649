import type { Run } from "../command.ts";
import type { approveFlags } from "../commands/chats/pairing.ts";
import type { Session } from "../session.ts";
import { type ApprovalOutcome, type Waiting, withPairing } from "./access.ts";
import { channelAndCode, findRequest, noRequest } from "./find.ts";

export const run: Run<typeof approveFlags> = async ({ flags, args, session }) => {
  const wanted = channelAndCode(flags.channel, args);
  const { request, outcome } = await withPairing(session, flags, async (pairing) => {
    const found = await findRequest(pairing, { ...wanted, account: flags.account });
    const approved = await pairing.approve(found, { notify: flags.notify });
    if (approved === undefined) throw noRequest(wanted);
    return { request: found, outcome: approved };
  });
  const { channel, accountId, senderId, code } = request;
  if (flags.json) {
    const { owner, notification } = outcome;
    session.out.json({ ok: true, channel, accountId, code, senderId, commandOwner: owner, notification });
  } else {
    session.out.line(`Approved ${channel} sender ${senderId}.`);
    if (outcome.owner === "configured") {
      session.out.line(
        `Command owner configured ${channel}:${senderId} (commands.ownerAllowFrom was empty).`,
      );
    }
  }
  warn(session, request, outcome);
};

/** What was wanted beside the approval and did not come about. */
function warn(
  { out }: Session,
  { channel, senderId }: Waiting,
  { owner, notification }: ApprovalOutcome,
): void {
  if (owner === "unavailable") {
    out.warn(
      "There is no command owner yet, and this one could not be written. Do it by hand: " +
        `openclaw config set commands.ownerAllowFrom '["${channel}:${senderId}"]'`,
    );
  }
  switch (notification) {
    case "gateway-down":
      out.warn("They were not told: no gateway runs. They may write as soon as one does.");
      break;
    case "failed":
      out.warn("They could not be told. See why: openclaw channels status");
      break;
    case "unsupported":
      out.warn(`They were not told: ${channel} has no way to do so.`);
      break;
    case "sent":
    case "not-requested":
      break;
  }
}
