//! As much HTTP as the probe needs: one request a connection, cookies by hand, no compression.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A browser of one person.
#[derive(Debug)]
pub(super) struct Client {
    address: SocketAddr,
    cookie: String,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) took: Duration,
}

impl Client {
    /// Signs in at the portal on the address.
    pub(super) async fn sign_in(address: SocketAddr, email: &str, password: &str) -> anyhow::Result<Client> {
        let mut client = Client { address, cookie: String::new() };
        let form = serde_urlencoded::to_string([("email", email), ("password", password)])?;
        let answer = client.send("POST", "/sign-in", &form).await?;
        client.cookie = answer
            .head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            .and_then(|(_, value)| value.split(';').next())
            .map(ToOwned::to_owned)
            .filter(|_| answer.answer.status == 303)
            .with_context(|| format!("{email} cannot sign in: the portal answered {}", answer.answer.status))?;
        Ok(client)
    }

    /// Asks for a path, without any fields.
    pub(super) async fn ask(&self, method: &str, path: &str) -> anyhow::Result<Answer> {
        Ok(self.send(method, path, "").await?.answer)
    }

    async fn send(&self, method: &str, path: &str, form: &str) -> anyhow::Result<Whole> {
        let begun = Instant::now();
        let exchange = tokio::time::timeout(Duration::from_secs(30), self.exchange(method, path, form));
        let bytes = exchange.await.with_context(|| format!("{method} {path}: no answer within 30 seconds"))??;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").with_context(|| format!("{method} {path}: half an answer"))?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.with_context(|| format!("{method} {path}: not an answer of HTTP"))?;
        let answer = Answer { status, body: body.to_owned(), took: begun.elapsed() };
        Ok(Whole { head: head.to_owned(), answer })
    }

    async fn exchange(&self, method: &str, path: &str, form: &str) -> anyhow::Result<Vec<u8>> {
        let connection = TcpStream::connect(self.address).await;
        let mut stream = connection.with_context(|| format!("nothing answers on {}", self.address))?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.address,
            self.cookie,
            form.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }
}

struct Whole {
    head: String,
    answer: Answer,
}
