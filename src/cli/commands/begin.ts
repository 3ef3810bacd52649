import { AUTH_CHOICES, keyFlags } from "../begin/choices.ts";
import { defineCommand } from "../command.ts";
import {
  choice,
  filled,
  type Flag,
  type FlagValues,
  list,
  onByDefault,
  port,
  text,
  toggle,
} from "../flags.ts";
import { jsonFlag } from "../rpc/flags.ts";

/** The scopes of a reset, the mildest first. */
const RESET_SCOPES = ["config", "config+creds+sessions", "full"] as const;

export type ResetScope = (typeof RESET_SCOPES)[number];

const flowFlags = {
  nonInteractive: toggle("Ask nothing: what is not given takes its default; needs --accept-risk"),
  acceptRisk: toggle("Say that you know: an agent with tools can do on this machine what you can do"),
  flow: choice(["quickstart", "manual", "advanced"], "Few questions, or all of them (advanced is manual)", {
    placeholder: "flow",
  }),
  mode: choice(["local", "remote"], "Run a gateway here, or use one elsewhere"),
  reset: toggle("Begin anew: what is there is moved aside first, under a dated name"),
  resetScope: choice(RESET_SCOPES, "What --reset moves aside (default: config+creds+sessions)", {
    placeholder: "scope",
  }),
};

const agentFlags = {
  workspace: filled("dir", "Folder the agent works in"),
  agentName: filled("name", "Name of the first agent"),
  skipBootstrap: toggle("Write no first files into the workspace, now or later"),
};

const modelFlags = {
  authChoice: choice(
    AUTH_CHOICES.map(({ id }) => id),
    "The way to a model; skip leaves the built-in guide",
    { placeholder: "id" },
  ),
  token: text("token", "With --auth-choice token or setup-token: the token"),
  tokenProvider: filled("provider", "With --auth-choice token: whose token it is"),
  tokenProfileId: filled("id", "With --auth-choice token: name to store it under"),
  tokenExpiresIn: filled("duration", "With --auth-choice token: when it ends, for example 365d"),
  customBaseUrl: filled("url", "With custom-api-key or a server of your own: its address"),
  customModelId: filled("id", "The model to use, in the provider's words"),
  customApiKey: filled("key", "With --auth-choice custom-api-key: its key, if it wants one"),
  customProviderId: filled("id", "With --auth-choice custom-api-key: its name in the configuration"),
  customCompatibility: choice(
    ["openai", "openai-responses", "anthropic"],
    "With --auth-choice custom-api-key: how it is spoken to (default: openai)",
    { placeholder: "api" },
  ),
  customImageInput: toggle("With --auth-choice custom-api-key: the model sees images"),
  customTextInput: toggle("With --auth-choice custom-api-key: the model reads text only"),
  secretInputMode: choice(
    ["plaintext", "ref"],
    "Store secrets, or refer to the variables they are in (default: plaintext)",
  ),
  ...keyFlags,
};

const gatewayChoiceFlags = {
  gatewayPort: port("Port of the gateway"),
  gatewayBind: choice(["loopback", "lan", "tailnet", "auto", "custom"], "Where the gateway listens"),
  gatewayAuth: choice(["token", "password"], "How clients sign in (default: token)"),
  gatewayToken: filled("token", "The gateway's token; one is made when none is given"),
  gatewayTokenRefEnv: filled("name", "Refer to the variable that holds the token"),
  gatewayPassword: filled("password", "The gateway's password; implies --gateway-auth password"),
  tailscale: choice(["off", "serve", "funnel"], "Publish the gateway through Tailscale"),
};

const remoteFlags = {
  remoteUrl: filled("url", "With --mode remote: address of the gateway (ws:// or wss://)"),
  remoteToken: filled("token", "With --mode remote: its token"),
  remotePassword: filled("password", "With --mode remote: its password"),
};

