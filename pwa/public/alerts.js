// Alerts on the page's side: what the browser says of them, in words for people, and switching them on and off.

const WHAT_FOR = 'Mỗi sáng ngày làm việc, máy báo số việc quá hạn, sắp đến hạn hoặc kết quả chờ thông tin tới cử tri; ' +
  'có việc mới được phân công hay văn bản mới đến cũng báo. Lời nhắc chỉ có con số, không có tên người và nội dung kiến nghị.';
const MISSING = 'Trình duyệt này không nhận được lời nhắc. Hãy dùng Chrome, Firefox, Edge hoặc Safari bản mới.';
const NOT_INSTALLED = 'Trên iPhone, chỉ bật được khi đã đưa ứng dụng ra màn hình chính và mở ứng dụng từ đó.';
const DENIED = 'Trình duyệt đang chặn thông báo của trang này. ' +
  'Hãy cho phép thông báo trong phần cài đặt của trình duyệt rồi mở lại trang.';
const FAILED = ' Chưa bật được: có thể trình duyệt chưa cho phép, hoặc mạng chặn dịch vụ thông báo của nó.';
const SILENT = 'Máy chủ này không gửi lời nhắc.';

// The desks and the administration are no apps that a browser keeps: a worker of their own shows their alerts.
const [SCRIPT, SCOPE] = /^\/(admin|desk|consolidation|letters|review)(\/|$)/.test(location.pathname) ? ['/desk-sw.js', '/desk'] : ['/sw.js', '/'];

let failed = false;

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

// How alerts stand here, where the server's key and its word are these: [whether they are on, what to say of them]. No
// yes and no no where nothing can be switched.
export async function look(key, isOn) {
  if (!navigator.serviceWorker || !globalThis.PushManager || !globalThis.Notification) {
    return [null, /iPhone|iPad/.test(navigator.userAgent) && !navigator.standalone ? NOT_INSTALLED : MISSING];
  }
  if (Notification.permission === 'denied') return [null, DENIED];
  if (!key) return [null, SILENT];
  // What somebody else switched on here is not this person's.
  const on = isOn && Boolean(await subscription());
  const why = failed ? FAILED : '';
  failed = false;
  return [on, WHAT_FOR + (on ? ' Đang bật trên máy này.' : ' Đang tắt trên máy này.') + why];
}

// After a tap: asks for leave and subscribes with the server's key. Resolves to the subscription as the server takes it, or
// to null where the person said no or the push service is out of reach; the next look says so.
export async function subscribe(applicationServerKey) {
  failed = true;
  try {
    if (await Notification.requestPermission() !== 'granted') return null;
    const found = await registration() ||
      await navigator.serviceWorker.register(SCRIPT, { scope: SCOPE, updateViaCache: 'none' });
    await active(found);
    await unsubscribe();
    const { endpoint, keys } = (await found.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).toJSON();
    failed = false;
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
