import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Credentials as earlier versions wrote them; no real ones. */
export function oldCreds(jid = "4366412345:7@s.whatsapp.net"): Record<string, unknown> {
  const key = { type: "Buffer", data: Buffer.alloc(32, 7).toString("base64") };
  const pair = { private: key, public: key };
  return {
    noiseKey: pair,
    pairingEphemeralKeyPair: pair,
    signedIdentityKey: pair,
    signedPreKey: { keyPair: pair, signature: key, keyId: 1 },
    registrationId: 77,
    advSecretKey: "c2VjcmV0",
    nextPreKeyId: 31,
    firstUnuploadedPreKeyId: 31,
    registered: false,
    me: { id: jid, lid: "99@lid", name: "Ann" },
  };
}

/** Files of keys of every kind, by name, with the key each holds. */
export const OLD_KEYS: Readonly<Record<string, readonly [type: string, id: string]>> = {
  "pre-key-1.json": ["pre-key", "1"],
  "session-4366499.0.json": ["session", "4366499.0"],
  "session-99_1.3.json": ["session", "99_1.3"],
  "sender-key-4366412-1600000000@g.us--4366499--0.json": [
    "sender-key",
    "4366412-1600000000@g.us::4366499::0",
  ],
  "sender-key-memory-120363@g.us.json": ["sender-key-memory", "120363@g.us"],
  "app-state-sync-key-AA__BB+C=.json": ["app-state-sync-key", "AA/BB+C="],
  "app-state-sync-version-critical_block.json": ["app-state-sync-version", "critical_block"],
  "lid-mapping-4366499.json": ["lid-mapping", "4366499"],
  "lid-mapping-99_reverse.json": ["lid-mapping", "99_reverse"],
  "device-list-4366499.json": ["device-list", "4366499"],
  "tctoken-4366499@s.whatsapp.net.json": ["tctoken", "4366499@s.whatsapp.net"],
  "identity-key-4366499.0.json": ["identity-key", "4366499.0"],
};

/** Writes a link as an earlier version kept it. */
export function writeOldLink(folder: string, creds: Record<string, unknown> = oldCreds()): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const put = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(value), { mode: 0o600 });
  put("creds.json", creds);
  put("creds.json.bak", { ...creds, registrationId: 76 });
  for (const [name, [type, id]] of Object.entries(OLD_KEYS)) put(name, { type, id });
}
