//! What the configuration says of alerts: which push services are called, who they may write to, and when
//! the morning's line goes out.

use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, Settings};

/// The push services of Chrome and most others, Firefox, Safari, and Edge.
pub(crate) const PUSH_SERVICES: [&str; 4] = [
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
];

/// How alerts are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    /// Hosts of push services, `*.` before a name for all below it; none: no alerts.
    pub services: Vec<String>,
    /// Whether hosts in private networks are called.
    pub private: bool,
    /// Whom push services may write to: a `mailto:` or `https:` address.
    pub contact: Option<String>,
    /// PEM file of roots by which push services are known, in place of the public ones.
    pub roots: Option<PathBuf>,
    /// The hour, +07:00, from which the morning's line goes out.
    pub hour: u8,
    /// How long a push service that failed is first left alone.
    pub retry: Duration,
}

impl Alerts {
    pub(super) fn of(settings: &Settings, file: &Settings) -> Result<Self, ConfigError> {
        macro_rules! set {
            ($name:ident) => {
                settings.$name.clone().or_else(|| file.$name.clone())
            };
        }
        let mail = set!(acme_contact).and_then(|contact| contact.into_iter().next());
        let site = set!(acme_domains).and_then(|domains| domains.into_iter().next());
        let known = mail.map(|mail| format!("mailto:{mail}"));
        let known = known.or_else(|| site.map(|site| format!("https://{site}")));
        let alerts = Self {
            services: set!(alert_services)
                .unwrap_or_else(|| PUSH_SERVICES.map(str::to_owned).to_vec()),
            private: set!(alert_private).unwrap_or(false),
            contact: set!(alert_contact).or(known),
            roots: set!(alert_roots),
            hour: set!(alert_hour).unwrap_or(7),
            retry: Duration::from_secs(u64::from(set!(alert_retry_seconds).unwrap_or(30))),
        };
        alerts.check()?;
        Ok(alerts)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let is_host = |host: &String| {
            let name = host.strip_prefix("*.").unwrap_or(host);
            name.contains('.')
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
        };
        if !self.private && !self.services.iter().all(is_host) {
            return Err(senseless(
                "alert_services",
                "names of hosts such as fcm.googleapis.com or *.push.apple.com",
            ));
        }
        let is_contact = |contact: &String| {
            contact.starts_with("https://")
                || contact.starts_with("mailto:") && contact.contains('@')
        };
        if !self.contact.iter().all(is_contact) {
            let wanted = "an address such as mailto:it@example.vn or https://example.vn";
            return Err(senseless("alert_contact", wanted));
        }
        if self.hour > 16 {
            return Err(senseless("alert_hour", "from 0 to 16"));
        }
        if self.retry > Duration::from_secs(600) {
            return Err(senseless("alert_retry_seconds", "from 0 to 600"));
        }
        Ok(())
    }
}

fn senseless(name: &'static str, wanted: &'static str) -> ConfigError {
    ConfigError::Senseless { name, wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str) -> Result<Alerts, String> {
        let file = toml::from_str(file).expect("settings");
        Alerts::of(&Settings::default(), &file).map_err(|error| error.to_string())
    }

    #[test]
    fn the_contact_is_whom_certificates_name_where_nobody_else_is() {
        assert_eq!(of("").expect("defaults").contact, None);
        let site = of("acme_domains = ['kn.vn']").expect("a site").contact;
        assert_eq!(site.as_deref(), Some("https://kn.vn"));
        let mail = "acme_domains = ['kn.vn']\nacme_contact = ['it@kn.vn']";
        let mail = of(mail).expect("mail").contact;
        assert_eq!(mail.as_deref(), Some("mailto:it@kn.vn"));
        let own = of("alert_contact = 'mailto:a@b.vn'").expect("own").contact;
        assert_eq!(own.as_deref(), Some("mailto:a@b.vn"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (name, value) in [
            ("alert_services", "['https://push.example.vn']"),
            ("alert_services", "['localhost']"),
            ("alert_services", "['*']"),
            ("alert_contact", "'it@example.vn'"),
            ("alert_hour", "17"),
            ("alert_retry_seconds", "601"),
        ] {
            let said = of(&format!("{name} = {value}")).expect_err(name);
            assert!(said.contains(name), "{said}");
        }
        assert_eq!(of("alert_services = []").expect("none").services.len(), 0);
    }
}
