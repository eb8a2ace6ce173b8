// Turns a passphrase into a key, in a worker of its own: the core goes on meanwhile, and the 19 MiB that it
// takes go with the worker. `%…%` names are filled in by `cargo xtask build`.

import load, { derive } from '/%lock.js%';

self.onmessage = async ({ data }) => {
  await load({ module_or_path: fetch('/%lock.wasm%') });
  self.postMessage(derive(...data));
};
// Whoever asks waits for this: a message that comes before the handler is there may be lost.
self.postMessage('ready');
