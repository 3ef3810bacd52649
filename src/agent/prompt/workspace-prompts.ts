import { existsSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { type KvRepository, StoreError } from "../../store/index.ts";
import { type AgentProfile, entryOf, type Roster } from "../roster/index.ts";
import {
  BOOTSTRAP_FILES,
  type BootstrapFile,
  FileCache,
  sha256,
  type WorkspaceFile,
} from "../workspace/index.ts";
import { isNew, isOurs } from "./first-conversation.ts";
import { EXTRA_MAX_CHARS, FILE_MAX_CHARS, FILES_MAX_CHARS } from "./limits.ts";
import { type ProjectContext, projectContext } from "./project-context.ts";
import type { Prompt, PromptInput, PromptReport, Prompts, PromptSection } from "./prompt.ts";
import { type HostFacts, section, type SectionFacts, sectionsOf } from "./sections.ts";
import type { SeedRecord } from "./seed-record.ts";
import { plannedFiles, Seeding, type SeedRules } from "./seeding.ts";
import { TimeWords } from "./time-words.ts";
import { userMessage } from "./user-message.ts";

export interface PromptDeps {
  readonly roster: Roster;
  /** The configuration in force. */
  readonly config: () => OpenClawConfig;
  readonly kv: KvRepository;
  readonly clock: Clock;
  readonly log: Logger;
  /** Variables of this process; `git` sees the few it needs. */
  readonly env: Readonly<Record<string, string>>;
  readonly host: HostFacts;
}

/** A workspace that cannot be used; the message says why and what mends it. */
export class WorkspaceError extends Error {}

interface Built extends Prompt {
  readonly context: ProjectContext;
}

/** Prompts made of named sections and of the files in the agents' workspaces. */
export class WorkspacePrompts implements Prompts {
  readonly #deps: PromptDeps;
  readonly #seeding: Seeding;
  readonly #files = new FileCache();
  /** What was set up, by folder; a folder that vanished is set up again, but not filled again. */
  readonly #ready = new Map<string, SeedRecord>();
  #time: TimeWords | undefined;
  #timeZone: string | undefined;

  constructor(deps: PromptDeps) {
    this.#deps = deps;
    this.#seeding = new Seeding(deps);
  }

  async workspace(agentId: string): Promise<string> {
    const { workspace } = this.#deps.roster.get(agentId);
    if (!this.#ready.has(workspace) || !isFolder(workspace)) await this.#prepare(agentId, workspace);
    await this.#endFirstConversation(workspace);
    return workspace;
  }

  async #prepare(agentId: string, workspace: string): Promise<void> {
    try {
      const record = await this.#seeding.prepare(workspace, this.#seedRules());
      if (record) this.#ready.set(workspace, record);
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new WorkspaceError(
        `The workspace of agent "${agentId}" cannot be used: ${why}. ` +
          `Choose another folder: openclaw config set agents.entries.${agentId}.workspace <folder>`,
        { cause },
      );
    }
  }

  async build(input: PromptInput): Promise<Prompt> {
    const { text, sections } = await this.#build(input);
    return { text, sections };
  }

  async report(input: PromptInput): Promise<PromptReport> {
    const { text, sections, context } = await this.#build(input);
    const tools = input.tools.map(({ name, description, parameters }) => ({
      name,
      chars: JSON.stringify({ name, description, parameters }).length,
    }));
    const toolsChars = tools.reduce((sum, { chars }) => sum + chars, 0);
    return {
      workspace: this.#deps.roster.get(input.agentId).workspace,
      sections: sections.map(({ text: own, ...about }) => ({ ...about, chars: own.length })),
      files: context.files,
      tools,
      promptChars: text.length,
      toolsChars,
      totalChars: text.length + toolsChars,
    };
  }

  timestamp(_agentId: string, at: number): string {
    return `[${this.#words().stamp(at)}] `;
  }

  userMessage(message: Parameters<Prompts["userMessage"]>[0]): string {
    return userMessage(message.sender, this.timestamp(message.agentId, message.at), message.text);
  }

  async #build(input: PromptInput): Promise<Built> {
    const { roster, clock, host } = this.#deps;
    const agent = roster.get(input.agentId);
    const time = this.#words();
    const facts: SectionFacts = {
      input,
      agent,
      host,
      day: time.day(clock.now()),
      zone: time.zone,
      mayStaySilent: input.isGroup && this.#defaults()?.silentReply?.group === "allow",
    };
    const context = await this.#context(input, agent);
    const extra = input.extra?.trim() ?? "";
    const sections: PromptSection[] = [
      ...sectionsOf(facts, true),
      ...(context.text === "" ? [] : [contextSection(context)]),
      ...sectionsOf(facts, false),
      ...(extra === "" ? [] : [section("extra", extra, EXTRA_MAX_CHARS, false)]),
    ];
    return { text: sections.map(({ text }) => text).join("\n\n"), sections, context };
  }

  async #context(input: PromptInput, agent: AgentProfile): Promise<ProjectContext> {
    const rules = this.#contextRules(agent.id);
    const isLeftOut =
      input.mode === "none" ||
      rules.injection === "never" ||
      (rules.injection === "continuation-skip" && !input.isFirstTurn);
    if (isLeftOut) return { text: "", files: [], budgetChars: 0, truncated: false };
    const { workspace } = agent;
    const seeded = this.#ready.get(workspace) ?? (await this.#seeding.record(workspace));
    const files = await this.#load(workspace, seeded);
    return projectContext(workspace, (name) => files.get(name), {
      maxChars: rules.maxChars,
      totalMaxChars: rules.totalMaxChars,
      onlyAgents: input.mode === "minimal",
      isPrivate: !input.isGroup && input.sender.isOwner,
      isOwner: input.sender.isOwner,
      isNew: isNew(workspace, files, seeded),
      without: this.#seedRules().without,
    });
  }

  /** The files as they are; before the first turn, with those that turn will find. */
  async #load(
    workspace: string,
    seeded: SeedRecord | undefined,
  ): Promise<ReadonlyMap<BootstrapFile, WorkspaceFile>> {
    const planned = seeded ? undefined : plannedFiles(this.#seedRules());
    const files = new Map<BootstrapFile, WorkspaceFile>();
    for (const name of BOOTSTRAP_FILES) {
      const file = await this.#files.read(workspace, name);
      const text = planned?.get(name);
      if (file) files.set(name, file);
      else if (text !== undefined) files.set(name, { text, sha256: sha256(text) });
    }
    return files;
  }

  /** BOOTSTRAP.md goes once it has done its work, if it is still as we wrote it. */
  async #endFirstConversation(workspace: string): Promise<void> {
    const path = join(workspace, "BOOTSTRAP.md");
    if (!existsSync(path)) return;
    const seeded = this.#ready.get(workspace);
    const files = await this.#load(workspace, seeded);
    const isDone = !isNew(workspace, files, seeded);
    if (isDone && isOurs("BOOTSTRAP.md", files, seeded)) await rm(path, { force: true });
  }

  #defaults() {
    return this.#deps.config().agents?.defaults;
  }

  #seedRules(): SeedRules {
    const defaults = this.#defaults();
    return { skip: defaults?.skipBootstrap === true, without: defaults?.skipOptionalBootstrapFiles ?? [] };
  }

  #contextRules(agentId: string) {
    const entry = entryOf(this.#deps.config(), agentId);
    const defaults = this.#defaults();
    return {
      injection: entry.contextInjection ?? defaults?.contextInjection ?? "always",
      maxChars: entry.bootstrapMaxChars ?? defaults?.bootstrapMaxChars ?? FILE_MAX_CHARS,
      totalMaxChars: entry.bootstrapTotalMaxChars ?? defaults?.bootstrapTotalMaxChars ?? FILES_MAX_CHARS,
    };
  }

  #words(): TimeWords {
    const zone = this.#defaults()?.userTimezone;
    if (!this.#time || this.#timeZone !== zone) {
      this.#time = new TimeWords(zone);
      this.#timeZone = zone;
    }
    return this.#time;
  }
}

function contextSection({ text, budgetChars, truncated }: ProjectContext): PromptSection {
  return { name: "project-context", text, budgetChars, stable: true, truncated };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
