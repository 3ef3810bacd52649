import { Type } from "@sinclair/typebox";
import { choice, decimal, either, flag, integer, lazy, list, map, opaque, section, text } from "../field.ts";
import { secret, secretValue } from "../secret-ref.ts";

const APIS = [
  "openai-completions",
  "openai-responses",
  "openai-chatgpt-responses",
  "anthropic-messages",
  "google-generative-ai",
  "google-vertex",
  "github-copilot",
  "bedrock-converse-stream",
  "ollama",
  "pi-messages",
  "azure-openai-responses",
] as const;

const api = () => choice(APIS, "Interface", "How the provider is spoken to.");

const tokens = (title: string, description: string) => decimal(title, description, { exclusiveMinimum: 0 });

/** `string | {primary, fallbacks}`: a model, and what to try when it fails. */
export const modelChoice = (title: string, description: string) =>
  either(
    [
      Type.String(),
      Type.Object(
        {
          primary: text("Model", "First choice, as provider/model."),
          fallbacks: Type.Optional(
            Type.Array(Type.String(), { title: "Fallbacks", description: "Tried in order." }),
          ),
          timeoutMs: integer("Time limit (ms)", "Longest a request may take.", { exclusiveMinimum: 0 }),
        },
        { title, description, additionalProperties: false },
      ),
    ],
    title,
    description,
    { placeholder: "anthropic/claude-sonnet-4-5" },
  );

const model = () =>
  Type.Object(
    {
      id: text("Id", "Name the provider knows.", { required: true, minLength: 1 }),
      name: text("Name", "Name people see.", { required: true, minLength: 1 }),
      api: api(),
      baseUrl: text("Address", "Where this model is served.", { minLength: 1 }),
      reasoning: flag("Reasoning", "The model thinks before it answers."),
      input: list(
        Type.Union([
          Type.Literal("text"),
          Type.Literal("image"),
          Type.Literal("video"),
          Type.Literal("audio"),
        ]),
        "Input",
        "What the model takes.",
      ),
      cost: section("Cost", "Price of a million tokens, in dollars.", {
        input: decimal("Input", "Price of input."),
        output: decimal("Output", "Price of output."),
        cacheRead: decimal("Cache read", "Price of a cache hit."),
        cacheWrite: decimal("Cache write", "Price of a cache write."),
        tieredPricing: opaque("Tiers", "Prices by size of the request."),
      }),
      contextWindow: tokens("Context window", "Tokens the model can see."),
      contextTokens: integer("Context in use", "Tokens to use of it.", { exclusiveMinimum: 0 }),
      maxTokens: tokens("Output limit", "Tokens an answer may have."),
      params: map(Type.Unknown(), "Parameters", "Passed on with each request."),
      headers: map(Type.String(), "Headers", "Sent with each request.", { sensitive: true }),
      thinkingLevelMap: opaque("Thinking levels", "What each level is called by the provider."),
      compat: opaque("Compatibility", "Differences from the interface."),
    },
    { title: "Model", description: "One model.", additionalProperties: false },
  );

const provider = () =>
  Type.Object(
    {
      baseUrl: text("Address", "Where the provider is."),
      apiKey: secret("API key", "Key of the provider."),
      auth: choice(["api-key", "aws-sdk", "oauth", "token"], "Sign-in", "How requests are signed in."),
      api: api(),
      maxTokens: tokens("Output limit", "Tokens an answer may have."),
      timeoutSeconds: integer("Time limit (s)", "Longest a request may take.", { exclusiveMinimum: 0 }),
      region: text("Region", "Region of the provider.", { minLength: 1 }),
      params: map(Type.Unknown(), "Parameters", "Passed on with each request."),
      headers: map(secretValue("Header", "Value of the header."), "Headers", "Sent with each request."),
      authHeader: flag("Authorization header", "Sends the key as Authorization."),
      models: list(model(), "Models", "Models the provider offers."),
    },
    { title: "Provider", description: "One provider.", additionalProperties: false },
  );

/** `models`: who answers. */
export const models = lazy(() =>
  section("Models", "Providers of models.", {
    mode: choice(["merge", "replace"], "Mode", "Adds to the built-in list, or replaces it."),
    providers: map(provider(), "Providers", "Providers, by name."),
    catalogRefresh: section("Catalogue", "The list of known models.", {
      enabled: flag("Enabled", "Fetches a newer list now and then.", { default: true }),
      url: text("Address", "Where the list is."),
    }),
  }),
);

/** `auth`: which stored credential goes first. No secret is in here. */
export const auth = lazy(() =>
  section("Sign-ins", "Stored credentials of model providers, and which of them goes first.", {
    profiles: map(
      Type.Object(
        {
          provider: text("Provider", "Id of the provider.", { required: true }),
          mode: choice(["api_key", "aws-sdk", "oauth", "token"], "Kind", "What the credential is.", {
            required: true,
          }),
          email: text("E-mail", "Account it belongs to."),
          displayName: text("Name", "Name people see."),
        },
        { title: "Sign-in", description: "One stored credential.", additionalProperties: false },
      ),
      "Profiles",
      "Stored credentials by id, as in openai:default; with auth.order absent, these are tried in this order.",
    ),
    order: map(
      Type.Array(Type.String()),
      "Order",
      "Ids of credentials by provider, in the order in which they are tried; those not named are left out.",
    ),
  }),
);
