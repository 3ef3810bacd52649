const DATABASE = "openclaw-control-ui";
const STORE = "kept";

/** What this browser keeps between visits, by name. */
export interface Shelf {
  get(name: string): Promise<unknown>;
  put(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
}

/**
 * Opens the browser's own database; several gateways of one origin (below different paths) keep apart. A browser that keeps
 * nothing, as in some private windows, gets a shelf that lasts as long as the page.
 */
export async function openShelf(basePath: string): Promise<Shelf> {
  try {
    return new KeptShelf(await openDatabase(), basePath);
  } catch {
    // It is told nothing: the only loss is to be paired anew next time.
    return new PassingShelf();
  }
}

class KeptShelf implements Shelf {
  constructor(
    private readonly database: IDBDatabase,
    private readonly prefix: string,
  ) {}

  get(name: string): Promise<unknown> {
    return this.#run("readonly", (store) => store.get(this.#key(name)));
  }

  async put(name: string, value: unknown): Promise<void> {
    await this.#run("readwrite", (store) => store.put(value, this.#key(name)));
  }

  async remove(name: string): Promise<void> {
    await this.#run("readwrite", (store) => store.delete(this.#key(name)));
  }

  #key(name: string): string {
    return `${this.prefix}:${name}`;
  }

  #run(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(STORE, mode);
      const request: IDBRequest<unknown> = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error ?? new Error("the browser kept nothing"));
      transaction.onabort = transaction.onerror;
    });
  }
}

class PassingShelf implements Shelf {
  readonly #kept = new Map<string, unknown>();

  get(name: string): Promise<unknown> {
    return Promise.resolve(this.#kept.get(name));
  }

  put(name: string, value: unknown): Promise<void> {
    this.#kept.set(name, value);
    return Promise.resolve();
  }

  remove(name: string): Promise<void> {
    this.#kept.delete(name);
    return Promise.resolve();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser has no database for this page"));
  });
}
