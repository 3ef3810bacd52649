import { rmSync } from "node:fs";
import { join } from "node:path";
import { CHILD_MARK, type ChildNotes } from "../../lib/child-journal.ts";
import { type Clock, pause } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import {
  childEnv,
  type Command,
  type CommandEnd,
  RetainedOutput,
  startCommand,
} from "../../lib/spawn/index.ts";
import { BrowserError } from "../errors.ts";
import { KEPT_OUTPUT_CHARS, START_POLL_MS, START_TIMEOUT_MS } from "../limits.ts";

/** What a browser may know of the environment. */
const ENV = [
  ..."PATH HOME USER LANG LC_ALL TZ TMPDIR DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR XDG_SESSION_TYPE".split(
    " ",
  ),
  ..."DBUS_SESSION_BUS_ADDRESS FONTCONFIG_PATH SystemRoot SystemDrive TEMP TMP USERPROFILE APPDATA".split(
    " ",
  ),
  ..."LOCALAPPDATA ProgramFiles ProgramFiles(x86) ProgramData windir".split(" "),
] as const;

/** How a browser says where its line is; the end of it is random, so that whoever has it knows that it is this one. */
const LINE = /^DevTools listening on (ws:\/\/\S+)/m;

/** What a browser that was killed leaves; nobody else works on the profile, the state folder has one gateway. */
const LEFT_LOCKS = ["SingletonLock", "SingletonSocket", "SingletonCookie"];

export interface StartRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly port: number;
  readonly userDataDir: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly children: ChildNotes;
  readonly clock: Clock;
  readonly ids: Ids;
  /** It runs for root and has its sandbox. */
  readonly sandboxedRoot: boolean;
}

/** A browser that was started here, and is ours to end. */
export class StartedBrowser {
  private constructor(
    private readonly command: Command,
    readonly lineUrl: string,
    /** Settles when it is gone; never rejects. */
    readonly ended: Promise<CommandEnd>,
  ) {}

  get pid(): number {
    return this.command.pid;
  }

  /** Ends it with all its processes. */
  stop(): Promise<void> {
    return this.command.stop();
  }

  /** Starts a browser and waits for its line. @throws BrowserError with what it said when it does not come up */
  static async start(request: StartRequest): Promise<StartedBrowser> {
    const { program, args, port, userDataDir, variables, children, clock, ids } = request;
    for (const name of LEFT_LOCKS) rmSync(join(userDataDir, name), { force: true });
    const said = new RetainedOutput(KEPT_OUTPUT_CHARS);
    const mark = ids.uuid();
    const command = await startCommand({
      program,
      args,
      env: { ...childEnv(variables, ENV), [CHILD_MARK]: mark },
      cwd: userDataDir,
      input: "none",
      onOutput: (text) => said.push(text),
      timeoutMs: 0,
      clock,
    });
    const forget = children.note(command.pid, mark);
    let end: CommandEnd | undefined;
    const ended = command.ended.then((how) => {
      forget();
      end = how;
      return how;
    });
    const deadline = clock.monotonic() + START_TIMEOUT_MS;
    while (clock.monotonic() < deadline && end === undefined) {
      const line = URL.parse(LINE.exec(said.text)?.[1] ?? "");
      if (line) return new StartedBrowser(command, `ws://127.0.0.1:${port}${line.pathname}`, ended);
      await pause(clock, START_POLL_MS);
    }
    await command.stop();
    throw notStarted(request, end, said.text);
  }
}

function notStarted(
  { program, sandboxedRoot }: StartRequest,
  end: CommandEnd | undefined,
  said: string,
): BrowserError {
  const how =
    end === undefined
      ? `it opened no line within ${START_TIMEOUT_MS / 1000} s`
      : `it ended with ${end.signal ?? end.exitCode ?? "nothing"}`;
  const cure = sandboxedRoot
    ? " Chromium has no sandbox for root: run the gateway as another user, or do without: openclaw config set browser.noSandbox true"
    : /sandbox/i.test(said)
      ? " Its sandbox does not work on this machine: enable user namespaces, or do without: openclaw config set browser.noSandbox true"
      : "";
  const words = said.trim().split("\n").slice(-3).join(" ").slice(0, 600);
  const details = words === "" ? {} : { details: { output: words } };
  return new BrowserError(503, `The browser ${program} did not start: ${how}.${cure}`, details);
}
