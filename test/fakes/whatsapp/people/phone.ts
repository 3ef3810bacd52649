import { proto } from "@whiskeysockets/baileys";
import { randomBytes } from "node:crypto";
import { deflateSync } from "node:zlib";
import { type QrCode, readQr } from "../line/pairing.ts";
import type { AccountOptions } from "../state/account.ts";
import { Companion } from "../state/companion.ts";
import type { World } from "../state/world.ts";
import { node } from "../wire/index.ts";
import { Person } from "./person.ts";
import type { Post } from "./post.ts";

const { Type } = proto.Message.ProtocolMessage;
const { HistorySyncType } = proto.HistorySync;

/** Who can link the device that shows a QR code. */
export interface Linker {
  /** Vouches for the device. @throws when nobody shows this code, or not any more */
  admit(code: QrCode, account: Person, device: number): Promise<void>;
  /** The device is linked: it is to log in. */
  restart(code: QrCode): void;
}

/** A phone whose owner links devices to it. */
export class Phone extends Person {
  readonly #world: World;
  readonly #linker: Linker;
  #devices = 0;

  constructor(world: World, post: Post, linker: Linker, number: string, options: AccountOptions) {
    super(world, post, () => this, number, options);
    this.#world = world;
    this.#linker = linker;
  }

  /** The device that was linked last. @throws when there is none */
  get companion(): Companion {
    const last = [...this.companions.values()].at(-1);
    if (!last) throw new Error(`+${this.number} has no linked device`);
    return last;
  }

  /** Scans the QR code that a device shows. @throws when the code has expired */
  async scan(qr: string): Promise<Companion> {
    const code = readQr(qr);
    this.#devices += 1;
    const id = this.#devices;
    await this.#linker.admit(code, this, id);
    const names = [this.jid("pn", id), this.jid("lid", id)] as const;
    const companion = new Companion(...names, id, code.noiseKey, code.identity, this.#world.changed);
    this.companions.set(id, companion);
    this.#linker.restart(code);
    this.#world.changed();
    return companion;
  }

  /** Unlinks a device: it is logged out, now or when it next comes. */
  unlink(companion: Companion = this.companion): void {
    const { connection } = companion;
    this.#world.unlink(companion);
    connection?.endStream({ code: "401" }, [node("conflict", { type: "device_removed" })]);
  }

  /** Gives a device that is new what it needs to begin: keys for what the phone synchronises, and the history. */
  async welcome(companion: Companion): Promise<void> {
    const keyId = randomBytes(6);
    const keyData = {
      keyData: randomBytes(32),
      fingerprint: { rawId: 1, currentIndex: 1 },
      timestamp: Date.now(),
    };
    await this.#tell(companion, {
      type: Type.APP_STATE_SYNC_KEY_SHARE,
      appStateSyncKeyShare: { keys: [{ keyId: { keyId }, keyData }] },
    });
    const syncType = HistorySyncType.INITIAL_BOOTSTRAP;
    const history = proto.HistorySync.encode({ syncType, conversations: [], progress: 100 }).finish();
    await this.#tell(companion, {
      type: Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: {
        syncType,
        chunkOrder: 1,
        progress: 100,
        initialHistBootstrapInlinePayload: deflateSync(history),
      },
    });
  }

  async #tell(peer: Companion, protocolMessage: proto.Message.IProtocolMessage): Promise<void> {
    await this.posts({ protocolMessage }, { peer });
  }
}
