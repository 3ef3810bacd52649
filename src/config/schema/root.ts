import type { Static, TSchema } from "@sinclair/typebox";
import { accessGroups } from "./channels/access-groups.ts";
import { agents } from "./agents/index.ts";
import { bindings } from "./channels/bindings.ts";
import { browser } from "./sections/browser.ts";
import { channels } from "./channels/index.ts";
import { commands } from "./sections/commands.ts";
import { cron } from "./sections/cron.ts";
import { lazy, section, text } from "./field.ts";
import { gateway } from "./gateway/index.ts";
import { hooks } from "./sections/hooks.ts";
import { canvasHost, discovery, env, logging, meta, security, update } from "./sections/host.ts";
import { memory } from "./sections/memory.ts";
import { messages } from "./sections/messages.ts";
import { auth, models } from "./sections/models.ts";
import { secrets } from "./secrets.ts";
import { session } from "./sections/session.ts";
import { tools } from "./sections/tools.ts";

const schemaLink = lazy(() => text("Schema", "Address of a schema, for editors."));

/**
 * Every root key and the schema of its section, built at first use, so that reading a file pays only for what it holds.
 * The order is the order of forms.
 */
export const SECTIONS = {
  $schema: schemaLink,
  meta,
  gateway,
  logging,
  secrets,
  security,
  env,
  commands,
  agents,
  models,
  auth,
  channels,
  accessGroups,
  bindings,
  session,
  messages,
  memory,
  tools,
  hooks,
  cron,
  browser,
  canvasHost,
  discovery,
  update,
} satisfies Record<string, () => TSchema>;

export type SectionName = keyof typeof SECTIONS;

/** Sections with defaults: there even when the file does not name them. */
export const ALWAYS_PRESENT = [
  "gateway",
  "logging",
  "secrets",
  "env",
  "commands",
  "agents",
  "canvasHost",
  "discovery",
  "update",
] as const satisfies readonly SectionName[];

type SectionSchemas = { [Name in SectionName]: ReturnType<(typeof SECTIONS)[Name]> };

/** The schema of the whole file. Builds every section: for documents and tests, not for reading a file. */
export const configSchema = lazy(() =>
  section(
    "OpenClaw configuration",
    "The file ~/.openclaw/openclaw.json.",
    {
      $schema: SECTIONS.$schema(),
      meta: SECTIONS.meta(),
      gateway: SECTIONS.gateway(),
      logging: SECTIONS.logging(),
      secrets: SECTIONS.secrets(),
      security: SECTIONS.security(),
      env: SECTIONS.env(),
      commands: SECTIONS.commands(),
      agents: SECTIONS.agents(),
      models: SECTIONS.models(),
      auth: SECTIONS.auth(),
      channels: SECTIONS.channels(),
      accessGroups: SECTIONS.accessGroups(),
      bindings: SECTIONS.bindings(),
      session: SECTIONS.session(),
      messages: SECTIONS.messages(),
      memory: SECTIONS.memory(),
      tools: SECTIONS.tools(),
      hooks: SECTIONS.hooks(),
      cron: SECTIONS.cron(),
      browser: SECTIONS.browser(),
      canvasHost: SECTIONS.canvasHost(),
      discovery: SECTIONS.discovery(),
      update: SECTIONS.update(),
    } satisfies SectionSchemas,
    { required: true },
  ),
);

/** The configuration with every default applied; a key is optional only if it has no default. */
export type OpenClawConfig = Static<ReturnType<typeof configSchema>>;
