/** Something in the configuration that does not do what it says; for `doctor` and `channels status`. */
export interface ConfigFinding {
  /** Dotted path of the key. */
  readonly path: string;
  /** What is wrong and what comes of it. */
  readonly message: string;
  /** What a person does about it. */
  readonly fix: string;
}
