import type { Run } from "../command.ts";
import type { accountFlags } from "../commands/chats/channels.ts";
import { CliError } from "../errors.ts";
import { channelNamed } from "./known.ts";

/** No channel of this version is linked by a login; each says what it needs instead. */
export const run: Run<typeof accountFlags> = async ({ flags, args }) => {
  const { meta } = await channelNamed(args[0], flags.channel, { required: false });
  throw new CliError(`Channel "${meta.id}" does not support login: its accounts have a token.`, {
    hint: `Add or change it: openclaw channels add ${meta.id}`,
  });
};
