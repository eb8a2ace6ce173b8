//! A certificate by ACME: the server asks an authority for it, shows by tls-alpn-01 on its own port that
//! the names are its own, and asks again in time. What it is given lies in a folder that nobody else
//! may read.

use std::convert::Infallible;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use rustls::ClientConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_acme::{
    AccountCache, AcmeConfig, AcmeState, CertCache, Event, EventOk, ResolvesServerCertAcme,
    is_tls_alpn_challenge,
};
use sha2::{Digest, Sha256};

use super::{TlsError, client, provider};

/// Asking is begun anew each day: the library waits without end for an authority that took its question
/// and never answers.
pub(super) const ANEW_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// The certificate's story: asked for, kept, renewed.
pub(super) struct Acme {
    domains: Vec<String>,
    contact: Vec<String>,
    directory: String,
    folder: Folder,
    /// In place of the public roots.
    known: Option<Arc<ClientConfig>>,
    shown: Arc<Shown>,
}

/// What is shown to whom: the certificate in use to clients, the newest challenge to the authority.
#[derive(Debug, Default)]
struct Shown {
    to_clients: Resolver,
    to_authority: Resolver,
}

type Resolver = RwLock<Option<Arc<ResolvesServerCertAcme>>>;

impl Shown {
    fn set(resolver: &Resolver, to: Arc<ResolvesServerCertAcme>) {
        *resolver.write().unwrap_or_else(PoisonError::into_inner) = Some(to);
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let resolver = if is_tls_alpn_challenge(&hello) {
            &self.to_authority
        } else {
            &self.to_clients
        };
        let resolver = resolver.read().unwrap_or_else(PoisonError::into_inner);
        resolver.as_ref()?.resolve(hello)
    }
}

impl Acme {
    pub(super) fn new(
        domains: &[String],
        contact: &[String],
        directory: &str,
        cache: &Path,
        roots: Option<&Path>,
    ) -> Result<Self, TlsError> {
        let mail = contact.iter().map(|mail| format!("mailto:{mail}"));
        Ok(Self {
            domains: domains.to_vec(),
            contact: mail.collect(),
            directory: directory.to_owned(),
            folder: Folder::make(cache)?,
            known: roots
                .map(|roots| client(Some(roots)))
                .transpose()?
                .map(Arc::new),
            shown: Arc::default(),
        })
    }

    pub(super) fn resolver(&self) -> Arc<dyn ResolvesServerCert> {
        self.shown.clone()
    }

    fn begin(&self) -> AcmeState<io::Error> {
        let mut config: AcmeConfig<Infallible> =
            AcmeConfig::new_with_provider(&self.domains, provider());
        if let Some(known) = &self.known {
            config = config.client_tls_config(Arc::clone(known));
        }
        let config = config.contact(&self.contact).directory(&self.directory);
        config.cache(self.folder.clone()).state()
    }

    /// Asks and asks again, waiting longer after each failure, and begins anew after a while.
    pub(super) async fn keep_fresh(self, anew_after: Duration) {
        loop {
            let mut state = self.begin();
            Shown::set(&self.shown.to_authority, state.resolver());
            let story = async {
                while let Some(event) = state.next().await {
                    if let Ok(EventOk::DeployedCachedCert | EventOk::DeployedNewCert) = event {
                        Shown::set(&self.shown.to_clients, state.resolver());
                    }
                    tell(event);
                }
            };
            let _ = tokio::time::timeout(anew_after, story).await;
        }
    }
}

fn tell(event: Event<io::Error, io::Error>) {
    match event {
        Ok(EventOk::DeployedCachedCert) => tracing::info!("the kept certificate is in use"),
        Ok(EventOk::DeployedNewCert) => tracing::info!("a new certificate is in use"),
        Ok(EventOk::CertCacheStore | EventOk::AccountCacheStore) => {}
        Err(error) => tracing::warn!(%error, "ACME gave no certificate; trying again"),
    }
}

/// Keeps the account's key and the certificate with its key, one file each.
#[derive(Clone)]
struct Folder(PathBuf);

impl Folder {
    fn make(path: &Path) -> Result<Self, TlsError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        let closed =
            made.and_then(|()| fs::set_permissions(path, PermissionsExt::from_mode(0o700)));
        closed.map_err(|error| TlsError::Unmade {
            path: path.to_owned(),
            error,
        })?;
        Ok(Self(path.to_owned()))
    }

    /// A name of its own for each authority and list of names.
    fn file(&self, kind: &str, of: &[String], directory: &str) -> PathBuf {
        let mut digest = Sha256::new();
        for part in of.iter().map(String::as_str).chain([directory]) {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let name = hex::encode(&digest.finalize()[..8]);
        self.0.join(format!("{kind}-{name}"))
    }
}

fn load(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts a file there in one move, readable by its owner alone from its first byte on.
fn store(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = file.with_extension("new");
    let _ = fs::remove_file(&fresh);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut writing = options.open(&fresh)?;
    writing.write_all(bytes)?;
    writing.sync_all()?;
    fs::rename(&fresh, file)
}

// Small files, seldom: a thread of their own would gain nothing.
#[async_trait]
impl CertCache for Folder {
    type EC = io::Error;

    async fn load_cert(&self, domains: &[String], directory: &str) -> io::Result<Option<Vec<u8>>> {
        load(&self.file("certificate", domains, directory))
    }

    async fn store_cert(&self, domains: &[String], directory: &str, cert: &[u8]) -> io::Result<()> {
        store(&self.file("certificate", domains, directory), cert)
    }
}

#[async_trait]
impl AccountCache for Folder {
    type EA = io::Error;

    async fn load_account(
        &self,
        contact: &[String],
        directory: &str,
    ) -> io::Result<Option<Vec<u8>>> {
        load(&self.file("account", contact, directory))
    }

    async fn store_account(
        &self,
        contact: &[String],
        directory: &str,
        key: &[u8],
    ) -> io::Result<()> {
        store(&self.file("account", contact, directory), key)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn an_authority_that_never_answers_is_asked_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let directory = format!(
            "https://localhost:{}/dir",
            silent.local_addr().expect("bound").port()
        );
        let cache = folder.path().join("acme");
        let names = ["a.example.vn".to_owned()];
        let acme = Acme::new(&names, &[], &directory, &cache, None).expect("begun");
        let asking = tokio::spawn(acme.keep_fresh(Duration::from_millis(50)));
        let mut asked = Vec::new();
        for _ in 0..3 {
            let next = tokio::time::timeout(Duration::from_secs(20), silent.accept()).await;
            // Kept, so that it is silence and not an end that is heard.
            asked.push(next.expect("asked again").expect("taken"));
        }
        asking.abort();
    }
}
