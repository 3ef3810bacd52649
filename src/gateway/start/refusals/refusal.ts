/** Exit code for "the configuration forbids this start"; service managers do not retry it. */
export const EXIT_CONFIG = 78;

/** The gateway will not start, for a reason a person can mend; the lines say what, why and how. */
export class StartRefusal extends Error {
  constructor(
    readonly exitCode: number,
    readonly lines: readonly string[],
  ) {
    super(lines[0] ?? "the gateway cannot start");
    this.name = "StartRefusal";
  }
}
