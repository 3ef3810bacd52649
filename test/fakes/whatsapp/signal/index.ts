export { bundleNodes, type KeyBundle, type NumberedKey, onceKeysOf, keyOf, signedKeyOf } from "./bundle.ts";
export { type CipherType, type Encrypted, SignalPeer, Undecryptable } from "./peer.ts";
export { memoryKeys } from "./keys.ts";
export { quiet } from "./quiet.ts";
export { encNode, encryptedOf } from "./enc.ts";
