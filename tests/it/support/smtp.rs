//! A mail server that holds real conversations, keeps what it is given, and misbehaves on demand.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::mime::{self, Part};

/// What the server does with the next mail. Without an order it takes it.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Takes it.
    Take,
    /// Takes it after a while.
    TakeSlowly(Duration),
    /// Takes it, and the connection breaks before the sender hears of it.
    TakeAndCut,
    /// "Not now" with these words, after it has heard everything.
    Later(&'static str),
    /// "Never" with these words, as soon as it hears the recipient.
    Refuse(&'static str),
}

/// A mail the server took.
#[derive(Debug, Clone)]
pub struct Received {
    /// The address in `RCPT TO`.
    pub to: String,
    /// Everything between `DATA` and the full stop.
    pub raw: String,
    /// The parts of the mail, decoded, by their type.
    parts: Vec<Part>,
}

#[derive(Default)]
struct State {
    orders: VecDeque<Answer>,
    received: Vec<Received>,
    conversations: usize,
}

/// The server. It ends when it is dropped.
pub struct SmtpSink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Mails wait here for a permit while the server is held.
    gate: Arc<Semaphore>,
    tls: Option<TlsAcceptor>,
    listening: Option<JoinHandle<()>>,
}

impl SmtpSink {
    pub async fn start() -> Self {
        Self::start_as(None).await
    }

    /// Speaks TLS from the first byte, with a certificate nobody vouches for.
    pub async fn start_tls(acceptor: TlsAcceptor) -> Self {
        Self::start_as(Some(acceptor)).await
    }

    async fn start_as(tls: Option<TlsAcceptor>) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").await.and_then(|it| it.local_addr()).expect("a free port");
        let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        let mut sink = Self { address: free, state: Arc::default(), gate, tls, listening: None };
        sink.go_up().await;
        sink
    }

    /// What SMTP_URL is to be.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "smtps" } else { "smtp" };
        format!("{scheme}://localhost:{}", self.address.port())
    }

    /// Answers the coming mails in this order.
    pub fn order(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().expect("the state").orders.extend(answers);
    }

    /// Keeps whoever delivers waiting until [`SmtpSink::release`].
    pub fn hold(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub fn release(&self) {
        self.gate.add_permits(1_000);
    }

    /// Mails taken so far, in their order.
    pub fn received(&self) -> Vec<Received> {
        self.state.lock().expect("the state").received.clone()
    }

    /// How often somebody has come to deliver.
    pub fn conversations(&self) -> usize {
        self.state.lock().expect("the state").conversations
    }

    /// Nobody answers at the address any more.
    pub async fn go_down(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
            let _ = listening.await;
        }
    }

    /// Somebody answers again, at the same address.
    pub async fn go_up(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is still ours");
        let (state, gate, tls) = (self.state.clone(), self.gate.clone(), self.tls.clone());
        self.listening = Some(tokio::spawn(async move {
            // Conversations end with the server, as those of a real one do.
            let mut conversations = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let (state, gate, tls) = (state.clone(), gate.clone(), tls.clone());
                conversations.spawn(async move {
                    // A sender that goes away in the middle is an everyday thing for a mail server.
                    let _ = greet(stream, tls, &state, &gate).await;
                });
            }
        }));
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
        }
    }
}

async fn greet(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    state: &Mutex<State>,
    gate: &Semaphore,
) -> std::io::Result<()> {
    match tls {
        Some(acceptor) => converse(acceptor.accept(stream).await?, state, gate).await,
        None => converse(stream, state, gate).await,
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    state: &Mutex<State>,
    gate: &Semaphore,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink.example ESMTP\r\n").await?;
    let (mut line, mut to, mut answer) = (String::new(), String::new(), Answer::Take);
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => "250-sink.example\r\n250 8BITMIME\r\n".to_owned(),
            "MAIL" => {
                let mut state = state.lock().expect("the state");
                state.conversations += 1;
                answer = state.orders.pop_front().unwrap_or(Answer::Take);
                "250 go on\r\n".to_owned()
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                if let Answer::Refuse(words) = answer { format!("550 {words}\r\n") } else { "250 go on\r\n".to_owned() }
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let raw = read_mail(&mut stream).await?;
                gate.acquire().await.expect("an open gate").forget();
                let Some(reply) = take(&answer, state, &to, raw).await else { return Ok(()) };
                reply
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok\r\n".to_owned(),
        };
        stream.write_all(reply.as_bytes()).await?;
    }
}

/// The reply to a whole mail; `None` cuts the connection.
async fn take(answer: &Answer, state: &Mutex<State>, to: &str, raw: String) -> Option<String> {
    if let Answer::Later(words) = answer {
        return Some(format!("451 {words}\r\n"));
    }
    if let Answer::TakeSlowly(time) = answer {
        tokio::time::sleep(*time).await;
    }
    let parts = mime::parts(&raw);
    state.lock().expect("the state").received.push(Received { to: to.to_owned(), raw, parts });
    if matches!(answer, Answer::TakeAndCut) { None } else { Some("250 taken\r\n".to_owned()) }
}

/// The lines up to the full stop, with doubled stops undone (RFC 5321 section 4.5.2).
async fn read_mail(stream: &mut BufReader<impl AsyncRead + Unpin>) -> std::io::Result<String> {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        match line.as_str() {
            ".\r\n" => return Ok(mail),
            _ => mail.push_str(line.strip_prefix('.').unwrap_or(&line)),
        }
    }
}

impl Received {
    /// A header of the mail, unfolded and decoded; empty without it.
    pub fn header(&self, name: &str) -> String {
        mime::header(&self.raw, name).unwrap_or_default()
    }

    /// The text part.
    pub fn text(&self) -> &str {
        self.part("text/plain")
    }

    /// The HTML part.
    pub fn html(&self) -> &str {
        self.part("text/html")
    }

    fn part(&self, kind: &str) -> &str {
        let found = self.parts.iter().find(|part| part.kind.starts_with(kind));
        &found.unwrap_or_else(|| panic!("no {kind} in {}", self.raw)).body
    }
}
