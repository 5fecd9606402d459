//! The physical limit beside a list page: a server of the same kind that sends as many bytes and does nothing else.

use std::{sync::mpsc, thread};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, rt::System, web};

/// A running bare server.
pub(crate) struct Bare {
    pub(crate) base: String,
    handle: ServerHandle,
}

impl Bare {
    /// Serves this body at any address.
    pub(crate) fn start(body: Vec<u8>) -> Self {
        let (ready, started) = mpsc::channel();
        let body = web::Bytes::from(body);
        thread::spawn(move || {
            System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let body = body.clone();
                    App::new().default_service(web::to(move || {
                        let page = HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body.clone());
                        std::future::ready(page)
                    }))
                });
                let server = server.disable_signals().bind("127.0.0.1:0").expect("a free port");
                let base = format!("http://{}", server.addrs()[0]);
                let server = server.run();
                ready.send((base, server.handle())).expect("somebody who waits");
                server.await.expect("a server");
            });
        });
        let (base, handle) = started.recv().expect("a bare server");
        Self { base, handle }
    }

    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}
