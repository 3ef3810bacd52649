import { defineCommand, type Run } from "../command.ts";
import { filled, type FlagTable, integerOr, toggle } from "../flags.ts";
import { gatewayFlags, jsonFlag } from "../rpc/flags.ts";

const TIMEOUT_MS = 10_000;
const PROBE_TIMEOUT_MS = 8_000;

const rpc = gatewayFlags(TIMEOUT_MS);
const agent = filled("id", "Agent it is about; the default one unless told");
const provider = filled("id", "Provider, for example anthropic or openai");
const plain = toggle("Print bare lines for a script");

export const noFlags = {};

export const plainFlags = { plain, ...jsonFlag };

export const listFlags = {
  all: toggle("Every known model, not only what is configured"),
  local: toggle("Only models served on this machine"),
  provider: filled("id", "Only the models of this provider, all of them"),
  refresh: toggle("Look again for model servers on this machine"),
  agent,
  plain,
  ...rpc,
};

const probeTimeout = integerOr(PROBE_TIMEOUT_MS, "ms", "Longest wait for a provider", { min: 1 });

export const statusFlags = {
  agent,
  check: toggle("Exit 1 when a credential is missing, 2 when one ends within a day"),
  probe: toggle("Ask each provider for one word: real requests"),
  probeProvider: filled("id", "Ask only this provider"),
  probeTimeout,
  plain,
  ...rpc,
};

export const probeFlags = {
  profile: filled("id", "Ask with this credential only, as provider:name"),
  probeTimeout,
  ...rpc,
};

export const setFlags = noFlags;

export const authListFlags = { provider: filled("id", "Only the credentials of this provider"), ...rpc };

const secretSource = {
  fromStdin: toggle("Read it from standard input"),
  fromEnv: filled("name", "Take it from this environment variable"),
};

const profileId = filled("id", "Name of the credential, as provider:name; provider:default unless told");

export const pasteKeyFlags = { provider, profileId, ...secretSource, ...rpc };

export const pasteTokenFlags = {
  ...pasteKeyFlags,
  expiresIn: filled("duration", "When it ends, for example 365d or 12h"),
};

export const loginFlags = {
  provider,
  profileId,
  force: toggle("Forget the stored credentials of the provider first"),
  ...rpc,
};

export const logoutFlags = { yes: toggle("Do not ask"), ...rpc };

export const orderFlags = { provider, ...rpc };

const model = { name: "model", summary: "Model: provider/model, an alias or a bare name", required: true };
const alias = { name: "alias", summary: "Short name", required: true };

interface Loaded<F extends FlagTable> {
  readonly run: Run<F>;
}

const fallbackCommands = (
  name: "fallbacks" | "image-fallbacks",
  what: string,
  load: () => Promise<
    { readonly list: Loaded<typeof plainFlags> } & Readonly<
      Record<"add" | "remove" | "clear", Loaded<typeof noFlags>>
    >
  >,
) =>
  defineCommand({
    name,
    summary: `${what}, in the order in which they are tried`,
    examples: [[`openclaw models ${name} list`, "Show them"]],
    subcommands: [
      defineCommand({
        name: "list",
        summary: "Show them",
        flags: plainFlags,
        examples: [[`openclaw models ${name} list`, "Show them"]],
        load: async () => (await load()).list,
      }),
      defineCommand({
        name: "add",
        summary: "Put one at the end",
        args: [model],
        examples: [[`openclaw models ${name} add openai/gpt-6-sol`, "Try this one last"]],
        load: async () => (await load()).add,
      }),
      defineCommand({
        name: "remove",
        summary: "Take one out",
        args: [model],
        examples: [[`openclaw models ${name} remove openai/gpt-6-sol`, "Do not try this one any more"]],
        load: async () => (await load()).remove,
      }),
      defineCommand({
        name: "clear",
        summary: "Take all out",
        examples: [[`openclaw models ${name} clear`, "Try none"]],
        load: async () => (await load()).clear,
      }),
    ],
  });

const aliasesCommand = defineCommand({
  name: "aliases",
  summary: "Short names of models",
  examples: [["openclaw models aliases list", "Show them"]],
  subcommands: [
    defineCommand({
      name: "list",
      summary: "Show them",
      flags: plainFlags,
      examples: [["openclaw models aliases list", "Show them"]],
      load: async () => (await import("../models/aliases.ts")).aliases.list,
    }),
    defineCommand({
      name: "add",
      summary: "Give a model a short name",
      args: [alias, model],
      examples: [
        ["openclaw models aliases add opus anthropic/claude-opus-5-5", "Then /model opus is enough"],
      ],
      load: async () => (await import("../models/aliases.ts")).aliases.add,
    }),
    defineCommand({
      name: "remove",
      summary: "Take a short name away",
      args: [alias],
      examples: [["openclaw models aliases remove opus", "Forget the short name"]],
      load: async () => (await import("../models/aliases.ts")).aliases.remove,
    }),
  ],
});

