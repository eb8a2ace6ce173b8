// Starts the app: checks the browser, loads the two wasm modules, hands the worker to the pages,
// then registers the service worker. `%…%` names are filled in by `cargo xtask build`.
//
// The pages find `globalThis.kiennghi`:
//   worker         the core's Worker
//   workerError    why the worker could not start, or null
//   version        this build's name
//   deviceKey      () => Promise of device-key.js: the device's own lock, loaded when it is asked for
//   alerts         () => Promise of alerts.js: switching alerts on and off, loaded when it is asked for
//   warm           true when the service worker served this page (a later `controllerchange` is then an update)
//   precacheReady  Promise<boolean>: true once the app opens without a network, false where it never will

const VERSION = '%version%';
const UI_WASM = '/%ui.wasm%';
const RETRY_AFTER_MS = 30000;

function say(title, lines, actions) {
  const main = document.createElement('main');
  main.className = 'page';
  const heading = document.createElement('h1');
  heading.tabIndex = -1;
  heading.textContent = title;
  main.append(heading);
  for (const line of lines) {
    const paragraph = document.createElement('p');
    paragraph.textContent = line;
    main.append(paragraph);
  }
  for (const [label, kind, act] of actions || []) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button ' + kind;
    button.textContent = label;
    button.addEventListener('click', () => act(button));
    main.append(button);
  }
  const app = document.getElementById('app');
  const old = app.querySelector('main');
  if (old) old.replaceWith(main);
  else app.append(main);
  heading.focus();
}

// What the app uses and Chrome 107 and Safari 16.4 have. Locks and the worker cache exist only over https.
function isTooOld() {
  return !(globalThis.WebAssembly && WebAssembly.compileStreaming && globalThis.BigInt && globalThis.indexedDB &&
    globalThis.structuredClone && globalThis.CompressionStream && globalThis.reportError && navigator.locks);
}

function inAppBrowser() {
  const agent = navigator.userAgent;
  if (/\bZalo/i.test(agent)) return 'Zalo';
  if (/FBAN|FBAV|FB_IAB/.test(agent)) return 'Facebook';
  if (/Instagram|MicroMessenger|\bLine\//.test(agent)) return 'ứng dụng nhắn tin';
  return null;
}

async function copyAddress(button) {
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = 'Đã sao chép';
  } catch {
    button.textContent = 'Không sao chép được: hãy chọn và sao chép địa chỉ ở trên';
  }
}

function startWorker(app) {
  app.worker = new Worker('/%worker.js%', { type: 'module', name: 'core' });
  app.worker.addEventListener('error', (event) => {
    app.workerError = event.message || 'worker';
  });
}

async function compile(url) {
  try {
    return await WebAssembly.compileStreaming(fetch(url));
  } catch {
    // A proxy that loses the content type, or a download that broke off: once more, whole.
    const response = await fetch(url);
    if (!response.ok) throw new Error(url + ': ' + response.status);
    return WebAssembly.compile(await response.arrayBuffer());
  }
}

// Resolves to true when the registration has an active worker, to false when its first install failed.
function installed(registration) {
  if (registration.active) return Promise.resolve(true);
  const worker = registration.installing || registration.waiting;
  if (!worker) return Promise.resolve(false);
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === 'activated') resolve(true);
      if (worker.state === 'redundant') resolve(Boolean(registration.active));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

// Bad coverage can break the first download off; the service worker keeps the files it has, so trying again goes on.
async function keepOffline() {
  if (!navigator.serviceWorker) return false;
  for (;;) {
    try {
      const registration = await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
      if (await installed(registration)) return true;
    } catch (error) {
      if (error.name === 'SecurityError') return false;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, RETRY_AFTER_MS);
      addEventListener('online', resolve, { once: true });
    });
  }
}

async function launch() {
  let settle;
  const app = {
    version: VERSION,
    worker: null,
    workerError: null,
    deviceKey: () => import('/%device-key.js%'),
    alerts: () => import('/%alerts.js%'),
    warm: Boolean(navigator.serviceWorker && navigator.serviceWorker.controller),
    precacheReady: new Promise((resolve) => { settle = resolve; }),
  };
  globalThis.kiennghi = app;
  try {
    const parts = Promise.all([import('/%ui.js%'), compile(UI_WASM)]);
    // From the phone's own store both modules load at once. Over a slow network the pages come first:
    // the core is the larger download and would hold them up.
    if (app.warm) startWorker(app);
    const [ui, module] = await parts;
    if (!app.warm) startWorker(app);
    await ui.default({ module_or_path: module });
    ui.start();
  } catch (error) {
    console.error(error);
    say('Chưa mở được ứng dụng', ['Có thể mạng đang yếu. Dữ liệu đã lưu trên máy này vẫn còn nguyên.'],
      [['Thử lại', 'primary', () => location.reload()]]);
  }
  settle(await keepOffline());
}

// An alert was tapped while a page was open: it goes there, unless a form is being filled in.
if (navigator.serviceWorker) {
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (!data.open || document.querySelector('main form')) return;
    history.pushState(null, '', data.open);
    dispatchEvent(new PopStateEvent('popstate'));
  });
}

const host = inAppBrowser();
if (!isSecureContext) {
  say('Cần địa chỉ https', ['Trang này chỉ chạy qua kết nối an toàn. Hãy mở lại bằng địa chỉ bắt đầu bằng https://.']);
} else if (isTooOld()) {
  say('Trình duyệt quá cũ', ['Ứng dụng cần Chrome 107 hoặc Safari 16.4 trở lên.',
    'Hãy cập nhật Chrome trong CH Play, hoặc cập nhật iOS, rồi mở lại trang này.']);
} else if (host) {
  say('Mở bằng Chrome hoặc Safari', ['Trang đang mở bên trong ' + host + '. Ở đây không cài được ứng dụng và dữ liệu có thể bị mất.',
    'Hãy sao chép địa chỉ này rồi dán vào Chrome (Android) hoặc Safari (iPhone):', location.href],
  [['Sao chép địa chỉ', 'primary', copyAddress], ['Vẫn mở ở đây', 'plain', launch]]);
} else {
  launch();
}
