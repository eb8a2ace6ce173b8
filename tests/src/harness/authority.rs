//! An authority that signs certificates for tests, known to nobody else.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::CertificateDer;

/// An authority, made anew for each test.
pub struct Authority {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

/// A certificate with its key.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The certificate as PEM.
    pub certificate_pem: String,
    /// The private key as PEM.
    pub key_pem: String,
    /// The certificate's bytes.
    pub der: Vec<u8>,
}

impl Authority {
    /// A new authority.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "an authority for tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { certificate, key }
    }

    /// What those must know who are to believe it.
    #[must_use]
    pub fn root(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }

    /// The same as PEM.
    #[must_use]
    pub fn root_pem(&self) -> String {
        self.certificate.pem()
    }

    /// A certificate for a name.
    ///
    /// # Panics
    /// When it is no name.
    #[must_use]
    pub fn issue(&self, name: &str) -> Issued {
        self.issue_until(name, 4096)
    }

    /// The same, good until the first day of a year.
    ///
    /// # Panics
    /// When it is no name.
    #[must_use]
    pub fn issue_until(&self, name: &str, year: i32) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.not_after = date_time_ymd(year, 1, 1);
        let signed = params.signed_by(&key, &self.certificate, &self.key);
        let certificate = signed.expect("a certificate");
        Issued {
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            der: certificate.der().to_vec(),
        }
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
