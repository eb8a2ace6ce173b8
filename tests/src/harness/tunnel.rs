//! TLS for phones that speak plain HTTP: a tunnel that checks the server's certificate as a browser
//! does, against the authorities that it is told of.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A running tunnel.
#[derive(Debug)]
pub struct Tunnel {
    front: SocketAddr,
    task: AbortHandle,
}

impl Tunnel {
    /// Listens on a free port; leads to a server of this name that these roots vouch for. Needs a tokio
    /// runtime.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(back: SocketAddr, name: &str, roots: &[CertificateDer<'static>]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let front = listener.local_addr().expect("bound");
        let (name, roots) = (name.to_owned(), roots.to_vec());
        let task = tokio::spawn(async move {
            while let Ok((mut phone, _)) = listener.accept().await {
                let (name, roots) = (name.clone(), roots.clone());
                tokio::spawn(async move {
                    if let Ok(mut server) = connect(back, &name, &roots).await {
                        // Ends when either end does.
                        let _ = copy_bidirectional(&mut phone, &mut server).await;
                    }
                });
            }
        });
        Self {
            front,
            task: task.abort_handle(),
        }
    }

    /// What phones are told.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.front)
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The certificate that a server shows, if these roots vouch for it under this name.
///
/// # Errors
/// When nobody answers, or is not believed.
pub async fn certificate_of(
    server: SocketAddr,
    name: &str,
    roots: &[CertificateDer<'static>],
) -> io::Result<Vec<u8>> {
    let line = connect(server, name, roots).await?;
    let shown = line.get_ref().1.peer_certificates().unwrap_or_default();
    Ok(shown.first().map(|one| one.to_vec()).unwrap_or_default())
}

async fn connect(
    server: SocketAddr,
    name: &str,
    roots: &[CertificateDer<'static>],
) -> io::Result<TlsStream<TcpStream>> {
    let mut known = RootCertStore::empty();
    known.add_parsable_certificates(roots.iter().cloned());
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(known)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}
