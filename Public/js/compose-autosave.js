// Saves the draft automatically.
//
// One request is in flight at a time; changes made during it go with the next. Each save names the version it is based
// on, so that two tabs never overwrite each other silently: the server answers 409 and the user chooses. Text that
// could not be sent (offline, or too large for a page that is closing) is kept in this browser.

const DEBOUNCE_MS = 600;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000, 60_000];
// Browsers refuse keepalive requests over 64 KiB, headers included.
const KEEPALIVE_BYTES = 60_000;

/**
 * @param {{url: string, token: string, draft: string, version: string,
 *          read: () => Record<string, string>,
 *          say: (text: string, tone?: 'busy'|'ok'|'bad') => void,
 *          saved: (version: string, errors: {field: string, message: string}[]) => void,
 *          conflict: (by: string|null, version: string) => void,
 *          ended: (text: string) => void}} options
 */
export function createAutosave(options) {
  const { url, token, draft, read, say, saved, conflict, ended } = options;
  const store = pocket(`compose-draft-${draft}`);
  let version = options.version;
  let dirty = false;
  let stopped = false;
  let timer = 0;
  let failures = 0;
  let flight = null;
  let last = JSON.stringify(read());

  function changed() {
    dirty = true;
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(flush, DEBOUNCE_MS);
  }

  /** Saves unsaved changes; resolves when no request is in flight. */
  async function flush() {
    clearTimeout(timer);
    if (flight) await flight;
    if (!dirty || stopped) return;
    flight = send().finally(() => {
      flight = null;
    });
    await flight;
    if (dirty && !stopped && !failures) changed();
  }

  async function send() {
    const fields = read();
    const content = JSON.stringify(fields);
    dirty = false;
    if (content === last) return;
    say('Saving…', 'busy');
    let response;
    try {
      response = await fetch(url, { method: 'POST', headers: headers(), body: JSON.stringify({ version, ...fields }) });
    } catch {
      return later(content, 'Offline: your text is kept in this browser and saved when the connection is back.');
    }
    if (response.status >= 500 || response.status === 429) {
      return later(content, 'The server cannot save now; trying again shortly.');
    }
    await settle(response, content);
  }

  async function settle(response, content) {
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      version = String(answer.version ?? version);
      last = content;
      failures = 0;
      store.clear();
      say(`Saved ${clock(answer.saved_at)}`, 'ok');
      saved(version, answer.errors ?? []);
      return;
    }
    dirty = true;
    stopped = true;
    store.put(version, content);
    if (response.status === 409 && !answer.locked) {
      say('Not saved: this draft was changed elsewhere.', 'bad');
      conflict(answer.saved_by ?? null, String(answer.version ?? version));
    } else {
      say('Not saved', 'bad');
      ended(reason(response.status));
    }
  }

  function later(content, text) {
    dirty = true;
    store.put(version, content);
    say(text, 'bad');
    const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
    failures += 1;
    timer = setTimeout(flush, wait);
  }

  function headers() {
    return { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': token };
  }

  /** The page is closing: sends a last request that outlives it, or keeps a copy in this browser. */
  function leave() {
    if (!dirty || stopped) return;
    const content = JSON.stringify(read());
    if (content === last) return;
    store.put(version, content);
    const body = JSON.stringify({ version, ...JSON.parse(content) });
    if (new Blob([body]).size > KEEPALIVE_BYTES) return;
    fetch(url, { method: 'POST', headers: headers(), body, keepalive: true }).then(
      (response) => {
        if (response.ok) store.clear();
      },
      () => {},
    );
    dirty = false;
  }

  addEventListener('pagehide', leave);
  // A page restored from the back/forward cache does not know the last save, its own or another tab's.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  addEventListener('online', () => {
    if (failures) flush();
  });

  return {
    changed,
    flush,
    /** Continues from the other version and overwrites it. */
    keepMine(theirVersion) {
      version = theirVersion;
      stopped = false;
      dirty = true;
      last = '';
      return flush();
    },
    /** Discards unsaved changes: the user chose the other version, or the form is about to send them. */
    abandon() {
      stopped = true;
      store.clear();
    },
    /** Changes that an earlier page could not save, or null. Valid only for the version they are based on. */
    kept() {
      const kept = store.get();
      if (!kept) return null;
      if (kept.version !== version || kept.content === last) {
        store.clear();
        return null;
      }
      return JSON.parse(kept.content);
    },
    get busy() {
      return flight !== null;
    },
    get version() {
      return version;
    },
  };
}

function reason(status) {
  switch (status) {
    case 401:
    case 403:
      return 'You are signed out. Sign in in another tab, then reload this page: your text is kept in this browser.';
    case 404:
      return 'This draft was deleted.';
    case 409:
      return 'This draft was sent or scheduled and can no longer be changed.';
    case 413:
      return 'The message is too large to save. Use smaller images.';
    default:
      return `The draft could not be saved (status ${status}).`;
  }
}

function clock(iso) {
  const when = iso ? new Date(iso) : new Date();
  return when.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

// localStorage may be full or blocked; saving must work without it.
function pocket(key) {
  return {
    put(version, content) {
      try {
        localStorage.setItem(key, JSON.stringify({ version, content }));
      } catch {
        /* no room */
      }
    },
    get() {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    clear() {
      try {
        localStorage.removeItem(key);
      } catch {
        /* forbidden */
      }
    },
  };
}
