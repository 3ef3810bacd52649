/** The standard input of a child. */
export interface ChildInput {
  readonly isOpen: boolean;
  /** Resolves when the system has taken it. @throws Error when the input is closed */
  write(data: string | Uint8Array): Promise<void>;
  /** @throws Error when the input is closed */
  close(): Promise<void>;
}

/** The input of a child that has none. */
export const noInput: ChildInput = {
  isOpen: false,
  write: () => Promise.reject(closed()),
  close: () => Promise.reject(closed()),
};

/** Writes into a sink until it is closed or the child is gone. */
export class SinkInput implements ChildInput {
  #open = true;
  #released = false;

  constructor(
    private readonly sink: Bun.FileSink,
    gone: Promise<unknown>,
    /** Gives back what is below the sink; called once. */
    private readonly giveBack: () => void = () => undefined,
  ) {
    const close = () => {
      this.#open = false;
    };
    gone.then(close, close);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  async write(data: string | Uint8Array): Promise<void> {
    if (!this.#open) throw closed();
    try {
      await this.sink.write(data);
      await this.sink.flush();
    } catch (error) {
      this.#open = false;
      throw new Error("it no longer reads its standard input", { cause: error });
    }
  }

  async close(): Promise<void> {
    if (!this.#open) throw closed();
    this.#open = false;
    try {
      await this.sink.end();
    } finally {
      this.#letGo();
    }
  }

  /** Nobody writes any more. What was not taken is dropped with the child. */
  release(): void {
    if (this.#released) return;
    this.#open = false;
    // The sink has a descriptor of its own, which would stay open until the sink is collected.
    void endQuietly(this.sink);
    this.#letGo();
  }

  #letGo(): void {
    if (this.#released) return;
    this.#released = true;
    this.giveBack();
  }
}

/** Types into a terminal until the child is gone. */
export class TerminalInput implements ChildInput {
  #open = true;

  constructor(
    private readonly terminal: Bun.Terminal,
    gone: Promise<unknown>,
  ) {
    const close = () => {
      this.#open = false;
    };
    gone.then(close, close);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  async write(data: string | Uint8Array): Promise<void> {
    if (!this.#open) throw closed();
    this.terminal.write(data);
  }

  /** The end of input, as a person types it: the terminal itself stays. */
  close(): Promise<void> {
    return this.write("\u0004");
  }
}

async function endQuietly(sink: Bun.FileSink): Promise<void> {
  try {
    await sink.end();
  } catch {
    // Nobody reads at the other end: then it is over as well.
  }
}

function closed(): Error {
  return new Error("its standard input is closed");
}
