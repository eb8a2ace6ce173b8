//! A TCP proxy that does what networks do. Its front address stays; the server behind it may be
//! killed and come back on another port.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::AbortHandle;

const BUFFER_BYTES: usize = 16 << 10;

/// What the proxy does with the connections that begin from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Passes everything on.
    Pass,
    /// Closes at once.
    Refuse,
    /// Takes what comes and never says anything.
    Blackhole,
    /// Closes after so many bytes towards the server.
    CutUp(u64),
    /// Closes after so many bytes towards the phone.
    CutDown(u64),
    /// Holds everything back for a while, both ways.
    Latency(Duration),
    /// Lets so many bytes a second through, each way.
    Rate(u64),
    /// Passes requests on and closes when the server begins to answer: it has committed, and the
    /// phone never learns of it.
    DropReply,
}

#[derive(Debug)]
struct State {
    back: SocketAddr,
    source: IpAddr,
    mode: Mode,
    accepted: u64,
    carried: u64,
    dropped_replies: u64,
}

type Shared = Arc<Mutex<State>>;

/// A running proxy.
#[derive(Debug)]
pub struct Proxy {
    front: SocketAddr,
    state: Shared,
    task: AbortHandle,
}

fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Listens on a free port before a server. Needs a tokio runtime.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(back: SocketAddr) -> Self {
        Self::start_from(Ipv4Addr::LOCALHOST.into(), back).await
    }

    /// The same, and the server sees its phones at another address of this machine.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start_from(source: IpAddr, back: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let front = listener
            .local_addr()
            .expect("a bound socket has an address");
        let state = Arc::new(Mutex::new(State {
            back,
            source,
            mode: Mode::Pass,
            accepted: 0,
            carried: 0,
            dropped_replies: 0,
        }));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                tokio::spawn(serve(phone, shared.clone()));
            }
        });
        Self {
            front,
            state,
            task: task.abort_handle(),
        }
    }

    /// What phones are told.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.front)
    }

    /// Where the server is from now on.
    pub fn set_back(&self, back: SocketAddr) {
        lock(&self.state).back = back;
    }

    /// What is done with the connections that begin from now on.
    pub fn set(&self, mode: Mode) {
        lock(&self.state).mode = mode;
    }

    /// How many connections have begun.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        lock(&self.state).accepted
    }

    /// How many bytes were passed on, both ways together.
    #[must_use]
    pub fn carried(&self) -> u64 {
        lock(&self.state).carried
    }

    /// How many replies were kept from their phones.
    #[must_use]
    pub fn dropped_replies(&self) -> u64 {
        lock(&self.state).dropped_replies
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut phone: TcpStream, state: Shared) {
    let (source, back, mode) = {
        let mut state = lock(&state);
        state.accepted += 1;
        (state.source, state.back, state.mode)
    };
    match mode {
        Mode::Refuse => return,
        Mode::Blackhole => {
            let mut nowhere = vec![0; BUFFER_BYTES];
            while phone.read(&mut nowhere).await.is_ok_and(|count| count > 0) {}
            return;
        }
        _ => {}
    }
    let Ok(server) = connect(source, back).await else {
        return;
    };
    // Nagle's wait is none of the faults that are meant.
    let _ = phone.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let (from_phone, to_phone) = phone.into_split();
    let (from_server, to_server) = server.into_split();
    let cut = Notify::new();
    let up = carry(from_phone, to_server, up_flow(mode), &cut, &state);
    let down = async {
        if mode == Mode::DropReply {
            swallow(from_server, &state).await;
            cut.notify_one();
        } else {
            carry(from_server, to_phone, down_flow(mode), &cut, &state).await;
        }
    };
    tokio::select! {
        () = cut.notified() => {}
        ((), ()) = async { tokio::join!(up, down) } => {}
    }
}

async fn connect(source: IpAddr, back: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(source, 0))?;
    socket.connect(back).await
}

/// Waits for the first bytes of the reply.
async fn swallow(mut from_server: OwnedReadHalf, state: &Shared) {
    let mut reply = vec![0; BUFFER_BYTES];
    if from_server
        .read(&mut reply)
        .await
        .is_ok_and(|count| count > 0)
    {
        lock(state).dropped_replies += 1;
    }
}

/// What happens on one way through.
#[derive(Debug, Clone, Copy, Default)]
struct Flow {
    cut_after: Option<u64>,
    latency: Duration,
    bytes_per_second: Option<u64>,
}

fn up_flow(mode: Mode) -> Flow {
    let cut_after = if let Mode::CutUp(bytes) = mode {
        Some(bytes)
    } else {
        None
    };
    Flow {
        cut_after,
        ..both_ways(mode)
    }
}

fn down_flow(mode: Mode) -> Flow {
    let cut_after = if let Mode::CutDown(bytes) = mode {
        Some(bytes)
    } else {
        None
    };
    Flow {
        cut_after,
        ..both_ways(mode)
    }
}

fn both_ways(mode: Mode) -> Flow {
    match mode {
        Mode::Latency(latency) => Flow {
            latency,
            ..Flow::default()
        },
        Mode::Rate(rate) => Flow {
            bytes_per_second: Some(rate.max(1)),
            ..Flow::default()
        },
        _ => Flow::default(),
    }
}

/// Carries bytes one way until either end closes, or the cut.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    flow: Flow,
    cut: &Notify,
    state: &Shared,
) {
    let mut left = flow.cut_after.unwrap_or(u64::MAX);
    // A slow line gives its bytes in small pieces, not in bursts a second apart.
    let piece = flow.bytes_per_second.map_or(BUFFER_BYTES as u64, |rate| {
        (rate / 20).clamp(1, BUFFER_BYTES as u64)
    });
    let mut buffer = vec![0; piece as usize];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if let Some(rate) = flow.bytes_per_second {
            let nanoseconds = count as u64 * 1_000_000_000 / rate;
            tokio::time::sleep(Duration::from_nanos(nanoseconds)).await;
        }
        if !flow.latency.is_zero() {
            tokio::time::sleep(flow.latency).await;
        }
        let passed = left.min(count as u64);
        left -= passed;
        if to.write_all(&buffer[..passed as usize]).await.is_err() {
            break;
        }
        lock(state).carried += passed;
        if left == 0 {
            cut.notify_one();
            return;
        }
    }
    // The other end learns that no more will come; the way back stays open.
    let _ = to.shutdown().await;
}
