// Keeps the app on the phone: every file of one version in one cache, served from there first,
// so that the app opens with no network. Data is not its business: it never touches the API.
// The version and the list of [path, integrity] are filled in by `cargo xtask build`.

const VERSION = '%version%';
const PRECACHE = '%precache%';

importScripts('/%alerts-worker.js%');

const CACHE = 'kiennghi-' + VERSION;
const PATHS = new Set(PRECACHE.map(([path]) => path));
const UNTOUCHED = ['/api/', '/healthz', '/readyz', '/metrics'];
// The administration, the desks, consolidation, the letters and the review are other apps, which only open with a network.
const ELSEWHERE = /^\/(admin|desk|consolidation|letters|review)(\/|$)/;
const HASHED = /-[0-9a-f]{8}\.[a-z]+$/;

// Keeps each file by itself and checks it against its hash: an install that breaks off goes on where it stopped,
// and a file of another version never slips in.
async function keep(cache, path, integrity) {
  if (await cache.match(path)) return;
  if (HASHED.test(path)) {
    const unchanged = await caches.match(path);
    if (unchanged) return cache.put(path, unchanged);
  }
  let response;
  try {
    // A name with a hash never changes its content, so what the page has just loaded need not travel twice.
    response = await fetch(path, { integrity, cache: HASHED.test(path) ? 'default' : 'reload' });
  } catch {
    response = await fetch(path, { integrity, cache: 'reload' });
  }
  if (!response.ok) throw new Error(path + ': ' + response.status);
  return cache.put(path, response);
}

async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(PRECACHE.map(([path, integrity]) => keep(cache, path, integrity)));
}

// Runs after a person agreed to the update, or when no page of the older version is open. Pages of the
// older version in other tabs reload on `controllerchange`, so nobody needs its files any more.
async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith('kiennghi-') && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

async function answer(request, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path, { ignoreVary: true });
  return kept || fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(fill()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('message', (event) => {
  if (event.data && event.data.type === 'activate-update') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const request = event.request;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (UNTOUCHED.some((path) => pathname.startsWith(path)) || ELSEWHERE.test(pathname)) return;
  if (request.mode === 'navigate') event.respondWith(answer(request, '/'));
  else if (PATHS.has(pathname)) event.respondWith(answer(request, pathname));
});
