import { Type } from "@sinclair/typebox";
import { choice, flag, integer, lazy, list, map, section, text, texts } from "./field.ts";
import { PROVIDER_ALIAS_PATTERN, SECRET_NAME_PATTERN } from "./secret-ref.ts";

/** Longest wait for a secret: a start that hangs on a vault helps nobody. */
const MAX_PROVIDER_TIMEOUT_MS = 120_000;
/** Largest file or answer a secret is looked for in. */
const MAX_PROVIDER_BYTES = 20 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_BYTES = 1024 * 1024;
const MAX_NAMES = 256;

const timeoutMs = () =>
  integer("Time limit (ms)", "Longest the provider may take.", {
    default: DEFAULT_TIMEOUT_MS,
    exclusiveMinimum: 0,
    maximum: MAX_PROVIDER_TIMEOUT_MS,
  });

const closed = (title: string, description: string) => ({ title, description, additionalProperties: false });

const envProvider = () =>
  Type.Object(
    {
      source: choice(["env"], "Source", "Environment variables.", { required: true }),
      allowlist: list(
        Type.String({ pattern: SECRET_NAME_PATTERN }),
        "Allowed names",
        "Variables that may be read; all when absent.",
        { maxItems: MAX_NAMES },
      ),
    },
    closed("Environment", "Secrets in environment variables."),
  );

const fileProvider = () =>
  Type.Object(
    {
      source: choice(["file"], "Source", "A file.", { required: true }),
      path: text("Path", "The file; owned by and readable for the user alone, no link.", {
        required: true,
        minLength: 1,
      }),
      mode: choice(["json", "singleValue"], "Content", "A JSON document, or one secret.", {
        default: "json",
      }),
      timeoutMs: timeoutMs(),
      maxBytes: integer("Size limit (bytes)", "Largest file that is read.", {
        default: DEFAULT_BYTES,
        exclusiveMinimum: 0,
        maximum: MAX_PROVIDER_BYTES,
      }),
    },
    closed("File", "Secrets in a file."),
  );

const execProvider = () =>
  Type.Object(
    {
      source: choice(["exec"], "Source", "A program.", { required: true }),
      command: text(
        "Command",
        "Absolute path of the program; owned by the user, writable for nobody else, no link.",
        {
          required: true,
          minLength: 1,
        },
      ),
      args: texts("Arguments", "Arguments of the program.", { default: [] }),
      env: map(Type.String(), "Environment", "Variables set for the program.", { sensitive: true }),
      passEnv: texts("Passed on", "Variables of the gateway that the program sees too."),
      trustedDirs: texts("Trusted folders", "Folders the program must lie in."),
      jsonOnly: flag("JSON only", "Refuses an answer that is not JSON.", { default: true }),
      timeoutMs: timeoutMs(),
      noOutputTimeoutMs: integer("Silence limit (ms)", "Longest the program may say nothing.", {
        exclusiveMinimum: 0,
        maximum: MAX_PROVIDER_TIMEOUT_MS,
      }),
      maxOutputBytes: integer("Output limit (bytes)", "Largest answer that is read.", {
        default: DEFAULT_BYTES,
        exclusiveMinimum: 0,
        maximum: MAX_PROVIDER_BYTES,
      }),
    },
    closed("Program", "Secrets that a program prints."),
  );

const pluginProvider = () =>
  Type.Object(
    {
      source: choice(["exec"], "Source", "A program.", { required: true }),
      pluginIntegration: Type.Unknown({ title: "Plugin", description: "Plugin that brings the program." }),
    },
    closed("Plugin", "Secrets that a plugin's program prints."),
  );

const storeProvider = () =>
  Type.Object(
    { source: choice(["store"], "Source", "The gateway's own state.", { required: true }) },
    closed("Store", "Secrets in the gateway's state database."),
  );

const alias = (title: string, description: string) =>
  text(title, description, { pattern: PROVIDER_ALIAS_PATTERN });

/** `secrets`: where secrets are found. */
export const secrets = lazy(() =>
  section(
    "Secrets",
    "Where secrets are found that the file only refers to.",
    {
      providers: map(
        Type.Union([envProvider(), fileProvider(), execProvider(), pluginProvider(), storeProvider()]),
        "Providers",
        "Places secrets are kept, by alias.",
        { default: {}, keyPattern: PROVIDER_ALIAS_PATTERN },
      ),
      defaults: section(
        "Default providers",
        "Provider meant by the alias default, for each source.",
        {
          env: alias("Environment", "For source env."),
          file: alias("File", "For source file."),
          exec: alias("Program", "For source exec."),
          store: alias("Store", "For source store."),
        },
        { default: {}, advanced: true },
      ),
    },
    { default: {} },
  ),
);
