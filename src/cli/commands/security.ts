import { defineCommand } from "../command.ts";
import { choice, text, toggle } from "../flags.ts";
import { jsonFlag } from "../rpc/flags.ts";

export const auditFlags = {
  deep: toggle("Ask the running gateway as well"),
  fix: toggle("Mend what is safe to mend: file modes, open groups"),
  auth: choice(
    ["none", "token", "password", "trusted-proxy"],
    "How the gateway is started, when the file does not say",
    {
      placeholder: "mode",
    },
  ),
  token: text("token", "The token it is started with, when the file does not say"),
  password: text("password", "The password it is started with, when the file does not say"),
  ...jsonFlag,
};

export const securityCommand = defineCommand({
  name: "security",
  summary: "See how safe this gateway is",
  examples: [["openclaw security audit", "See what others could do here"]],
  subcommands: [
    defineCommand({
      name: "audit",
      summary: "Look for what lets others read, change or use this gateway",
      description:
        "Reads files and configuration only; --deep also asks the running gateway. Findings are no failure: the exit " +
        "code is 1 only when a repair did not work. Secrets, tools and exposure are never changed by --fix.",
      flags: auditFlags,
      examples: [
        ["openclaw security audit", "Look, change nothing"],
        ["openclaw security audit --fix", "Close files to others, close open groups"],
        ["openclaw security audit --deep --json", "Print everything for a script"],
      ],
      load: () => import("../security/audit.ts"),
    }),
  ],
});
