// The key of this browser: made here, kept in IndexedDB, and never readable by a script (Web Cryptography API).

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const DATABASE = "dpop";
const STORE = "keys";
const NAME = "current";

/**
 * The key pair of this origin, made on the first visit.
 *
 * `extractable: false` holds for the private key, for ever: scripts can sign with it while the page is open, and cannot
 * copy it. Where the browser cannot store keys (some private windows), it lasts until the page is closed.
 */
export async function openKey() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
  const fresh = { privateKey, publicKey, createdAt: new Date() };
  let database;
  try {
    database = await openDatabase();
    return await keepFirst(database, fresh);
  } catch (error) {
    console.warn(`the key lasts as long as this page: ${error}`);
    return fresh;
  } finally {
    database?.close();
  }
}

/** Forgets the key, at logout: tokens that are bound to it are then of no use. */
export async function deleteKey() {
  const database = await openDatabase();
  try {
    const transaction = database.transaction(STORE, "readwrite");
    transaction.objectStore(STORE).delete(NAME);
    await committed(transaction);
  } finally {
    database.close();
  }
}

/** Stores `fresh` unless there is a key. One transaction: two tabs that open at once agree on one key. */
async function keepFirst(database, fresh) {
  const transaction = database.transaction(STORE, "readwrite");
  const keys = transaction.objectStore(STORE);
  const kept = await done(keys.get(NAME));
  if (kept) return kept;
  keys.add(fresh, NAME);
  await committed(transaction);
  return fresh;
}

function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
