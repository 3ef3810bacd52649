/** What the built-in model can tell of the gateway it runs in. */
export interface GuideFacts {
  /** Version of this program. */
  readonly version: string;
  /** Epoch ms at which the gateway started. */
  readonly startedAt: number;
  /** Where it is reached, for example `http://127.0.0.1:18789`; undefined while nobody listens. */
  readonly address: () => string | undefined;
  /** Zone of the person, `agents.defaults.userTimezone` or the host's. */
  readonly timeZone: () => string;
  /** The configuration file, as people write it. */
  readonly configPath: string;
}
