import {
  Addressing,
  Directory,
  History,
  Messages,
  type ActionRequest,
} from "../../../src/channels/messages/index.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { keyOf } from "../../store/sessions-contract.ts";
import { configOf, type Rig, rig, type RigOptions } from "../accounts/rig.ts";
import { RecordingDeliveries } from "./recording-deliveries.ts";

export const MAIN: SessionKey = keyOf("agent:main:main");

export interface Desk {
  readonly world: Rig;
  readonly deliveries: RecordingDeliveries;
  readonly messages: Messages;
  readonly directory: Directory;
  readonly addressing: Addressing;
  readonly mirrored: { readonly key: SessionKey; readonly text: string }[];
  /** Another service over the same store, as after a restart. */
  again(): Messages;
  /** An action of an operator. */
  act(
    action: string,
    params: Record<string, unknown>,
    more?: Partial<ActionRequest>,
  ): ReturnType<Messages["act"]>;
  [Symbol.asyncDispose](): PromiseLike<void>;
}

export interface DeskOptions extends RigOptions {
  /** Folder files may be sent from. */
  readonly mediaRoot?: string;
}

let keys = 0;

/** The service over running accounts, with a way out that leads nowhere. */
export async function desk(options: DeskOptions = {}): Promise<Desk> {
  const world = await rig({ configured: [{ id: "default" }, { id: "work" }], ...options });
  await world.accounts.start();
  const deliveries = new RecordingDeliveries();
  const mirrored: Desk["mirrored"] = [];
  const { accounts, store } = world;
  const config = () => configOf(options.config ?? {});
  const directory = new Directory({ sessions: store.sessions, pairing: store.channelPairing });
  const addressing = new Addressing({ accounts, directory, config });
  const build = () =>
    new Messages({
      accounts,
      addressing,
      deliveries,
      conversations: { mirror: async (key, text) => void mirrored.push({ key, text }) },
      history: new History({
        router: {
          route: (_, chat) => ({
            agentId: "main",
            sessionKey: chat.kind === "direct" ? MAIN : keyOf(`agent:main:telegram:group:${chat.id}`),
          }),
        },
        sessions: store.sessions,
        transcripts: store.transcripts,
      }),
      idempotency: store.idempotency,
      mediaJails: async () => (options.mediaRoot === undefined ? [] : [{ root: options.mediaRoot }]),
      log: silentLogger,
    });
  const messages = build();
  return {
    world,
    deliveries,
    messages,
    directory,
    addressing,
    mirrored,
    again: build,
    act: (action, params, more = {}) => {
      keys += 1;
      return messages.act({
        action,
        params,
        idempotencyKey: `key-${keys}`,
        requester: { kind: "operator" },
        ...more,
      });
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
