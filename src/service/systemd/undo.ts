/** Steps back, taken in reverse when what was begun cannot be finished. */
export class Undo {
  private readonly steps: (() => void | Promise<void>)[] = [];

  add(step: () => void | Promise<void>): void {
    this.steps.push(step);
  }

  /** Takes them all, whatever becomes of each. Returns why some could not be taken. */
  async run(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const step of this.steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}
