// Alerts on the page's side: what the browser says of them, and switching them on and off. The pages' words are theirs.

// The desks and the administration are no apps that a browser keeps: a worker of their own shows their alerts.
const [SCRIPT, SCOPE] = /^\/(admin|desk)(\/|$)/.test(location.pathname) ? ['/desk-sw.js', '/desk'] : ['/sw.js', '/'];

async function registration() {
  const found = await navigator.serviceWorker.getRegistration(SCOPE);
  return found && found.scope === new URL(SCOPE, location.href).href ? found : null;
}

async function subscription() {
  const found = await registration();
  return found && found.pushManager.getSubscription();
}

function active(found) {
  const worker = found.active || found.waiting || found.installing;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(new Error(SCRIPT));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

// What can be done here: `missing`, `denied`, `off` or `on`.
export async function look() {
  if (!navigator.serviceWorker || !globalThis.PushManager || !globalThis.Notification) return 'missing';
  if (Notification.permission === 'denied') return 'denied';
  return await subscription() ? 'on' : 'off';
}

// After a tap: asks for leave and subscribes with the server's key. Resolves to the subscription as the server takes
// it, or to null where the person or the browser said no.
export async function subscribe(applicationServerKey) {
  try {
    if (await Notification.requestPermission() !== 'granted') return null;
    const found = await registration() ||
      await navigator.serviceWorker.register(SCRIPT, { scope: SCOPE, updateViaCache: 'none' });
    await active(found);
    await unsubscribe();
    const { endpoint, keys } = (await found.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).toJSON();
    return JSON.stringify({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
  } catch (error) {
    console.error(error);
    return null;
  }
}

export async function unsubscribe() {
  const old = await subscription();
  if (old) await old.unsubscribe();
}
