import type {
  AuthenticationCreds,
  AuthenticationState,
  SignalDataSet,
  SignalDataTypeMap,
} from "@whiskeysockets/baileys";
import type { ChannelKeyRepository, KeyChange, KeyOwner } from "../../../store/index.ts";
import type { ArrivalScope } from "./arrivals.ts";
import type { BaileysLibrary } from "./library.ts";

/** The state a socket works with, and what keeps it. */
export interface KeptAuth {
  readonly state: AuthenticationState;
  /** Stores the credentials as they are now; durable when it resolves. @throws StoreError */
  save(): Promise<void>;
}

export interface AuthDeps {
  readonly keys: ChannelKeyRepository;
  readonly owner: KeyOwner;
  readonly library: BaileysLibrary;
  /** What a transaction decrypted is stored with it. */
  readonly arrivals: ArrivalScope;
}

/**
 * The credentials and Signal keys of an account, new ones when it has none. They are read from the store when they are needed:
 * that takes microseconds, and a copy in memory could be older than what is stored.
 */
export async function keptAuth({ keys, owner, library, arrivals }: AuthDeps): Promise<KeptAuth> {
  const { BufferJSON, initAuthCreds, proto } = library;
  const stored = await keys.creds(owner);
  const creds =
    stored === undefined ? initAuthCreds() : credsOf(JSON.parse(stored.value, BufferJSON.reviver));
  const encode = (value: unknown) => JSON.stringify(value, BufferJSON.replacer);
  return {
    save: () => keys.commit(owner, { creds: encode(creds) }),
    state: {
      creds,
      keys: {
        async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
          const found: Record<string, SignalDataTypeMap[T]> = {};
          for (const [id, text] of await keys.keys(owner, type, ids)) {
            const value: unknown = JSON.parse(text, BufferJSON.reviver);
            const key =
              type === "app-state-sync-key"
                ? proto.Message.AppStateSyncKeyData.create(fieldsOf(value))
                : value;
            if (isKeyOf(type, key)) found[id] = key;
          }
          return found;
        },
        async set(data: SignalDataSet) {
          const arrival = arrivals.pending();
          const changes = changesOf(data, encode);
          await keys.commit(owner, { keys: changes, ...(arrival && { arrivals: [arrival] }) });
          arrivals.stored();
        },
      },
    },
  };
}

function changesOf(data: SignalDataSet, encode: (value: unknown) => string): KeyChange[] {
  return Object.entries(data).flatMap(([type, entries]) =>
    Object.entries(entries ?? {}).map(([id, value]) => ({
      type,
      id,
      value: value === null || value === undefined ? null : encode(value),
    })),
  );
}

/** Only what this file wrote under a type is read under it. */
function isKeyOf<T extends keyof SignalDataTypeMap>(_type: T, value: unknown): value is SignalDataTypeMap[T] {
  return value !== null && value !== undefined;
}

function fieldsOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** @throws Error when what is stored are no credentials */
function credsOf(value: unknown): AuthenticationCreds {
  if (isCreds(value)) return value;
  throw new Error("The stored WhatsApp credentials cannot be read.");
}

function isCreds(value: unknown): value is AuthenticationCreds {
  return (
    typeof value === "object" &&
    value !== null &&
    "noiseKey" in value &&
    "signedIdentityKey" in value &&
    "signedPreKey" in value &&
    "registrationId" in value
  );
}
