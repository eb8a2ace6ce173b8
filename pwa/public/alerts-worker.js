// Alerts on the service worker's side: shows a line that the server sent, and opens the page that it is about. Stands
// by itself at /desk-sw.js, and is part of the phone app's worker.

function isOfDesk(path) {
  return /^\/(desk|consolidation|letters|review)(\/|$)/.test(path);
}

// A page that is open stays the only one; it goes there itself, unless a form is being filled in.
async function open(path) {
  const { origin, pathname, href } = new URL(path, location.origin);
  if (origin !== location.origin) return;
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const here = windows.find((client) => {
    const at = new URL(client.url).pathname;
    return isOfDesk(at) === isOfDesk(pathname) && !at.startsWith('/admin');
  });
  if (!here) return clients.openWindow(href);
  here.postMessage({ open: pathname });
  return here.focus();
}

self.addEventListener('push', (event) => {
  let alert = {};
  try {
    alert = event.data.json();
  } catch {
    // Something must be shown all the same.
  }
  event.waitUntil(self.registration.showNotification('Kiến Nghị', {
    body: alert.words || 'Có việc cần xem.',
    tag: alert.topic || 'news',
    data: alert.path || '/',
    icon: '/icons/icon-192.png',
    lang: 'vi',
  }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