const orderCommand = defineCommand({
  name: "order",
  summary: "Which credential of a provider goes first",
  examples: [["openclaw models auth order get --provider openai", "Show which goes first"]],
  subcommands: [
    defineCommand({
      name: "get",
      summary: "Show the order",
      flags: orderFlags,
      examples: [["openclaw models auth order get --provider openai", "Show which goes first"]],
      load: async () => (await import("../models/auth.ts")).auth.orderGet,
    }),
    defineCommand({
      name: "set",
      summary: "Set the order; what is not named is not used",
      args: [
        {
          name: "profileIds",
          summary: "Ids of credentials, the first one first",
          required: true,
          rest: true,
        },
      ],
      flags: orderFlags,
      examples: [
        ["openclaw models auth order set --provider openai openai:work openai:home", "Work before home"],
      ],
      load: async () => (await import("../models/auth.ts")).auth.orderSet,
    }),
    defineCommand({
      name: "clear",
      summary: "Forget the order",
      flags: orderFlags,
      examples: [["openclaw models auth order clear --provider openai", "Back to taking turns"]],
      load: async () => (await import("../models/auth.ts")).auth.orderClear,
    }),
  ],
});

const authCommand = defineCommand({
  name: "auth",
  summary: "Credentials of model providers: API keys, tokens, logins",
  description:
    "They are kept in the gateway's database, which only its owner can read. A running gateway is told of every change; while it is down, the database is changed directly.",
  examples: [
    ["openclaw models auth list", "See what is stored"],
    ["openclaw models auth paste-api-key --provider anthropic", "Store a key"],
  ],
  subcommands: [
    defineCommand({
      name: "list",
      summary: "Stored credentials, without a secret",
      flags: authListFlags,
      examples: [["openclaw models auth list", "See what is stored"]],
      load: async () => (await import("../models/auth.ts")).auth.list,
    }),
    defineCommand({
      name: "paste-api-key",
      summary: "Store an API key, typed unseen, piped or from a variable",
      flags: pasteKeyFlags,
      examples: [
        ["openclaw models auth paste-api-key --provider anthropic", "Type the key; it is not shown"],
        ["openclaw models auth paste-api-key --provider openai --from-stdin < key.txt", "Pipe it in"],
      ],
      load: async () => (await import("../models/auth-key.ts")).paste.key,
    }),
    defineCommand({
      name: "paste-token",
      summary: "Store a token that may end at a known time",
      flags: pasteTokenFlags,
      examples: [
        ["openclaw models auth paste-token --provider anthropic --expires-in 365d", "Type the token"],
      ],
      load: async () => (await import("../models/auth-key.ts")).paste.token,
    }),
    defineCommand({
      name: "login",
      summary: "Sign in with a provider in a browser",
      flags: loginFlags,
      examples: [["openclaw models auth login --provider github-copilot", "Use a Copilot subscription"]],
      load: () => import("../models/auth-login.ts"),
    }),
    defineCommand({
      name: "logout",
      summary: "Forget a stored credential",
      args: [{ name: "profileId", summary: "Id of the credential, from auth list", required: true }],
      flags: logoutFlags,
      examples: [["openclaw models auth logout openai:default", "Forget it"]],
      load: async () => (await import("../models/auth.ts")).auth.logout,
    }),
    orderCommand,
  ],
});

const status = () => import("../models/status.ts");
const statusExamples = [
  ["openclaw models", "Who answers, with which credential"],
  ["openclaw models status --check", "The same, for a script: exit 1 when a credential is missing"],
] as const;

export const modelsCommand = defineCommand({
  name: "models",
  summary: "Who answers: models, their order, and the credentials they are asked with",
  description: "Works while the gateway is down; a running one takes changes up by itself.",
  flags: statusFlags,
  examples: statusExamples,
  load: status,
  subcommands: [
    defineCommand({
      name: "status",
      summary: "Who answers, and with which credential",
      flags: statusFlags,
      examples: statusExamples,
      load: status,
    }),
    defineCommand({
      name: "list",
      summary: "The models there are",
      flags: listFlags,
      examples: [
        ["openclaw models list", "What is configured"],
        ["openclaw models list --provider openrouter", "All of one provider"],
        ["openclaw models list --local --refresh", "What Ollama, LM Studio and the like serve here"],
      ],
      load: () => import("../models/list.ts"),
    }),
    defineCommand({
      name: "set",
      summary: "Set the default model",
      args: [model],
      flags: setFlags,
      examples: [["openclaw models set anthropic/claude-opus-5-5", "From the next message on"]],
      load: () => import("../models/set.ts"),
    }),
    defineCommand({
      name: "set-image",
      summary: "Set the model that looks at images when the default one cannot",
      args: [model],
      flags: setFlags,
      examples: [["openclaw models set-image openai/gpt-6-sol", "Images go to this one"]],
      load: async () => (await import("../models/set.ts")).image,
    }),
    defineCommand({
      name: "probe",
      summary: "Ask a model for one word: a real request with each credential",
      args: [{ name: "target", summary: "Model or provider; what is configured unless told" }],
      flags: probeFlags,
      examples: [
        ["openclaw models probe", "Try the default model and its fallbacks"],
        ["openclaw models probe openai", "Try every credential of OpenAI"],
      ],
      load: () => import("../models/probe.ts"),
    }),
    aliasesCommand,
    fallbackCommands(
      "fallbacks",
      "Models that answer when the default one cannot",
      async () => (await import("../models/fallbacks.ts")).fallbacks,
    ),
    fallbackCommands(
      "image-fallbacks",
      "Models that look at images when the image model cannot",
      async () => (await import("../models/fallbacks.ts")).imageFallbacks,
    ),
    authCommand,
  ],
});
