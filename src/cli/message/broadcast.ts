import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { broadcastFlags } from "../commands/chats/message.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { plural } from "../words.ts";
import { perform } from "./action.ts";
import type { Answer } from "./outcome.ts";
import { on, textOf } from "./content.ts";

export const run: Run<typeof broadcastFlags> = async ({ flags, args, session }) => {
  const targets = [...flags.targets, ...args]
    .flatMap((one) => one.split(/[\s,]+/))
    .filter((one) => one !== "");
  if (targets.length === 0) {
    throw new CliError("--targets is missing.", { hint: "For example: --targets telegram:777 @news" });
  }
  const message = await textOf(flags.message, session);
  if ((message === undefined || message.trim() === "") && flags.media.length === 0) {
    throw new CliError("There is nothing to send.", { hint: 'Give it --message "…" or --media.' });
  }
  return perform(session, flags, {
    action: "broadcast",
    params: { targets, message, ...on({ silent: flags.silent }) },
    media: flags.media,
    idempotencyKey: flags.idempotencyKey,
    show: report,
  });
};

function report(answer: Answer, { out }: Session): void {
  const results = Array.isArray(answer.results) ? answer.results.filter(isRecord) : [];
  const failed = results.filter(({ ok }) => ok !== true);
  for (const { to, error } of failed)
    out.warn(`${String(to)}: ${typeof error === "string" ? error : "it was not sent"}`);
  const verb = answer.dryRun === true ? "Would be sent" : "Sent";
  out.line(`${verb} to ${results.length - failed.length} of ${plural(results.length, "chat")}.`);
  if (failed.length > 0) out.note("What waits or was given up: openclaw message queue list");
}
