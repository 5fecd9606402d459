//! Opens what a command works on: the private database or the one of `DATABASE_URL`, brought up to date.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use secrecy::ExposeSecret;
use sqlx::postgres::PgConnectOptions;

use crate::{
    app::App,
    clock::Clock,
    config::Settings,
    database::{self, Database, backup::Source, private_postgres},
    mail::Mailer,
    passwords::Passwords,
    scope::RowScope,
    setup,
};

/// An opened installation.
pub struct Installation {
    /// The product.
    pub app: App,
    /// The private server, where there is one; it stops with [`Installation::close`].
    pub private: Option<private_postgres::PrivatePostgres>,
    /// Signs session cookies; the same for all instances.
    pub cookie_secret: Vec<u8>,
}

impl Installation {
    /// Starts or reaches the database, brings it up to date and puts the product together.
    ///
    /// # Errors
    /// A message that names the setting or says what to do.
    pub async fn open(settings: Settings) -> anyhow::Result<Self> {
        let Reached { private, owner, application, words } = Reached::reach(&settings).await?;
        let role = application.get_username().to_owned();
        tokio::try_join!(database::migrate(&owner, &role), database::check_role(&application))?;
        Self::assemble(settings, application, words, private).await
    }

    /// The same beside a portal that runs on the private database of the data folder, if one does.
    ///
    /// # Errors
    /// As [`Installation::open`].
    pub async fn beside(settings: Settings) -> anyhow::Result<Self> {
        let Some(access) = running(&settings)? else { return Self::open(settings).await };
        let application = access.app().statement_cache_capacity(settings.database_statement_cache);
        Self::assemble(settings, application, access.describe(), None).await
    }

    async fn assemble(
        settings: Settings,
        application: PgConnectOptions,
        words: String,
        private: Option<private_postgres::PrivatePostgres>,
    ) -> anyhow::Result<Self> {
        let open = if settings.database_statement_cache == 0 { Database::behind_pooler } else { Database::open };
        let app = App {
            db: open(application, settings.database_connections),
            clock: Clock::system(),
            passwords: Passwords::new(),
            mailer: Mailer::from_settings(&settings)?,
            database_words: words.into(),
            settings: Arc::new(settings),
        };
        let cookie_secret =
            app.write(RowScope::System("read the cookie secret"), async |db| setup::cookie_secret(db).await).await?;
        Ok(Self { app, private, cookie_secret: cookie_secret.to_vec() })
    }

    /// Lets transactions under way end, closes the pool and stops the private server.
    ///
    /// # Errors
    /// When the private server does not stop cleanly.
    pub async fn close(self) -> anyhow::Result<()> {
        let closing = tokio::time::timeout(Duration::from_secs(5), self.app.db.close());
        if closing.await.is_err() {
            tracing::warn!("a connection to the database did not close within five seconds");
        }
        match self.private {
            Some(private) => Ok(private.stop().await?),
            None => Ok(()),
        }
    }
}

/// A database that answers, as it is: nothing has been migrated yet.
pub(super) struct Reached {
    pub(super) private: Option<private_postgres::PrivatePostgres>,
    pub(super) owner: PgConnectOptions,
    pub(super) application: PgConnectOptions,
    pub(super) words: String,
}

impl Reached {
    /// Starts the private server, or reads the addresses of the settings.
    pub(super) async fn reach(settings: &Settings) -> anyhow::Result<Self> {
        settings.check()?;
        let Some(url) = &settings.database_url else { return Self::start(settings).await };
        let application = parse(url.expose_secret(), "DATABASE_URL")?
            .statement_cache_capacity(settings.database_statement_cache)
            .application_name("tenantry");
        let owner = match &settings.database_owner_url {
            Some(url) => parse(url.expose_secret(), "DATABASE_OWNER_URL")?,
            None => application.clone(),
        };
        let words = format!("PostgreSQL at {}", application.get_host());
        Ok(Self { private: None, owner, application, words })
    }

    /// What `tenantry backup` and `tenantry restore` work on.
    pub(super) fn source<'a>(&'a self, settings: &'a Settings) -> Source<'a> {
        match &self.private {
            Some(private) => Source::Private(private.access()),
            None => Source::Url { connect: &self.owner, bin_dir: settings.pg_bin.as_deref() },
        }
    }

    /// Stops the private server.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        match self.private {
            Some(private) => Ok(private.stop().await?),
            None => Ok(()),
        }
    }

    async fn start(settings: &Settings) -> anyhow::Result<Self> {
        let private = private_postgres::PrivatePostgres::start(&private_options(settings)).await?;
        let (owner, application, words) = (private.owner(), private.app(), private.describe());
        let application = application.statement_cache_capacity(settings.database_statement_cache);
        Ok(Self { private: Some(private), owner, application, words })
    }
}

/// The private server of a portal that runs on the same data folder.
pub(super) fn running(settings: &Settings) -> anyhow::Result<Option<private_postgres::Access>> {
    if settings.database_url.is_some() {
        return Ok(None);
    }
    match private_postgres::Access::of_running(&private_options(settings)) {
        Ok(access) => Ok(Some(access)),
        Err(private_postgres::StartError::NotRunning { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Where and how the private server runs.
fn private_options(settings: &Settings) -> private_postgres::Options {
    private_postgres::Options {
        data_dir: settings.data_dir.clone(),
        bin_dir: settings.pg_bin.clone(),
        download: settings.pg_download,
        guard_exe: None,
    }
}

fn parse(url: &str, name: &str) -> anyhow::Result<PgConnectOptions> {
    url.parse().with_context(|| format!("{name} is not an address such as postgres://user:password@host/database"))
}
