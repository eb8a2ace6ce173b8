// Starts an app at a desk: the core's worker, as the phone app has it, and one wasm module of pages.
// `%…%` names are filled in by `cargo xtask build`.
//
// The pages find `globalThis.kiennghi`:
//   worker         the core's Worker
//   workerError    why the worker could not start, or null

import load, { start } from '/%page.js%';

function say(title, text) {
  const main = document.querySelector('main');
  main.innerHTML = '<h1 tabindex="-1"></h1><p></p><p><button type="button" class="button primary">Thử lại</button></p>';
  main.querySelector('h1').textContent = title;
  main.querySelector('p').textContent = text;
  main.querySelector('button').addEventListener('click', () => location.reload());
  main.querySelector('h1').focus();
}

function startWorker() {
  const app = { worker: new Worker('/%worker.js%', { type: 'module', name: 'core' }), workerError: null };
  app.worker.addEventListener('error', (event) => {
    app.workerError = event.message || 'worker';
  });
  globalThis.kiennghi = app;
}

// Where the parts of the office have no room beside each other, the one that is open is in sight.
let here = null;
new MutationObserver(() => {
  const open = document.querySelector('.parts a[aria-current]');
  if (open && open !== here) open.parentElement.scrollLeft = open.offsetLeft - open.parentElement.clientWidth / 3;
  here = open;
}).observe(document.body, { childList: true, subtree: true });

// An alert was tapped while a page was open: it goes there, unless a form is being filled in.
if (navigator.serviceWorker) {
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data.open && !document.querySelector('main form')) location.assign(data.open);
  });
}

if (!isSecureContext || !navigator.locks) {
  say('Cần địa chỉ https', 'Trang này chỉ chạy qua kết nối an toàn. Hãy mở lại bằng địa chỉ bắt đầu bằng https://.');
} else {
  try {
    startWorker();
    await load({ module_or_path: '/%page.wasm%' });
    start();
  } catch (error) {
    console.error(error);
    say('Chưa mở được trang', 'Có thể mạng đang yếu, hoặc trình duyệt quá cũ. Dữ liệu đã lưu trên máy này vẫn còn nguyên.');
  }
}
