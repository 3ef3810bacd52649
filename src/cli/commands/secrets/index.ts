import { defineCommand } from "../../command.ts";
import { gatewayFlags } from "../../rpc/flags.ts";
import { storeCommand } from "./store.ts";

/** Patience of secret calls: a provider may be asked. */
const CALL_TIMEOUT_MS = 30_000;

export const reloadFlags = gatewayFlags(CALL_TIMEOUT_MS);

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
    storeCommand,
  ],
});
