//! Where a request comes from: for the list of one's sessions and for the limits on guessing.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::{HttpRequest, http::header::HeaderMap, web::Data};

use crate::{app::App, sessions::Device};

/// The address of the person's computer: the peer, or what a proxy we trust says about it (ASVS 4.1.3). `None` only
/// where the server cannot tell, such as on a socket file.
pub(crate) fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let trusted =
        request.app_data::<Data<App>>().map(|app| app.settings.trusted_proxies.as_slice()).unwrap_or_default();
    Some(behind_proxies(peer, request.headers(), trusted))
}

/// What limits count a client by: its address, or the network of its IPv6 address, since one computer owns all of it.
pub(crate) fn client_network(request: &HttpRequest) -> String {
    match client_address(request) {
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Some(address) => address.to_string(),
        None => "unknown".to_owned(),
    }
}

/// What a new session notes about the browser it is for.
pub(crate) fn device(request: &HttpRequest, stay_signed_in: bool) -> Device {
    let agent = request.headers().get("user-agent").map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    Device {
        address: client_address(request).map(|address| address.to_string()),
        user_agent: agent.map(|agent| agent.chars().filter(|letter| !letter.is_control()).take(300).collect()),
        stay_signed_in,
    }
}

/// Walks from the peer backwards as long as a trusted proxy vouches for the hop before it. Anybody can send the header,
/// so nothing in front of the first address that is not ours is believed.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let said: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut address = peer;
    for hop in said.iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(before) => address = before.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::behind_proxies;

    fn seen(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static(value));
        }
        let trusted: Vec<_> = trusted.iter().map(|ip| ip.parse().expect("an address")).collect();
        behind_proxies(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn the_header_of_a_stranger_is_not_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &["127.0.0.1"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_names_the_client() {
        assert_eq!(seen("127.0.0.1", &["198.51.100.1"], &["127.0.0.1"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["1.2.3.4, 198.51.100.1"], &["127.0.0.1"]), "198.51.100.1");
        assert_eq!(
            seen("127.0.0.1", &["1.2.3.4", "198.51.100.1, 10.0.0.2"], &["127.0.0.1", "10.0.0.2"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn nonsense_leaves_the_last_address_that_is_known() {
        assert_eq!(seen("127.0.0.1", &["unknown"], &["127.0.0.1"]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &[""], &["127.0.0.1"]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &[], &["127.0.0.1"]), "127.0.0.1");
    }
}
