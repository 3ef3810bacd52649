/** Something that holds work back until the end of the turn. */
export interface Flushable {
  flush(): void;
}

/** Flushes everything that was added in one turn of the event loop, once, after all that the turn brought is handled. */
export class EndOfTurn {
  private added: Flushable[] = [];

  add(one: Flushable): void {
    if (this.added.push(one) === 1) setImmediate(() => this.flush());
  }

  private flush(): void {
    const due = this.added;
    this.added = [];
    for (const one of due) one.flush();
  }
}
