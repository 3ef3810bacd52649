import type { CommandEntry } from "../../protocol/index.ts";
import type { ChatCommand } from "./chat-command.ts";

/** The commands as `commands.list` answers them. */
export function commandEntries(
  all: readonly ChatCommand[],
  params: { readonly includeArgs?: boolean } = {},
): CommandEntry[] {
  return all.map(({ name, aliases, summary, category, args, parameters }) => ({
    name,
    nativeName: name,
    textAliases: [name, ...aliases].map((alias) => `/${alias}`),
    description: summary,
    category,
    source: "native",
    scope: "both",
    acceptsArgs: args !== undefined,
    ...(parameters &&
      params.includeArgs !== false && {
        args: parameters.map((parameter) => ({
          name: parameter.name,
          description: parameter.summary,
          type: "string" as const,
          ...(parameter.required !== undefined && { required: parameter.required }),
          ...(parameter.choices && {
            choices: parameter.choices.map((value) => ({ value, label: value })),
          }),
        })),
      }),
  }));
}
