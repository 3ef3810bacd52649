import type { OpenClawConfig } from "../../config/index.ts";
import type { ChildNotes } from "../../lib/child-journal.ts";
import type { Egress } from "../../lib/egress/index.ts";
import { browserTool } from "./browser/index.ts";
import {
  backgroundNotice,
  CommandSessions,
  execMode,
  execTool,
  processTool,
  waitingExecTool,
} from "./commands/index.ts";
import { type ConversationDeps, conversationTools, MessageTools } from "./conversations/index.ts";
import { fileTools, type GatewayPlaces } from "./files/index.ts";
import { canvasTool } from "./canvas.ts";
import { toolGroups, toolPolicy } from "./policy/index.ts";
import type { BrowserPort, CanvasPanels, CommandNotice, GatewayView, MessageSender } from "./ports.ts";
import type { Tool, Tools, ToolSelection } from "./tool.ts";
import { webFetchTool } from "./web/index.ts";

/** What the tools of a gateway work with. */
export interface ToolCatalogDeps extends ConversationDeps {
  /** The configuration in force, read anew for every call. */
  readonly config: () => OpenClawConfig;
  /** The gateway's environment (`env.raw`); commands get a small part of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly egress: Egress;
  readonly places: GatewayPlaces;
  readonly messages: MessageSender;
  readonly gateway: GatewayView;
  readonly panels: CanvasPanels;
  readonly browser: BrowserPort;
  readonly notice: CommandNotice;
  readonly children: ChildNotes;
}

/** The tools of this gateway and who has which. */
export class ToolCatalog implements Tools {
  readonly all: readonly Tool[];
  readonly groups: Tools["groups"];
  readonly #config: () => OpenClawConfig;
  readonly #browser: BrowserPort;
  readonly #commands: CommandSessions;
  readonly #waitingExec: Tool;
  readonly #messages: MessageTools;
  readonly #panels: CanvasPanels;

  constructor(deps: ToolCatalogDeps) {
    const { config, clock, ids } = deps;
    this.#config = config;
    this.#browser = deps.browser;
    this.#commands = new CommandSessions({
      clock,
      ids,
      children: deps.children,
      onBackgroundEnd(command) {
        const { agentId, sessionKey } = command.facts;
        const text = backgroundNotice(command);
        if (text !== undefined) deps.notice({ agentId, sessionKey, text });
      },
    });
    const commands = { ...deps, sessions: this.#commands };
    this.#waitingExec = waitingExecTool(commands);
    this.#messages = new MessageTools(deps);
    this.#panels = deps.panels;
    this.all = [
      ...fileTools(deps),
      execTool(commands),
      processTool({ sessions: this.#commands, clock }),
      webFetchTool(deps),
      browserTool(deps),
      ...conversationTools(deps, this.#messages),
      canvasTool(deps.panels),
    ];
    this.groups = presentGroups(this.all);
  }

  effective(selection: ToolSelection): readonly Tool[] {
    const config = this.#config();
    const passes = toolPolicy(config, selection);
    const had = this.all
      .filter((tool) => passes(tool) && this.#isOn(tool, selection.agentId, config))
      .flatMap((tool) => (tool === this.#messages.whole ? (this.#messages.of(selection) ?? []) : tool));
    if (had.some((tool) => tool.name === "process")) return had;
    // What goes on in the background could not be seen again.
    return had.map((tool) => (tool.name === "exec" ? this.#waitingExec : tool));
  }

  /** False for tools that are switched off by a key of their own, or have nothing to work on. */
  #isOn(tool: Tool, agentId: string, config: OpenClawConfig): boolean {
    if (tool.name === "web_fetch") return config.tools?.web?.fetch?.enabled ?? true;
    if (tool.name === "canvas") return this.#panels.available();
    if (tool.name === "exec" || tool.name === "process") return execMode(config, agentId) !== "deny";
    if (tool.name === "browser") return this.#browser.isOn();
    return true;
  }

  async stop(): Promise<void> {
    await this.#commands.stop();
  }
}

/** The groups with the tools that are there. */
function presentGroups(tools: readonly Tool[]): Tools["groups"] {
  const names = new Set(tools.map((tool) => tool.name));
  return Object.fromEntries(
    Object.entries(toolGroups()).map(([group, members]) => [
      group,
      members.filter((name) => names.has(name)),
    ]),
  );
}
