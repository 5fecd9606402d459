//! As little HTTP as a load needs: what a client costs is taken from the server beside it.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// What is asked for again and again.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    address: String,
    text: String,
}

/// An answer: the coding of the body, and the body as it was sent.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) coding: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// `base` is scheme, host and port. Without codings nothing is compressed.
    pub(crate) fn new(base: &str, path: &str, cookie: &str, codings: &str) -> Self {
        let address = base.trim_start_matches("http://").to_owned();
        let coding = if codings.is_empty() { String::new() } else { format!("accept-encoding: {codings}\r\n") };
        let text = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n{coding}\r\n");
        Self { address, text }
    }

    pub(crate) async fn connect(&self) -> Connection<'_> {
        let stream = TcpStream::connect(&self.address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Connection { stream: BufReader::with_capacity(64 * 1024, stream), request: self }
    }

    /// The middle of the times of some requests, one after another.
    pub(crate) async fn median(&self, count: usize) -> Duration {
        let mut connection = self.connect().await;
        let mut times = Vec::with_capacity(count);
        // The first ones read what is on the disk only and prepare the statements on each connection of the pool.
        for round in 0..count + 20 {
            let begun = Instant::now();
            connection.ask().await;
            if round >= 20 {
                times.push(begun.elapsed());
            }
        }
        times.sort();
        times[count / 2]
    }

    /// So many requests over so many connections: how many a second, and the times of all, sorted.
    pub(crate) async fn load(&self, count: usize, connections: usize) -> (f64, Vec<Duration>) {
        let (left, begun) = (AtomicUsize::new(count), Instant::now());
        let one = async || {
            let (mut connection, mut times) = (self.connect().await, Vec::new());
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                let begun = Instant::now();
                connection.ask().await;
                times.push(begun.elapsed());
            }
            times
        };
        let all = futures_util::future::join_all((0..connections).map(|_| one())).await;
        let rate = count as f64 / begun.elapsed().as_secs_f64();
        let mut times: Vec<_> = all.into_iter().flatten().collect();
        times.sort();
        (rate, times)
    }
}

pub(crate) struct Connection<'a> {
    stream: BufReader<TcpStream>,
    request: &'a Request,
}

impl Connection<'_> {
    /// Asks once; anything but 200 ends the figures.
    pub(crate) async fn ask(&mut self) -> Reply {
        self.stream.write_all(self.request.text.as_bytes()).await.expect("a request");
        let status = self.line().await;
        let (mut reply, mut length) = (Reply::default(), None);
        loop {
            let line = self.line().await.to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse::<usize>().ok(),
                Some(("content-encoding", value)) => reply.coding = value.to_owned(),
                Some(_) => {}
                None => break,
            }
        }
        match length {
            Some(length) => self.part(length, &mut reply.body).await,
            None => self.chunks(&mut reply.body).await,
        }
        assert!(
            status.starts_with("HTTP/1.1 200"),
            "{}{status}\n{}",
            self.request.text,
            String::from_utf8_lossy(&reply.body)
        );
        reply
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.expect("a line");
        line.truncate(line.trim_end().len());
        line
    }

    async fn part(&mut self, length: usize, body: &mut Vec<u8>) {
        let begun = body.len();
        body.resize(begun + length, 0);
        self.stream.read_exact(&mut body[begun..]).await.expect("a body");
    }

    async fn chunks(&mut self, body: &mut Vec<u8>) {
        loop {
            let length = usize::from_str_radix(&self.line().await, 16).expect("the length of a chunk");
            if length == 0 {
                self.line().await;
                return;
            }
            self.part(length, body).await;
            self.line().await;
        }
    }
}
