// Starts the administration: one wasm module, no worker, nothing kept on the machine.
// `%…%` names are filled in by `cargo xtask build`.

import load, { start } from '/%page.js%';

// alerts: () => Promise of alerts.js: switching alerts on and off, loaded when it is asked for
globalThis.kiennghi = { alerts: () => import('/%alerts.js%') };

try {
  await load({ module_or_path: '/%page.wasm%' });
  start();
} catch (error) {
  console.error(error);
  const main = document.querySelector('main');
  main.innerHTML = '<h1 tabindex="-1">Chưa mở được trang</h1><p>Có thể mạng đang yếu, hoặc trình duyệt quá cũ.</p>' +
    '<p><button type="button" class="button primary">Thử lại</button></p>';
  main.querySelector('button').addEventListener('click', () => location.reload());
  main.querySelector('h1').focus();
}
