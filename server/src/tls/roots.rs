//! Clients of this server's own: by which roots they know whom they call.

use std::fs;
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::{TlsError, provider};

/// A client that knows servers by the roots of a PEM file alone, or by the public ones.
///
/// # Errors
/// When the file cannot be read or has no certificate.
pub(crate) fn client(roots: Option<&Path>) -> Result<ClientConfig, TlsError> {
    let known = match roots {
        Some(file) => read(file)?,
        None => webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
    };
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(known)
        .with_no_client_auth())
}

fn read(file: &Path) -> Result<RootCertStore, TlsError> {
    let bytes = fs::read(file).map_err(|error| TlsError::Unreadable {
        path: file.to_owned(),
        error,
    })?;
    let mut known = RootCertStore::empty();
    known.add_parsable_certificates(CertificateDer::pem_slice_iter(&bytes).flatten());
    if known.is_empty() {
        return Err(TlsError::NoCertificate(file.to_owned()));
    }
    Ok(known)
}
