import { type CommandRow, said } from "../command-row.ts";
import { QUEUE_DROPS, QUEUE_MODES, type QueueChange, queueChange, queueWordsLength } from "./queue-words.ts";
import { patchSession } from "./session-scope.ts";

const OPTIONS =
  `Options: modes ${QUEUE_MODES.join(", ")}; debounce:<ms|s|m>, cap:, drop:${QUEUE_DROPS.join("|")}.` as const;

export const queueRow: CommandRow = {
  name: "queue",
  aliases: [],
  summary: "See or set what happens to messages while the agent works.",
  category: "options",
  audience: "sender",
  args: "[mode] [debounce:500ms] [cap:20] [drop:old|new|summarize]",
  parameters: [
    {
      name: "mode",
      summary: "steer, followup, collect, interrupt or default",
      choices: [...QUEUE_MODES, "default"],
    },
    { name: "options", summary: "debounce:<ms|s|m> cap:<n> drop:<policy>" },
  ],
  directive: {
    take: queueWordsLength,
    async once(_deps, _context, args) {
      const read = queueChange(args);
      const mode = "change" in read ? read.change.queueMode : undefined;
      return mode ? { queueMode: mode } : {};
    },
  },
  async run(deps, context, args) {
    if (args === "") {
      const { mode, debounceMs, cap, drop } = deps.queue(context.session?.entry, context.sender);
      return said(
        `Current queue settings: mode=${mode}, debounce=${debounceMs}ms, cap=${cap}, drop=${drop}.\n${OPTIONS}`,
      );
    }
    const read = queueChange(args);
    if ("unknown" in read) return said(`Unrecognized queue option "${read.unknown}".\n${OPTIONS}`);
    await patchSession(deps, context, read.change);
    return said(`⚙️ ${wordsOf(read.change).join(" ")}`);
  },
};

function wordsOf({ queueMode, queueDebounceMs, queueCap, queueDrop }: QueueChange): string[] {
  if (queueMode === null) return ["Queue settings reset to default."];
  return [
    ...(queueMode === undefined ? [] : [`Queue mode set to ${queueMode}.`]),
    ...(queueDebounceMs === undefined || queueDebounceMs === null
      ? []
      : [`Queue debounce set to ${queueDebounceMs}ms.`]),
    ...(queueCap === undefined || queueCap === null ? [] : [`Queue cap set to ${queueCap}.`]),
    ...(queueDrop === undefined || queueDrop === null ? [] : [`Queue drop set to ${queueDrop}.`]),
  ];
}
