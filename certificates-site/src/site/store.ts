// What stays on the phone: people (when asked), certificates until a day after their end, and the versions seen. IndexedDB.
// Nothing is encrypted: a key beside its lock protects nobody. Where the browser keeps nothing, pages work without.

const NAME = "certificates";
const STORES = ["people", "certificates", "seen"] as const;
export type Store = (typeof STORES)[number];

/** Keeps values by key; `isLasting` is false where the browser forgets them when the page closes. */
export interface Keeper {
  readonly isLasting: boolean;
  all<Item>(store: Store): Promise<Item[]>;
  get<Item>(store: Store, key: string): Promise<Item | undefined>;
  /** Returns false when there is no space. */
  put(store: Store, key: string, item: unknown): Promise<boolean>;
  /** Put an item in the place of another; nothing happens when that was removed. */
  replace(store: Store, key: string, item: unknown): Promise<void>;
  remove(store: Store, key: string): Promise<void>;
  clear(): Promise<void>;
}

export async function openKeeper(): Promise<Keeper> {
  try {
    return new Lasting(await opened());
  } catch {
    return new Passing();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another page holds an older version open"));
  });
}

class Lasting implements Keeper {
  readonly isLasting = true;

  constructor(private readonly database: IDBDatabase) {}

  all<Item>(store: Store): Promise<Item[]> {
    return this.done(store, "readonly", (held) => held.getAll() as IDBRequest<Item[]>);
  }

  get<Item>(store: Store, key: string): Promise<Item | undefined> {
    return this.done(store, "readonly", (held) => held.get(key) as IDBRequest<Item | undefined>);
  }

  async put(store: Store, key: string, item: unknown): Promise<boolean> {
    try {
      await this.done(store, "readwrite", (held) => held.put(item, key));
      return true;
    } catch {
      return false;
    }
  }

  async replace(store: Store, key: string, item: unknown): Promise<void> {
    await this.done(store, "readwrite", (held) => {
      const found = held.getKey(key);
      found.onsuccess = () => found.result !== undefined && held.put(item, key);
      return found;
    }).catch(() => undefined);
  }

  async remove(store: Store, key: string): Promise<void> {
    await this.done(store, "readwrite", (held) => held.delete(key));
  }

  async clear(): Promise<void> {
    for (const store of STORES) await this.done(store, "readwrite", (held) => held.clear());
  }

  /** Run one request and return its result once its transaction is on disk. */
  private done<Result>(
    store: Store,
    mode: IDBTransactionMode,
    ask: (held: IDBObjectStore) => IDBRequest<Result>,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(store, mode);
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

export class Passing implements Keeper {
  readonly isLasting = false;
  private readonly held = new Map<Store, Map<string, unknown>>(STORES.map((store) => [store, new Map()]));

  async all<Item>(store: Store): Promise<Item[]> {
    return [...this.of(store).values()] as Item[];
  }

  async get<Item>(store: Store, key: string): Promise<Item | undefined> {
    return this.of(store).get(key) as Item | undefined;
  }

  async put(store: Store, key: string, item: unknown): Promise<boolean> {
    this.of(store).set(key, item);
    return true;
  }

  async replace(store: Store, key: string, item: unknown): Promise<void> {
    if (this.of(store).has(key)) this.of(store).set(key, item);
  }

  async remove(store: Store, key: string): Promise<void> {
    this.of(store).delete(key);
  }

  async clear(): Promise<void> {
    for (const held of this.held.values()) held.clear();
  }

  private of(store: Store): Map<string, unknown> {
    return this.held.get(store)!;
  }
}
