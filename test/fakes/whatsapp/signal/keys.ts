import type { SignalDataSet, SignalDataTypeMap, SignalKeyStore } from "@whiskeysockets/baileys";

type Shelves = { readonly [T in keyof SignalDataTypeMap]: Map<string, SignalDataTypeMap[T]> };

type Entries<T extends keyof SignalDataTypeMap> = Readonly<Record<string, SignalDataTypeMap[T] | null>>;

/** Signal keys in memory. */
export function memoryKeys(): SignalKeyStore {
  const shelves: Shelves = {
    "pre-key": new Map(),
    session: new Map(),
    "sender-key": new Map(),
    "sender-key-memory": new Map(),
    "app-state-sync-key": new Map(),
    "app-state-sync-version": new Map(),
    "lid-mapping": new Map(),
    "device-list": new Map(),
    tctoken: new Map(),
    "identity-key": new Map(),
  };
  const put = <T extends keyof SignalDataTypeMap>(type: T, entries: Entries<T> | undefined): void => {
    for (const id of Object.keys(entries ?? {})) {
      const value = entries?.[id];
      if (value === null || value === undefined) shelves[type].delete(id);
      else shelves[type].set(id, value);
    }
  };
  return {
    get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
      const found: { [id: string]: SignalDataTypeMap[T] } = {};
      for (const id of ids) {
        const value = shelves[type].get(id);
        if (value !== undefined) found[id] = value;
      }
      return found;
    },
    set: (data: SignalDataSet) => {
      put("pre-key", data["pre-key"]);
      put("session", data.session);
      put("sender-key", data["sender-key"]);
      put("sender-key-memory", data["sender-key-memory"]);
      put("app-state-sync-key", data["app-state-sync-key"]);
      put("app-state-sync-version", data["app-state-sync-version"]);
      put("lid-mapping", data["lid-mapping"]);
      put("device-list", data["device-list"]);
      put("tctoken", data.tctoken);
      put("identity-key", data["identity-key"]);
    },
  };
}
