//! HTTPS of the server's own: who it says it is, from files or by ACME, kept fresh while it runs.
//! Speaks TLS 1.2 and 1.3 with what its library holds to be safe, and HTTP/1.1 within.

mod acme;
mod files;
mod roots;

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::ResolvesServerCert;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub(crate) use self::roots::client;
use crate::clock::Clock;
use crate::config::Certificate;

const HTTP: &[u8] = b"http/1.1";
/// By this an ACME authority asks whether a name is ours.
const CHALLENGE: &[u8] = b"acme-tls/1";

/// Greets those who speak TLS.
#[derive(Clone)]
pub(crate) struct Tls(TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

/// Keeps the certificate fresh until it is dropped.
#[derive(Debug)]
pub(crate) struct Keeper(JoinHandle<()>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Why there can be no TLS, in words for whoever set it up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("cannot read {path}: {error}")]
    Unreadable {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("cannot make {path}: {error}")]
    Unmade {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("{0} holds no certificate: it must be PEM, with lines -----BEGIN CERTIFICATE-----")]
    NoCertificate(PathBuf),
    #[error(
        "{0} holds no private key: it must be PEM, not encrypted, with a line -----BEGIN PRIVATE KEY-----"
    )]
    NoKey(PathBuf),
    #[error(
        "the key in {key} is not that of the first certificate in {certificate}: the server's own \
         certificate stands first in its file, then those that vouch for it"
    )]
    Mismatch { certificate: PathBuf, key: PathBuf },
    #[error("{certificate} and {key} cannot be used: {error}")]
    Unusable {
        certificate: PathBuf,
        key: PathBuf,
        error: rustls::Error,
    },
    #[error("TLS cannot be set up: {0}")]
    Library(#[from] rustls::Error),
}

impl Tls {
    /// Loads or asks for the certificate, and starts keeping it fresh.
    ///
    /// # Errors
    /// When files are missing or do not fit each other.
    pub(crate) fn start(
        certificate: &Certificate,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, Keeper), TlsError> {
        let (resolver, keeper): (Arc<dyn ResolvesServerCert>, _) = match certificate {
            Certificate::Files { certificate, key } => {
                let files = Arc::new(files::Files::load(certificate, key)?);
                (
                    Arc::clone(&files) as _,
                    tokio::spawn(files.keep_fresh(clock)),
                )
            }
            Certificate::Acme {
                domains,
                contact,
                directory,
                cache,
                roots,
            } => {
                let acme = acme::Acme::new(domains, contact, directory, cache, roots.as_deref())?;
                (
                    acme.resolver(),
                    tokio::spawn(acme.keep_fresh(acme::ANEW_AFTER)),
                )
            }
        };
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![HTTP.to_vec()];
        if matches!(certificate, Certificate::Acme { .. }) {
            config.alpn_protocols.push(CHALLENGE.to_vec());
        }
        // A phone that comes back need not be sent the certificates again.
        config.ticketer = aws_lc_rs::Ticketer::new()?;
        Ok((Self(TlsAcceptor::from(Arc::new(config))), Keeper(keeper)))
    }

    /// The handshake; none when it fails, or was all that was wanted.
    pub(crate) async fn greet<L>(&self, line: L) -> Option<TlsStream<L>>
    where
        L: AsyncRead + AsyncWrite + Unpin,
    {
        match self.0.accept(line).await {
            Ok(mut line) if line.get_ref().1.alpn_protocol() == Some(CHALLENGE) => {
                let _ = line.shutdown().await;
                None
            }
            Ok(line) => Some(line),
            Err(error) => {
                tracing::debug!(kind = %error.kind(), "a handshake failed");
                None
            }
        }
    }
}

/// The one library of cryptography, named here because several may be linked.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
