import { type CommandRow, said } from "../command-row.ts";

const CATEGORIES = ["session", "options", "status", "management"] as const;

/** `/help` and `/commands`, which speak about the whole table. */
export function helpRows(all: () => readonly CommandRow[]): CommandRow[] {
  const short = ["new", "stop", "status", "model", "think", "compact"];
  return [
    {
      name: "help",
      aliases: [],
      summary: "Show the commands used most.",
      category: "status",
      audience: "sender",
      shortcut: true,
      async run() {
        const rows = all().filter(({ name }) => short.includes(name));
        return said(["ℹ️ Help", ...rows.map(line), "", "All commands: /commands"].join("\n"));
      },
    },
    {
      name: "commands",
      aliases: [],
      summary: "List all commands.",
      category: "status",
      audience: "sender",
      shortcut: true,
      async run() {
        const groups = CATEGORIES.flatMap((category) => {
          const rows = all().filter((row) => row.category === category);
          return rows.length === 0
            ? []
            : [`${category.charAt(0).toUpperCase()}${category.slice(1)}`, ...rows.map(line), ""];
        });
        return said(["ℹ️ Commands", "", ...groups].join("\n").trimEnd());
      },
    },
  ];
}

function line({ name, aliases, args, summary, audience }: CommandRow): string {
  const names = [name, ...aliases].map((one) => `/${one}`).join(", ");
  return `${names}${args === undefined ? "" : ` ${args}`}: ${summary}${audience === "owner" ? " (owner)" : ""}`;
}
