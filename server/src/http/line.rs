//! A connection whose other end must keep taking what it is given: who reads too slowly, or not at all,
//! is cut off, and holds neither a place nor memory for long.

use std::future::Future;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// What the system takes from us beyond what it has sent: small, so that a client's slowness is felt
/// here, and it must take half of it before the time is up.
const NOT_SENT_BYTES_MAX: u32 = 16 << 10;

/// A TCP connection with a bound on how long one write may wait.
#[derive(Debug)]
pub(super) struct Line {
    tcp: TcpStream,
    stall_time_max: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Line {
    /// Sets the connection up. What the system cannot do for it is left out.
    pub(super) fn new(tcp: TcpStream, stall_time_max: Duration) -> Self {
        // Replies are written whole; waiting to fill packets only delays their ends.
        let _ = tcp.set_nodelay(true);
        let socket = SockRef::from(&tcp);
        let _ = socket.set_tcp_notsent_lowat(NOT_SENT_BYTES_MAX);
        // What is in the system's own hands ends too, when it is not taken.
        let _ = socket.set_tcp_user_timeout(Some(stall_time_max));
        Self {
            tcp,
            stall_time_max,
            stalled: None,
        }
    }

    /// Passes on how a write went, unless it has waited too long.
    fn patient<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let time_max = self.stall_time_max;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time_max)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(context, bytes);
        self.patient(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(context, bytes);
        self.patient(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpSocket};
    use tokio::time::{interval, timeout};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(2);

    /// Both ends of a connection; theirs holds little that it has not read.
    async fn ends() -> (Line, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("set");
        let (theirs, ours) = tokio::join!(socket.connect(address), listener.accept());
        let ours = Line::new(ours.expect("taken").0, PATIENCE);
        // The system's own bound would hide that ours is missing.
        let socket = SockRef::from(&ours.tcp);
        socket.set_tcp_user_timeout(None).expect("set");
        (ours, theirs.expect("connected"))
    }

    const MUCH: &[u8] = &[7; 8 << 20];

    #[tokio::test]
    async fn who_takes_nothing_is_cut_off() {
        let (mut ours, theirs) = ends().await;
        let writing = timeout(PATIENCE * 5, ours.write_all(MUCH));
        let error = writing.await.expect("it waited for ever");
        assert_eq!(error.expect_err("too slow").kind(), ErrorKind::TimedOut);
        drop(theirs);
    }

    #[tokio::test]
    async fn who_takes_it_by_drops_is_cut_off() {
        let (mut ours, mut theirs) = ends().await;
        let mut drops = interval(Duration::from_millis(50));
        let reading = async {
            let mut drop = [0; 100];
            loop {
                drops.tick().await;
                if !matches!(theirs.read(&mut drop).await, Ok(1..)) {
                    break;
                }
            }
        };
        tokio::select! {
            written = timeout(PATIENCE * 5, ours.write_all(MUCH)) => {
                let error = written.expect("it waited for ever");
                assert_eq!(error.expect_err("too slow").kind(), ErrorKind::TimedOut);
            }
            () = reading => panic!("the reader gave up first"),
        }
    }

    #[tokio::test]
    async fn who_takes_it_gets_it_all_however_often_it_waits() {
        let (mut ours, mut theirs) = ends().await;
        let writing = tokio::spawn(async move { ours.write_all(MUCH).await });
        let mut taken = Vec::new();
        theirs.read_to_end(&mut taken).await.expect("read");
        writing.await.expect("no panic").expect("written");
        assert_eq!(taken.len(), MUCH.len());
    }
}
