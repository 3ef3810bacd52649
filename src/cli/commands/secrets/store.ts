import { defineCommand } from "../../command.ts";
import { choice, filled, text, toggle } from "../../flags.ts";
import { jsonFlag } from "../../rpc/flags.ts";

const dryRun = toggle("Check and show what would be done, without doing it");
const yes = toggle("Do not ask");
const plain = toggle("Print bare lines for a script");
const kind = choice(["secret", "env"], "What it is; the name decides when left out", { placeholder: "kind" });

export const storeListFlags = { plain, ...jsonFlag };

export const storeSetFlags = {
  kind,
  value: text("value", "The value itself; for settings only, secrets are never typed on a command line"),
  valueFile: filled("path", "Read the value from a file; - is standard input"),
  dryRun,
  ...jsonFlag,
};

export const storeGetFlags = { plain, ...jsonFlag };

export const storeRmFlags = { dryRun, yes, ...jsonFlag };

export const storeImportFlags = {
  from: filled("path", "File of NAME=value lines; standard input when left out, or -"),
  kind,
  dryRun,
  yes,
  ...jsonFlag,
};

const name = {
  name: "name",
  summary: "Capital letters, digits and underscores, for example OPENAI_API_KEY",
  required: true,
};

export const storeCommand = defineCommand({
  name: "store",
  summary: "Secrets and settings kept by this gateway",
  description:
    "One private file below the state folder, for references with the source store. A secret can be used and " +
    "replaced, and is never shown again. Exit codes: 2 for what cannot be stored or shown, 3 for a name that is not there.",
  examples: [
    ["openclaw secrets store set OPENAI_API_KEY", "Store a key; it is asked for, unseen"],
    ["openclaw secrets store list", "See what is there"],
  ],
  subcommands: [
    defineCommand({
      name: "list",
      aliases: ["ls"],
      summary: "Names and kinds; values of settings only",
      flags: storeListFlags,
      examples: [["openclaw secrets store list --json", "Print them for a script"]],
      load: () => import("../../secrets/store/list.ts"),
    }),
    defineCommand({
      name: "set",
      summary: "Store a value, in place of the one before",
      description:
        "A secret comes from standard input, from a file or is typed unseen; one line break at its end is left out.",
      args: [name],
      flags: storeSetFlags,
      examples: [
        ["openclaw secrets store set OPENAI_API_KEY", "Type the key, unseen"],
        [
          "pass show telegram | openclaw secrets store set TELEGRAM_BOT_TOKEN",
          "Take it from another program",
        ],
        ["openclaw secrets store set TLS_PRIVATE_KEY --value-file client-key.pem", "Take it from a file"],
        ["openclaw secrets store set LOG_LEVEL --kind env --value debug", "Store a setting"],
      ],
      load: () => import("../../secrets/store/set.ts"),
    }),
    defineCommand({
      name: "get",
      summary: "The value of a setting; secrets are not shown",
      args: [name],
      flags: storeGetFlags,
      examples: [["openclaw secrets store get LOG_LEVEL", "Print NAME=value"]],
      load: () => import("../../secrets/store/get.ts"),
    }),
    defineCommand({
      name: "rm",
      aliases: ["remove"],
      summary: "Remove entries; absent ones are fine",
      args: [{ name: "names", summary: "One or more names", required: true, rest: true }],
      flags: storeRmFlags,
      examples: [["openclaw secrets store rm OLD_TOKEN --yes", "Remove one without a question"]],
      load: () => import("../../secrets/store/rm.ts"),
    }),
    defineCommand({
      name: "import",
      summary: "Store every NAME=value of a dotenv file",
      flags: storeImportFlags,
      examples: [
        ["openclaw secrets store import --from .env --dry-run", "See what would be stored"],
        ["pass show service.env | openclaw secrets store import --yes", "Take them from another program"],
      ],
      load: () => import("../../secrets/store/import.ts"),
    }),
  ],
});
