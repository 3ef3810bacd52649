import type { Session } from "../session.ts";

/** A gateway that runs in this very process, as `openclaw gateway` would; it says on the terminal what goes wrong. */
export class ForegroundGateway {
  /** Settles with its exit code. */
  readonly ended: Promise<number>;
  #isOver = false;

  constructor(session: Session) {
    this.ended = start(session).finally(() => {
      this.#isOver = true;
    });
    // Whoever waits for it hears of a failure; until then it is none of the person's business.
    this.ended.catch(() => {});
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Stops it as a signal would, and waits until it is gone. */
  async stop(): Promise<void> {
    if (!this.#isOver) process.kill(process.pid, "SIGTERM");
    await this.ended.catch(() => {});
  }
}

async function start({ env, root, out }: Session): Promise<number> {
  const { runGateway } = await import("../../gateway/index.ts");
  return runGateway({
    env,
    profile: root.profile,
    dev: root.dev,
    flags: {},
    // Somebody is being asked questions on this screen.
    logLevel: root.logLevel ?? "error",
    color: out.colorOfNotes,
    out: () => {},
    err: (line) => out.note(line),
    isTerminal: true,
  });
}
