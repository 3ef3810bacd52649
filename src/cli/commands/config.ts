import { configureFlags } from "./begin.ts";
import { defineCommand } from "../command.ts";
import { choice, filled, integer, list, text, toggle } from "../flags.ts";
import { jsonFlag } from "../rpc/flags.ts";

const path = { name: "path", summary: "Dotted or bracketed path, for example gateway.port", required: true };

const dryRunFlags = {
  dryRun: toggle("Check the change without writing it"),
  allowExec: toggle("With --dry-run: also run commands that provide secrets"),
};

export const readFlags = jsonFlag;

export const setFlags = {
  strictJson: toggle("The value is strict JSON"),
  json: toggle("Same as --strict-json; print one JSON document"),
  merge: toggle("Merge an object into what is there"),
  replace: toggle("Allow a value that drops entries of a protected map"),
  expectCurrentJson: text("json", "Write only if the value is now exactly this"),
  expectCurrentAbsent: toggle("Write only if there is no value now"),
  refSource: choice(["env", "file", "exec", "store"], "Refer to a secret: where it is kept", {
    placeholder: "source",
  }),
  refProvider: filled("alias", "Refer to a secret: its provider (default: default)"),
  refId: filled("id", "Refer to a secret: its name there"),
  providerSource: choice(["env", "file", "exec", "store"], "Describe a secret provider", {
    placeholder: "source",
  }),
  providerTimeoutMs: integer("ms", "file, exec: how long it may take", { min: 1 }),
  providerAllowlist: list("name", "env: a variable it may read; may be repeated"),
  providerPath: filled("file", "file: where the secrets are"),
  providerMode: choice(["singleValue", "json"], "file: what the file holds"),
  providerMaxBytes: integer("bytes", "file: largest file", { min: 1 }),
  providerCommand: filled("path", "exec: the program"),
  providerArg: list("arg", "exec: an argument; may be repeated"),
  providerNoOutputTimeoutMs: integer("ms", "exec: longest silence", { min: 1 }),
  providerMaxOutputBytes: integer("bytes", "exec: longest output", { min: 1 }),
  providerJsonOnly: toggle("exec: the output must be JSON"),
  providerEnv: list("key=value", "exec: a variable for it; may be repeated"),
  providerPassEnv: list("name", "exec: a variable passed on; may be repeated"),
  providerTrustedDir: list("dir", "exec: where the program may be; may be repeated"),
  batchJson: filled("json", "Several changes: a list of {path, value | ref | provider}"),
  batchFile: filled("file", "The same from a file"),
  ...dryRunFlags,
};

export const unsetFlags = { ...dryRunFlags, ...jsonFlag };

export const patchFlags = {
  file: filled("file", "Read the patch from a file"),
  stdin: toggle("Read the patch from standard input"),
  replacePath: list("path", "Replace what is at this path whole; may be repeated"),
  ...dryRunFlags,
  ...jsonFlag,
};

export const configCommand = defineCommand({
  name: "config",
  summary: "Read and change the configuration file",
  description:
    "Works without a gateway; a running one notices the change by itself. Alone it asks, as openclaw configure does.",
  flags: configureFlags,
  load: () => import("../begin/configure.ts"),
  examples: [
    ["openclaw config get gateway", "See what is set"],
    ["openclaw config set gateway.port 18790", "Change one key"],
    ["openclaw config validate", "Check the file"],
  ],
  subcommands: [
    defineCommand({
      name: "get",
      summary: "Print a value; secrets are replaced by a marker",
      args: [path],
      flags: readFlags,
      examples: [
        ["openclaw config get gateway.port", "Print one value"],
        ["openclaw config get gateway --json", "Print a section as JSON"],
      ],
      load: () => import("../config/get.ts"),
    }),
    defineCommand({
      name: "set",
      summary: "Set a value",
      description:
        "The value is read as JSON5 when it is that, else as text. The whole result is checked first.",
      args: [
        { ...path, required: false },
        { name: "value", summary: "The new value" },
      ],
      flags: setFlags,
      examples: [
        ["openclaw config set gateway.port 19001", "Set a number"],
        [`openclaw config set agents.defaults.models '{"openai/gpt-5":{}}' --merge`, "Add to a map"],
        [
          "openclaw config set gateway.auth.token --ref-source env --ref-id GATEWAY_TOKEN",
          "Refer to a secret instead of writing it down",
        ],
      ],
      load: () => import("../config/set.ts"),
    }),
    defineCommand({
      name: "unset",
      summary: "Remove a value; its default applies again",
      args: [path],
      flags: unsetFlags,
      examples: [["openclaw config unset gateway.port", "Go back to the default port"]],
      load: () => import("../config/unset.ts"),
    }),
    defineCommand({
      name: "patch",
      summary: "Merge a JSON5 document into the configuration",
      description: "Objects merge, lists and plain values replace, null deletes.",
      flags: patchFlags,
      examples: [
        ["openclaw config patch --file ./patch.json5 --dry-run", "Check a patch"],
        ["openclaw config patch --stdin < patch.json5", "Apply a patch from a pipe"],
      ],
      load: () => import("../config/patch.ts"),
    }),
    defineCommand({
      name: "file",
      summary: "Print the path of the configuration file",
      flags: readFlags,
      examples: [["openclaw config file", "See which file is used"]],
      load: () => import("../config/file.ts"),
    }),
    defineCommand({
      name: "schema",
      summary: "Print the JSON Schema of the configuration",
      flags: readFlags,
      examples: [["openclaw config schema > openclaw.schema.json", "Save it for an editor"]],
      load: () => import("../config/schema.ts"),
    }),
    defineCommand({
      name: "validate",
      summary: "Check the configuration file",
      flags: readFlags,
      examples: [["openclaw config validate", "List what is wrong, with lines"]],
      load: () => import("../config/validate.ts"),
    }),
  ],
});
