import { defineCommand } from "../../command.ts";
import { filled, toggle } from "../../flags.ts";
import { gatewayFlags, jsonFlag } from "../../rpc/flags.ts";
import { storeCommand } from "./store.ts";

/** Patience of secret calls: a provider may be asked. */
const CALL_TIMEOUT_MS = 30_000;

export const reloadFlags = gatewayFlags(CALL_TIMEOUT_MS);

const allowExec = toggle("Run the programs of exec providers to read what they hold");

export const auditFlags = {
  check: toggle("Exit 1 when anything was found"),
  allowExec,
  ...jsonFlag,
};

export const configureFlags = {
  apply: toggle("Carry the plan out once it was checked"),
  yes: toggle("Carry it out without a question"),
  planOut: filled("path", "Write the plan to this file, for secrets apply"),
  providersOnly: toggle("Only the places where secrets are kept"),
  skipProviderSetup: toggle("Only the credentials, with the providers that are there"),
  agent: filled("id", "Agent that stored credentials in the plan are of; the default one unless told"),
  allowExec,
  ...jsonFlag,
};

export const applyFlags = {
  from: filled("path", "The plan: a JSON file of at most 16 MiB"),
  dryRun: toggle("Check everything and show what would change, without writing"),
  allowExec,
  ...jsonFlag,
};

export const secretsCommand = defineCommand({
  name: "secrets",
  summary: "Secrets the configuration refers to",
  examples: [
    ["openclaw secrets reload", "After a secret was changed outside"],
    ["openclaw secrets store set OPENAI_API_KEY", "Store a key of your own"],
  ],
  subcommands: [
    defineCommand({
      name: "reload",
      summary: "Make the gateway read every referenced secret again",
      flags: reloadFlags,
      examples: [["openclaw secrets reload", "After a secret was changed outside"]],
      load: () => import("../../secrets/reload.ts"),
    }),
    defineCommand({
      name: "audit",
      summary: "Look for secrets in plain text, and for references that lead nowhere",
      description:
        "Looks at the configuration with its includes and backups, the .env files, the stored credentials, the secret " +
        "store, and what earlier versions left. Writes nothing and shows no value. Exit codes: 2 when a reference has no " +
        "value; with --check, 1 for any other finding.",
      flags: auditFlags,
      examples: [
        ["openclaw secrets audit", "See what is left to do"],
        ["openclaw secrets audit --check --json", "Let a script fail on any finding"],
      ],
      load: () => import("../../secrets/audit/audit.ts"),
    }),
    defineCommand({
      name: "configure",
      summary: "Make a plan, with questions: where secrets are kept, and which credentials refer to them",
      description: "Needs a terminal. The plan is checked before it is offered, and holds no secret.",
      flags: configureFlags,
      examples: [
        ["openclaw secrets configure", "Answer the questions, then decide"],
        ["openclaw secrets configure --plan-out plan.json", "Keep the plan for secrets apply"],
      ],
      load: () => import("../../secrets/configure/configure.ts"),
    }),
    defineCommand({
      name: "apply",
      summary: "Carry out a plan: references take the place of secrets in plain text",
      description:
        "Nothing is written unless the whole plan is right and every secret it refers to can be read. There is no way " +
        "back: no copy of the old secrets is kept, and those in the backups of the configuration are taken out.",
      flags: applyFlags,
      examples: [
        ["openclaw secrets apply --from plan.json --dry-run", "See what would change"],
        ["openclaw secrets apply --from plan.json", "Do it"],
      ],
      load: () => import("../../secrets/apply/apply.ts"),
    }),
    storeCommand,
  ],
});
