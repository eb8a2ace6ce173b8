//! The configuration, in one place: flags go before the environment, the environment before the
//! file `kiennghi.toml` in the data folder, the file before the defaults. Read once, at the
//! start; what is wrong with it is said then.

mod alerts;
mod transport;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use self::alerts::Alerts;
#[cfg(test)]
pub(crate) use self::alerts::PUSH_SERVICES;
pub use self::transport::{Certificate, Network, Transport};

/// The file's name in the data folder.
pub const FILE_NAME: &str = "kiennghi.toml";

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Plain,
    /// One JSON object a line.
    Json,
}

/// What can be set, as flags, in the environment or in the file; unset values have defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "KIENNGHI_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// How log lines look [default: plain]
    #[arg(long, value_name = "FORMAT", env = "KIENNGHI_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// What is logged, such as `info` or `kiennghi_server=debug` [default: info]
    #[arg(long, value_name = "FILTER", env = "KIENNGHI_LOG")]
    pub log: Option<String>,
    /// Connections held at the same time, those that listen for news among them [default: 4000]
    #[arg(long, value_name = "N", env = "KIENNGHI_CONNECTIONS_MAX")]
    pub connections_max: Option<usize>,
    /// Requests worked on at the same time [default: 16]
    #[arg(long, value_name = "N", env = "KIENNGHI_WORKERS")]
    pub workers: Option<usize>,
    /// Processes that try changes before they are stored [default: one for each processor]
    #[arg(long, value_name = "N", env = "KIENNGHI_TRIAL_WORKERS")]
    pub trial_workers: Option<usize>,
    /// Requests that may wait for a worker; more are told to come back later [default: 1000]
    #[arg(long, value_name = "N", env = "KIENNGHI_WAITING_MAX")]
    pub waiting_max: Option<usize>,
    /// Writes that may wait for the disk; more are told to come back later [default: 256]
    #[arg(long, value_name = "N", env = "KIENNGHI_QUEUE_LENGTH")]
    pub queue_length: Option<usize>,
    /// Seconds after which it is looked up again whether a device that listens for news may still do
    /// so [default: 20]
    #[arg(long, value_name = "N", env = "KIENNGHI_RECHECK_SECONDS")]
    pub recheck_seconds: Option<usize>,
    /// Connections that read the database [default: 4]
    #[arg(long, value_name = "N", env = "KIENNGHI_READERS")]
    pub readers: Option<usize>,
    /// Bytes that the database may grow to [default: no bound]
    #[arg(long, value_name = "BYTES", env = "KIENNGHI_DATABASE_BYTES_MAX")]
    pub database_bytes_max: Option<u64>,
    /// PEM file of the certificate and those that vouch for it; with it the server speaks HTTPS
    #[arg(long, value_name = "FILE", env = "KIENNGHI_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,
    /// PEM file of the certificate's private key
    #[arg(long, value_name = "FILE", env = "KIENNGHI_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// Names for which the server gets itself a certificate by ACME; it must be reached at port 443 of
    /// each
    #[arg(
        long,
        value_name = "NAME",
        env = "KIENNGHI_ACME_DOMAINS",
        value_delimiter = ','
    )]
    pub acme_domains: Option<Vec<String>>,
    /// Mail addresses that the ACME authority may write to
    #[arg(
        long,
        value_name = "MAIL",
        env = "KIENNGHI_ACME_CONTACT",
        value_delimiter = ','
    )]
    pub acme_contact: Option<Vec<String>>,
    /// Directory of the ACME authority [default: Let's Encrypt]
    #[arg(long, value_name = "URL", env = "KIENNGHI_ACME_DIRECTORY")]
    pub acme_directory: Option<String>,
    /// Folder that keeps what ACME gave [default: acme in the data folder]
    #[arg(long, value_name = "DIR", env = "KIENNGHI_ACME_CACHE")]
    pub acme_cache: Option<PathBuf>,
    /// PEM file of roots by which the ACME authority is known [default: the public ones]
    #[arg(long, value_name = "FILE", env = "KIENNGHI_ACME_ROOTS")]
    pub acme_roots: Option<PathBuf>,
    /// Address and port at which plain HTTP sends browsers on to HTTPS
    #[arg(long, value_name = "ADDR", env = "KIENNGHI_REDIRECT_LISTEN")]
    pub redirect_listen: Option<SocketAddr>,
    /// Addresses or networks of proxies that say truly whom they speak for
    #[arg(
        long,
        value_name = "NETWORK",
        env = "KIENNGHI_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub trusted_proxies: Option<Vec<Network>>,
    /// Connections that one address may hold [default: 1000]
    #[arg(long, value_name = "N", env = "KIENNGHI_CONNECTIONS_OF_ADDRESS_MAX")]
    pub connections_of_address_max: Option<usize>,
    /// Seconds that a TLS handshake, or a request's head, may take [default: 30]
    #[arg(long, value_name = "N", env = "KIENNGHI_HEAD_SECONDS")]
    pub head_seconds: Option<u64>,
    /// Seconds that a client may send nothing of a body, or take nothing of an answer [default: 60]
    #[arg(long, value_name = "N", env = "KIENNGHI_IDLE_SECONDS")]
    pub idle_seconds: Option<u64>,
    /// Requests a minute of one device [default: 1200]
    #[arg(long, value_name = "N", env = "KIENNGHI_DEVICE_REQUESTS_PER_MINUTE")]
    pub device_requests_per_minute: Option<u32>,
    /// Requests a minute from one address, of all who are not signed in [default: 1200]
    #[arg(long, value_name = "N", env = "KIENNGHI_STRANGER_REQUESTS_PER_MINUTE")]
    pub stranger_requests_per_minute: Option<u32>,
    /// Wrong codes and passwords a minute from one address [default: 30]
    #[arg(long, value_name = "N", env = "KIENNGHI_WRONG_SECRETS_PER_MINUTE")]
    pub wrong_secrets_per_minute: Option<u32>,
    /// Hosts of push services that alerts are sent to, `*.` before a name for all below it; none for no alerts
    /// [default: those of Chrome, Firefox, Safari and Edge]
    #[arg(
        long,
        value_name = "HOST",
        env = "KIENNGHI_ALERT_SERVICES",
        value_delimiter = ','
    )]
    pub alert_services: Option<Vec<String>>,
    /// Whether push services in private networks and at any port may be called: for tests alone
    #[arg(long, hide = true, env = "KIENNGHI_ALERT_PRIVATE")]
    pub alert_private: Option<bool>,
    /// Whom push services may write to, such as `mailto:it@example.vn` [default: the contact or first name of ACME]
    #[arg(long, value_name = "URL", env = "KIENNGHI_ALERT_CONTACT")]
    pub alert_contact: Option<String>,
    /// PEM file of roots by which push services are known [default: the public ones]
    #[arg(long, value_name = "FILE", env = "KIENNGHI_ALERT_ROOTS")]
    pub alert_roots: Option<PathBuf>,
    /// Hour, +07:00, from which people are told on working days what is late [default: 7]
    #[arg(long, value_name = "HOUR", env = "KIENNGHI_ALERT_HOUR")]
    pub alert_hour: Option<u8>,
    /// Seconds that a push service that failed is first left alone [default: 30]
    #[arg(long, value_name = "N", env = "KIENNGHI_ALERT_RETRY_SECONDS")]
    pub alert_retry_seconds: Option<u32>,
}

