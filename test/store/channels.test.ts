import { silentLogger } from "../../src/lib/logger.ts";
import { openStore } from "../../src/store/index.ts";
import { channelKeysContract } from "./channel-keys-contract.ts";
import { channelPairingContract } from "./channel-pairing-contract.ts";
import { inboxContract, outboxContract } from "./channels-contract.ts";
import type { StorePlace } from "./contract.ts";
import { tempDir } from "./temp.ts";

function place(): StorePlace {
  const dir = tempDir();
  const path = dir.file("state/openclaw.sqlite");
  return {
    open: (clock) => openStore({ path, clock, log: silentLogger }),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

inboxContract("sqlite", place);
outboxContract("sqlite", place);
channelPairingContract("sqlite", place);
channelKeysContract("sqlite", place);
