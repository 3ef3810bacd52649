import { CHILD_MARK, type ChildNotes } from "../../../lib/child-journal.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Ids } from "../../../lib/ids.ts";
import { type CommandRequest, startCommand } from "../../../lib/spawn/index.ts";
import { ToolInputError } from "../define.ts";
import { EXEC_MAX_FINISHED, EXEC_MAX_FINISHED_CHARS, EXEC_MAX_RUNNING } from "../limits.ts";
import { freshName } from "./names.ts";
import { type CommandFacts, RunningCommand } from "./running-command.ts";

export interface CommandSessionsDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Where commands are noted, so that none outlives a gateway that is killed. */
  readonly children: ChildNotes;
  /** A command that went on in the background has ended by itself. */
  readonly onBackgroundEnd: (command: RunningCommand) => void;
}

type Launch = Omit<CommandRequest, "onOutput" | "clock">;

/** The commands agents have running, and those that ended in the background a while ago. In memory: none survives the gateway. */
export class CommandSessions {
  readonly #deps: CommandSessionsDeps;
  readonly #commands = new Map<string, RunningCommand>();
  #stopped = false;

  constructor(deps: CommandSessionsDeps) {
    this.#deps = deps;
  }

  /** Starts a command. @throws ToolInputError when too many run, Error when the system does not start it */
  async start(facts: Omit<CommandFacts, "id">, launch: Launch): Promise<RunningCommand> {
    const { clock, ids, children } = this.#deps;
    if (this.#stopped) throw new Error("the gateway is stopping");
    if (this.#running().length >= EXEC_MAX_RUNNING) {
      throw new ToolInputError(
        `${EXEC_MAX_RUNNING} commands are running; end some with the process tool first`,
      );
    }
    const id = freshName(ids, (name) => this.#commands.has(name));
    const command = new RunningCommand({ ...facts, id }, clock);
    this.#commands.set(id, command);
    try {
      const mark = ids.uuid();
      const process = await startCommand({
        ...launch,
        env: { ...launch.env, [CHILD_MARK]: mark },
        clock,
        onOutput: (text) => command.hear(text),
      });
      const strike = children.note(process.pid, mark);
      command.attach(process);
      void process.ended.then((end) => {
        strike();
        this.#ended(command, { ...end, at: clock.now() });
      });
    } catch (error) {
      this.#commands.delete(id);
      throw error;
    }
    // Stopped while it was starting: it must not outlive the gateway.
    if (this.#stopped) await command.process?.stop();
    return command;
  }

  /** A background command of an agent; undefined when there is none of that name. */
  find(agentId: string, id: string): RunningCommand | undefined {
    const command = this.#commands.get(id.trim());
    return command?.facts.agentId === agentId && command.backgrounded ? command : undefined;
  }

  /** Background commands of an agent, in the order of their start. */
  list(agentId: string): RunningCommand[] {
    return [...this.#commands.values()].filter(
      (command) => command.facts.agentId === agentId && command.backgrounded,
    );
  }

  forget(command: RunningCommand): void {
    this.#commands.delete(command.facts.id);
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running().flatMap(({ process }) => (process ? [process.stop()] : [])));
  }

  #running(): RunningCommand[] {
    return [...this.#commands.values()].filter((command) => command.end === undefined);
  }

  #ended(command: RunningCommand, end: NonNullable<RunningCommand["end"]>): void {
    command.end = end;
    const known = this.#commands.get(command.facts.id) === command;
    if (!command.backgrounded || !known) {
      this.forget(command);
      return;
    }
    this.#deps.clock.after(command.facts.keepMs, () => this.forget(command));
    this.#makeRoom();
    if (end.reason !== "manual-cancel") this.#deps.onBackgroundEnd(command);
  }

  /** The oldest give way; the newest stays however much it said. */
  #makeRoom(): void {
    const finished = [...this.#commands.values()]
      .filter((command) => command.end !== undefined)
      .sort((a, b) => (b.end?.at ?? 0) - (a.end?.at ?? 0));
    let chars = 0;
    for (const [index, command] of finished.entries()) {
      chars += command.output.total - command.output.dropped;
      if (index >= EXEC_MAX_FINISHED || (index > 0 && chars > EXEC_MAX_FINISHED_CHARS)) this.forget(command);
    }
  }
}