/// The configuration that a server runs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// How log lines look.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: String,
    /// Connections held at the same time.
    pub connections_max: usize,
    /// Requests worked on at the same time.
    pub workers: usize,
    /// Processes that try changes before they are stored.
    pub trial_workers: usize,
    /// Requests that may wait for a worker.
    pub waiting_max: usize,
    /// Writes that may wait for the disk.
    pub queue_length: usize,
    /// Seconds after which a device that listens for news is looked up again.
    pub recheck_seconds: usize,
    /// Connections that read the database.
    pub readers: usize,
    /// Bytes that the database may grow to.
    pub database_bytes_max: Option<u64>,
    /// How connections are made and what one client may take.
    pub transport: Transport,
    /// How alerts are sent.
    pub alerts: Alerts,
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not understood.
    #[error("{path}: {error}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        error: Box<toml::de::Error>,
    },
    /// A value makes no sense.
    #[error("{name} must be {wanted}")]
    Senseless {
        /// The setting.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
}

impl Config {
    /// The configuration for a data folder: `settings` from flags and environment first, then the
    /// folder's file, then the defaults.
    ///
    /// # Errors
    /// When the file cannot be read or a value makes no sense.
    pub fn load(data: &Path, settings: Settings) -> Result<Self, ConfigError> {
        let file = read_file(&data.join(FILE_NAME))?;
        let config = Self {
            data: data.to_owned(),
            transport: Transport::of(&settings, &file, data)?,
            alerts: Alerts::of(&settings, &file)?,
            listen: settings
                .listen
                .or(file.listen)
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            log_format: settings
                .log_format
                .or(file.log_format)
                .unwrap_or(LogFormat::Plain),
            log: settings
                .log
                .or(file.log)
                .unwrap_or_else(|| "info".to_owned()),
            connections_max: settings
                .connections_max
                .or(file.connections_max)
                .unwrap_or(4000),
            workers: settings.workers.or(file.workers).unwrap_or(16),
            trial_workers: settings
                .trial_workers
                .or(file.trial_workers)
                .unwrap_or_else(processors),
            waiting_max: settings.waiting_max.or(file.waiting_max).unwrap_or(1000),
            queue_length: settings.queue_length.or(file.queue_length).unwrap_or(256),
            recheck_seconds: settings
                .recheck_seconds
                .or(file.recheck_seconds)
                .unwrap_or(20),
            readers: settings.readers.or(file.readers).unwrap_or(4),
            database_bytes_max: settings.database_bytes_max.or(file.database_bytes_max),
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let counts = [
            ("connections_max", self.connections_max),
            ("workers", self.workers),
            ("trial_workers", self.trial_workers),
            ("waiting_max", self.waiting_max),
            ("queue_length", self.queue_length),
            ("recheck_seconds", self.recheck_seconds),
            ("readers", self.readers),
        ];
        for (name, count) in counts {
            if !(1..=100_000).contains(&count) {
                return Err(ConfigError::Senseless {
                    name,
                    wanted: "from 1 to 100000",
                });
            }
        }
        if self.database_bytes_max.is_some_and(|bytes| bytes < 1 << 20) {
            let name = "database_bytes_max";
            return Err(ConfigError::Senseless {
                name,
                wanted: "at least 1048576",
            });
        }
        if self.log.parse::<tracing_subscriber::EnvFilter>().is_err() {
            let wanted = "a filter such as `info` or `kiennghi_server=debug`";
            return Err(ConfigError::Senseless {
                name: "log",
                wanted,
            });
        }
        Ok(())
    }
}

pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn read_file(path: &Path) -> Result<Settings, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Settings::default());
        }
        Err(error) => {
            return Err(ConfigError::Unreadable {
                path: path.to_owned(),
                error,
            });
        }
    };
    toml::from_str(&text).map_err(|error| ConfigError::Malformed {
        path: path.to_owned(),
        error: Box::new(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_before_the_file_and_the_file_before_defaults() {
        let folder = tempfile::tempdir().expect("folder");
        let file = "listen = '127.0.0.1:7000'\nworkers = 3\nlog_format = 'json'\n";
        std::fs::write(folder.path().join(FILE_NAME), file).expect("file");
        let flags = Settings {
            workers: Some(5),
            ..Settings::default()
        };
        let config = Config::load(folder.path(), flags).expect("configuration");
        assert_eq!(config.workers, 5);
        assert_eq!(config.listen.port(), 7000);
        assert_eq!(config.log_format, LogFormat::Json);
        assert_eq!(config.readers, 4);
    }

    #[test]
    fn what_is_wrong_is_said_at_the_start() {
        let folder = tempfile::tempdir().expect("folder");
        let said = |file: &str| {
            std::fs::write(folder.path().join(FILE_NAME), file).expect("file");
            Config::load(folder.path(), Settings::default())
                .expect_err("wrong")
                .to_string()
        };
        assert!(said("lisen = '127.0.0.1:1'").contains("lisen"));
        assert!(said("listen = 'here'").contains("kiennghi.toml"));
        assert!(said("workers = 0").contains("workers"));
        assert!(said("log = 'a=b=c'").contains("log"));
    }
}
