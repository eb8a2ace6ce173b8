//! Where the server listens, and whether others can listen in.

use kiennghi_tests::harness::Server;

const WARNING: &str = "listening without TLS";

#[test]
fn a_line_that_others_can_read_is_warned_of_once() {
    let open = "listen = '0.0.0.0:0'\n";
    let told = |settings: &str| {
        let server = Server::start_with(settings);
        server.log().matches(WARNING).count()
    };
    assert_eq!(told(open), 1);
    assert_eq!(told("listen = '127.0.0.1:0'"), 0, "nobody else is there");
    let behind = format!("{open}trusted_proxies = ['10.0.0.1']");
    assert_eq!(told(&behind), 0, "a proxy speaks HTTPS for it");
}
