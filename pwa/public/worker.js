// The core's worker: loads the core, and holds messages that arrive before it listens.
// `%…%` names are filled in by `cargo xtask build`.

// The core asks for a passphrase's key: resolves to 32 bytes. Its worker is ended with all its memory.
self.deriveKey = (...wanted) => new Promise((resolve, reject) => {
  const worker = new Worker('/%argon.js%', { type: 'module', name: 'argon' });
  const end = (settle, value) => {
    worker.terminate();
    settle(value);
  };
  worker.onerror = () => end(reject, new Error('argon'));
  worker.onmessage = ({ data }) => {
    if (data === 'ready') worker.postMessage(wanted);
    else if (data) end(resolve, data);
    else end(reject, new Error('argon'));
  };
});

// The core has what it sends packed: resolves to an ArrayBuffer.
self.gzip = (bytes) => new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();

const waiting = [];

// Registered first, so that nobody else sees an event that is still held back.
function hold(event) {
  if (self.onmessage && waiting.length === 0) {
    release();
    return;
  }
  event.stopImmediatePropagation();
  waiting.push(event);
  if (self.onmessage) release();
}

function release() {
  self.removeEventListener('message', hold);
  for (const { data, ports } of waiting.splice(0)) {
    self.dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
  }
}

self.addEventListener('message', hold);

try {
  const [core, response] = await Promise.all([import('/%core.js%'), fetch('/%core.wasm%')]);
  await core.default({ module_or_path: response });
  // The core sets `onmessage` before its first await; opening its store may take longer than that.
  const started = core.start();
  if (self.onmessage) release();
  await started;
  release();
} catch (error) {
  // Arrives at the page as the worker's `error` event.
  self.reportError(error);
}
