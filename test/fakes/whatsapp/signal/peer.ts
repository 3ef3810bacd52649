import {
  addTransactionCapability,
  type AuthenticationCreds,
  Curve,
  DEFAULT_CONNECTION_CONFIG,
  encodeWAMessage,
  initAuthCreds,
  proto,
  type SignalRepositoryWithLIDStore,
  unpadRandomMax16,
} from "@whiskeysockets/baileys";
import { type KeyBundle, sessionOf } from "./bundle.ts";
import { hushSignal } from "./hush.ts";
import { memoryKeys } from "./keys.ts";
import { quiet } from "./quiet.ts";

hushSignal();

/** Under which name a peer keeps its own sender keys; nobody else ever sees it. */
const OWN_NAME = "1:0@lid";

/** How something is encrypted: for one device (the first time with the keys it needs), or for a group. */
export type CipherType = "pkmsg" | "msg" | "skmsg";

/** Something encrypted. */
export interface Encrypted {
  readonly type: CipherType;
  readonly content: Uint8Array;
}

/** Bytes that somebody can no longer read, or not yet. */
export class Undecryptable extends Error {
  override readonly name = "Undecryptable";
}

/**
 * One device's Signal identity with its sessions. Others are named by jids; a peer that is asked to do two things does
 * one after the other, so that its ratchets advance in order.
 */
export class SignalPeer {
  readonly creds: AuthenticationCreds = initAuthCreds();
  readonly #keys = addTransactionCapability(memoryKeys(), quiet, {
    maxCommitRetries: 1,
    delayBetweenTriesMs: 1,
  });
  readonly #repository: SignalRepositoryWithLIDStore;
  #nextKey = 1;
  #work: Promise<unknown> = Promise.resolve();

  constructor() {
    const auth = { creds: this.creds, keys: this.#keys };
    this.#repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, quiet);
  }

  /** What another must know to write to this device; holds a key that is never given again. */
  async bundle(): Promise<KeyBundle> {
    const { registrationId, signedIdentityKey, signedPreKey } = this.creds;
    const id = this.#nextKey++;
    const pair = Curve.generateKeyPair();
    await this.#keys.set({ "pre-key": { [id]: pair } });
    return {
      registrationId,
      identity: signedIdentityKey.public,
      signed: {
        id: signedPreKey.keyId,
        value: signedPreKey.keyPair.public,
        signature: signedPreKey.signature,
      },
      once: { id, value: pair.public },
    };
  }

  /** Encrypts for one device; `bundle` is asked for when there is no session yet. */
  encrypt(to: string, message: proto.IMessage, bundle: () => KeyBundle): Promise<Encrypted> {
    return this.#inOrder(async () => {
      if (!(await this.#repository.validateSession(to)).exists) {
        await this.#repository.injectE2ESession({ jid: to, session: sessionOf(bundle()) });
      }
      const { type, ciphertext } = await this.#repository.encryptMessage({
        jid: to,
        data: encodeWAMessage(message),
      });
      return { type, content: ciphertext };
    });
  }

  /** Encrypts for a group; whoever is to read it needs `distribution` once. */
  encryptFor(
    group: string,
    message: proto.IMessage,
  ): Promise<{ readonly encrypted: Encrypted; readonly distribution: proto.IMessage }> {
    return this.#inOrder(async () => {
      const { ciphertext, senderKeyDistributionMessage } = await this.#repository.encryptGroupMessage({
        group,
        meId: OWN_NAME,
        data: encodeWAMessage(message),
      });
      return {
        encrypted: { type: "skmsg", content: ciphertext },
        distribution: {
          senderKeyDistributionMessage: {
            groupId: group,
            axolotlSenderKeyDistributionMessage: senderKeyDistributionMessage,
          },
        },
      };
    });
  }

  /** Reads what a device wrote, and learns the keys of its groups from it. @throws Undecryptable */
  decrypt(from: string, group: string | undefined, { type, content }: Encrypted): Promise<proto.Message> {
    return this.#inOrder(async () => {
      try {
        const plain =
          type === "skmsg"
            ? await this.#repository.decryptGroupMessage({
                group: group ?? "",
                authorJid: from,
                msg: content,
              })
            : await this.#repository.decryptMessage({ jid: from, type, ciphertext: content });
        const message = proto.Message.decode(unpadRandomMax16(plain));
        const item = message.senderKeyDistributionMessage;
        if (item) await this.#repository.processSenderKeyDistributionMessage({ authorJid: from, item });
        return message;
      } catch (error) {
        throw new Undecryptable(String(error), { cause: error });
      }
    });
  }

  /** Begins a session anew with what a device says of itself. */
  renew(to: string, bundle: KeyBundle): Promise<void> {
    return this.#inOrder(() => this.#repository.injectE2ESession({ jid: to, session: sessionOf(bundle) }));
  }

  /** Forgets its session with a device, as a phone that was set up anew. */
  forget(device: string): Promise<void> {
    return this.#inOrder(() => this.#repository.deleteSession([device]));
  }

  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#work.then(act);
    this.#work = result.catch(() => undefined);
    return result;
  }
}
