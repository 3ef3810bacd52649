import { ChannelAccounts, type Intake } from "../../../src/channels/accounts/index.ts";
import { validateConfig } from "../../../src/config/index.ts";
import { Egress } from "../../../src/lib/egress/index.ts";
import { sequentialIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { secretRegistry } from "../../../src/lib/redact.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { ManualClock } from "../../support/index.ts";
import { tempDir } from "../../store/temp.ts";
import { RecordingChannel } from "./recording-channel.ts";

/** Configuration as it would stand in the file. */
export function configOf(value: object) {
  const checked = validateConfig(value);
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.config;
}

/** Lets everything happen that needs no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export interface Rig extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly channel: RecordingChannel;
  readonly accounts: ChannelAccounts;
  readonly store: Store;
  readonly received: unknown[];
  /** Puts new accounts in force. */
  configure(configured: RecordingChannel["configured"]): Promise<void>;
}

export interface RigOptions {
  readonly configured?: RecordingChannel["configured"];
  readonly skip?: boolean;
  readonly config?: object;
  readonly intake?: Partial<Intake>;
}

/** Accounts of a recording channel over a real store. */
export async function rig(options: RigOptions = {}): Promise<Rig> {
  const dir = tempDir();
  const clock = new ManualClock();
  const store = await openStore({ path: dir.file("openclaw.sqlite"), clock, log: silentLogger });
  const channel = new RecordingChannel();
  channel.configured = options.configured ?? [];
  const received: unknown[] = [];
  const from = { config: configOf(options.config ?? {}), variables: {} };
  const accounts = new ChannelAccounts(
    {
      channels: [channel],
      skip: options.skip ?? false,
      egress: new Egress({ clock }),
      clock,
      ids: sequentialIds(),
      log: silentLogger,
      secrets: secretRegistry(),
      kv: store.kv,
      intake: {
        receive: async (account, batch) => void received.push({ account: account.id, batch }),
        cursor: async () => undefined,
        ready: async () => {},
        ...options.intake,
      },
      commands: () => [{ name: "help", summary: "What can be said." }],
      random: () => 0.5,
    },
    from,
  );
  return {
    clock,
    channel,
    accounts,
    store,
    received,
    configure: async (configured) => {
      channel.configured = configured;
      await accounts.reconfigure(from);
    },
    [Symbol.asyncDispose]: async () => {
      channel.holdsStops = false;
      for (const connection of channel.open) connection.letStop();
      await accounts.stop();
      await store.close();
      dir[Symbol.dispose]();
    },
  };
}
