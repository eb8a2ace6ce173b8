//! A certificate and its key from PEM files that somebody else renews: looked at every few seconds, and
//! taken over when both fit. Files that do not fit leave the last good ones in use. A certificate that runs
//! out soon is warned of every day.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use x509_parser::parse_x509_certificate;

use super::{TlsError, provider};
use crate::clock::Clock;

const LOOK_EVERY: Duration = Duration::from_secs(2);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Days before its end from which a certificate is warned of.
const DAYS_LEFT_MIN: i64 = 14;

/// The files and what was in them.
#[derive(Debug)]
pub(super) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

/// By what a file is known to have changed.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Files {
    pub(super) fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let current = RwLock::new(Arc::new(read(certificate, key)?));
        warn_of_open_key(key);
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            current,
        })
    }

    /// Looks at the files for as long as it is let.
    pub(super) async fn keep_fresh(self: Arc<Self>, clock: Arc<dyn Clock>) {
        // Read anew once: they may have changed since the first look.
        let mut known = None;
        let mut complaint = String::new();
        let mut day = None;
        let mut looks = tokio::time::interval(LOOK_EVERY);
        loop {
            looks.tick().await;
            let files = Arc::clone(&self);
            let looked = tokio::task::spawn_blocking(move || {
                let stamp = files.stamp();
                (known != Some(stamp)).then(|| (stamp, read(&files.certificate, &files.key)))
            });
            match looked.await {
                Ok(Some((stamp, Ok(fresh)))) => {
                    let current =
                        &mut *self.current.write().unwrap_or_else(PoisonError::into_inner);
                    if current.cert != fresh.cert {
                        *current = Arc::new(fresh);
                        tracing::info!("the certificate was renewed");
                    }
                    known = Some(stamp);
                    complaint.clear();
                }
                // Perhaps one of the two is still to be written: looked at again the next time.
                Ok(Some((_, Err(error)))) => {
                    let said = error.to_string();
                    if said != complaint {
                        tracing::warn!(%error, "the certificate in use is not renewed");
                        complaint = said;
                    }
                }
                Ok(None) | Err(_) => {}
            }
            let now_ms = clock.now_ms();
            if day.replace(now_ms / DAY_MS) != Some(now_ms / DAY_MS) {
                self.warn_of_end(now_ms);
            }
        }
    }

    fn warn_of_end(&self, now_ms: i64) {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let first = current.cert.first();
        let Some(Ok((_, parsed))) = first.map(|first| parse_x509_certificate(first)) else {
            return;
        };
        let left_ms = parsed.validity().not_after.timestamp() * 1000 - now_ms;
        if left_ms < 0 {
            tracing::warn!("the certificate has run out, and browsers refuse it: renew its files");
        } else if left_ms < DAYS_LEFT_MIN * DAY_MS {
            let days = left_ms / DAY_MS;
            tracing::warn!(days, "the certificate runs out soon: renew its files");
        }
    }

    fn stamp(&self) -> Stamp {
        let of = |metadata: Metadata| Some((metadata.modified().ok()?, metadata.len()));
        [&self.certificate, &self.key].map(|path| fs::metadata(path).ok().and_then(of))
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current))
    }
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let bytes = |path: &Path| {
        fs::read(path).map_err(|error| TlsError::Unreadable {
            path: path.to_owned(),
            error,
        })
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes(certificate)?).collect();
    let chain = chain.unwrap_or_default();
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(certificate.to_owned()));
    }
    let secret = PrivateKeyDer::from_pem_slice(&bytes(key)?);
    let secret = secret.map_err(|_| TlsError::NoKey(key.to_owned()))?;
    CertifiedKey::from_der(chain, secret, &provider()).map_err(|error| {
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        match error {
            rustls::Error::InconsistentKeys(_) => TlsError::Mismatch { certificate, key },
            error => TlsError::Unusable {
                certificate,
                key,
                error,
            },
        }
    })
}

/// A key that everybody on the machine may read is told of, and used.
fn warn_of_open_key(key: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let open = fs::metadata(key).is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0);
    if open {
        tracing::warn!(key = %key.display(), "every user of this machine can read the private key: run chmod o-r");
    }
}