const restFlags = {
  installDaemon: yesOrNo("Install the gateway as a service and start it"),
  skipDaemon: toggle("Install no service; same as --no-install-daemon"),
  daemonRuntime: choice(["node", "bun"], "Taken for old scripts: the executable is its own runtime", {
    placeholder: "runtime",
  }),
  skipChannels: toggle("Ask about no channel"),
  skipHealth: toggle("Try neither the model nor the gateway"),
  skipUi: toggle("Offer no first message and no dashboard"),
  skipSkills: toggle("Taken for old scripts: this version sets no skills up"),
  skipSearch: toggle("Taken for old scripts: this version sets no web search up"),
  skipHooks: toggle("Taken for old scripts: this version sets no hooks up"),
};

/** A switch whose absence says something else than its `--no-…`. */
function yesOrNo(summary: string): Flag<"yes" | "no" | undefined> {
  return { summary, negatable: true, absent: undefined, read: (raw) => (raw === "false" ? "no" : "yes") };
}

export const onboardFlags = {
  ...flowFlags,
  ...agentFlags,
  ...modelFlags,
  ...gatewayChoiceFlags,
  ...remoteFlags,
  ...restFlags,
  ...jsonFlag,
};

export type OnboardFlags = FlagValues<typeof onboardFlags>;

export const setupFlags = {
  baseline: toggle("Write configuration, workspace and session folders, and nothing else"),
  wizard: toggle("Onboard even where --dev would write the baseline only"),
  ...onboardFlags,
};

const description =
  "Answers are kept as they are given: a run that was left is taken up by the next one. A key of a model is tried with a real request before it is stored. Without a terminal, use --non-interactive --accept-risk.";

export const onboardCommand = defineCommand({
  name: "onboard",
  summary: "Set everything up: model, workspace, gateway, channels, service, first message",
  description,
  flags: onboardFlags,
  examples: [
    ["openclaw onboard", "With questions"],
    [
      "openclaw onboard --non-interactive --accept-risk --auth-choice openai-api-key --install-daemon",
      "In a script; the key is taken from OPENAI_API_KEY",
    ],
    [
      "openclaw onboard --non-interactive --accept-risk --auth-choice skip --skip-health",
      "Configuration and workspace only",
    ],
    ["openclaw onboard --mode remote --remote-url wss://gateway.example:18789", "Use a gateway elsewhere"],
  ],
  load: () => import("../begin/onboard.ts"),
});

export const setupCommand = defineCommand({
  name: "setup",
  summary: "Onboard, or write the baseline: configuration, workspace and session folders",
  description: `${description} With --dev and no terminal, the baseline is what is written.`,
  flags: setupFlags,
  examples: [
    ["openclaw setup", "The same as openclaw onboard"],
    ["openclaw setup --baseline", "Write gateway.mode=local and the folders; ask nothing"],
    ["openclaw --dev setup --baseline", "The same for the dev profile"],
  ],
  load: () => import("../begin/setup.ts"),
});

/** Parts of `configure`, in the order they are asked. */
export const SECTIONS = ["workspace", "model", "gateway", "channels", "daemon", "health"] as const;

export type SectionId = (typeof SECTIONS)[number];

export const configureFlags = {
  section: list("section", `Only this part; may be repeated: ${SECTIONS.join(", ")}`),
};

export const configureCommand = defineCommand({
  name: "configure",
  summary: "Change what is set up, with questions",
  description: "Needs a terminal. Without one: openclaw config get, set, patch, validate.",
  flags: configureFlags,
  examples: [
    ["openclaw configure", "Choose what to change"],
    ["openclaw configure --section model --section channels", "Only these parts"],
  ],
  load: () => import("../begin/configure.ts"),
});

export const dashboardFlags = {
  open: onByDefault("Print the address and open no browser"),
  ...jsonFlag,
};

export const dashboardCommand = defineCommand({
  name: "dashboard",
  summary: "Open the Control UI of the gateway in a browser",
  flags: dashboardFlags,
  examples: [
    ["openclaw dashboard", "Open it, signed in"],
    ["openclaw dashboard --no-open", "Print its address"],
  ],
  load: () => import("../dashboard/dashboard.ts"),
});
