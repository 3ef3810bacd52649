import type { Run } from "../command.ts";
import type { capabilitiesFlags } from "../commands/channels.ts";
import { definitions } from "../terminal/layout.ts";
import { channelNamed, knownChannels } from "./known.ts";

export const run: Run<typeof capabilitiesFlags> = async ({ flags, args, session }) => {
  const { out } = session;
  const named = args[0] ?? flags.channel;
  const channels = named === undefined ? await knownChannels() : [await channelNamed(args[0], flags.channel)];
  if (flags.json) {
    out.json({
      channels: channels.map(({ meta, capabilities }) => ({
        channel: meta.id,
        label: meta.label,
        support: capabilities,
      })),
    });
    return;
  }
  for (const { meta, capabilities } of channels) {
    out.line(out.style.bold(meta.label));
    const rows = Object.entries(capabilities).map(([name, value]): readonly [string, string] => [
      name,
      Array.isArray(value) ? value.join(", ") : value === true ? "yes" : "no",
    ]);
    for (const line of definitions(rows)) out.line(line);
  }
};
