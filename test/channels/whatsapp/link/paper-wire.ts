import type {
  PairingConnection,
  PairingListener,
  PairingWire,
} from "../../../../src/channels/whatsapp/link/pairing-wire.ts";

/** A connection of the wire below, and what became of it. */
export interface PaperConnection {
  readonly say: PairingListener;
  kept: boolean;
  closed: boolean;
}

/** Stands where WhatsApp is; what it says is said by the test. */
export class PaperWire implements PairingWire {
  readonly connections: PaperConnection[] = [];
  /** Thrown by the next connection, and by the next keeping. */
  failsOpen: Error | undefined;
  failsKeep: Error | undefined;
  /** Holds up keeping until it settles. */
  keeping: Promise<void> = Promise.resolve();

  async open(listener: PairingListener): Promise<PairingConnection> {
    if (this.failsOpen) throw this.failsOpen;
    const connection: PaperConnection = { say: listener, kept: false, closed: false };
    this.connections.push(connection);
    return {
      self: { id: "+4366412345", name: "Ann" },
      keep: async () => {
        await this.keeping;
        if (this.failsKeep) throw this.failsKeep;
        connection.kept = true;
      },
      close: async () => void (connection.closed = true),
    };
  }

  /** What the newest connection hears. @throws Error when there is none */
  get say(): PairingListener {
    const newest = this.connections.at(-1);
    if (!newest) throw new Error("nobody has connected");
    return newest.say;
  }
}
