//! What the set-up page says about the installation itself: facts, so that a mistake is seen before anybody works.

use crate::app::App;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) label: &'static str,
    /// Whether nothing is to be done about it.
    pub(crate) fine: bool,
    pub(crate) text: String,
    /// Where the text goes on with a link: its address, its words, and the words behind it.
    pub(crate) link: Option<(&'static str, &'static str, &'static str)>,
}

pub(crate) fn run(app: &App) -> Vec<Check> {
    vec![database(app), address(app), mail(app)]
}

fn database(app: &App) -> Check {
    Check { label: "Database", fine: true, text: format!("ready, {}", app.database_words), link: None }
}

fn address(app: &App) -> Check {
    let base = app.settings.base_url();
    let reach = match (app.settings.is_https(), app.settings.listen.ip().is_loopback()) {
        (true, _) => "over TLS",
        (false, true) => "this computer only",
        (false, false) => "without TLS",
    };
    Check { label: "Address", fine: true, text: format!("{base}, {reach}"), link: None }
}

fn mail(app: &App) -> Check {
    if app.settings.has_mailbox() {
        let link = ("/dev/mailbox", "mailbox page", " until SMTP_URL is set");
        Check { label: "Mail", fine: false, text: "not set; mails are kept in the".to_owned(), link: Some(link) }
    } else {
        Check { label: "Mail", fine: true, text: "sent through the server of SMTP_URL".to_owned(), link: None }
    }
}
