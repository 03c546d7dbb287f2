//! `registry serve`: the console and the partners' listener, the lease, the checkpoints, and an end in order.

use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::middleware::{DefaultHeaders, Next, from_fn};
use actix_web::{App, HttpServer, web};

use crate::api;
use crate::config::Config;
use crate::console;
use crate::deps::{Deps, system_clock};
use crate::issuing_list;
use crate::patience::in_time;
use crate::request_log::log_request;
use crate::runtime::{StartError, checkpoint, close_writer, open_writer};
use crate::store::{Db, lease};
use crate::tls::{PartnerTls, TlsError};

/// Seconds between renewals of the lease, a third of its length.
const RENEW_SECONDS: u64 = 5;
/// Seconds in which open requests may end after SIGTERM.
const DRAIN_SECONDS: u64 = 10;

/// How often the lists of the roots, and what is revoked, are looked at.
const LOOKED_AT: chrono::Duration = chrono::Duration::hours(1);

/// Why the service ended otherwise than asked.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// It did not come up, or could not end in order.
    #[error(transparent)]
    Start(#[from] StartError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A listener.
    #[error("listen: {0}")]
    Listen(#[from] std::io::Error),
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// [`ServeError`].
pub fn serve(config: Config) -> Result<(), ServeError> {
    let tls = PartnerTls::open(&config.keys.folder, &config.keys.unlock_file, config.mode, system_clock()())?;
    let deps = open_writer(config)?;
    let outcome = actix_web::rt::System::new().block_on(run(deps.clone(), tls));
    tracing::info!("requests are drained; writing the last checkpoint");
    close_writer(&deps)?;
    outcome
}

async fn run(deps: Deps, tls: PartnerTls) -> Result<(), ServeError> {
    let config = deps.config.clone();
    let workers = 2;
    let blocking = (config.database.pool as usize / (2 * workers)).max(1);
    let limits = config.limits.clone();
    let seconds = limits.request_seconds;
    let timeout = Duration::from_secs(seconds);
    let data = web::Data::new(deps.clone());

    let (partner_data, revoked) = (data.clone(), tls.revoked());
    let partners = HttpServer::new(move || {
        App::new()
            .app_data(partner_data.clone())
            .app_data(web::PayloadConfig::new(limits.portrait_body_bytes))
            .wrap(from_fn(move |request, next: Next<BoxBody>| in_time(seconds, request, next)))
            .wrap(from_fn(log_request))
            .wrap(DefaultHeaders::new().add(("X-Content-Type-Options", "nosniff")))
            .configure(api::configure)
    })
    .workers(workers)
    .worker_max_blocking_threads(blocking)
    .client_request_timeout(timeout)
    .shutdown_timeout(DRAIN_SECONDS)
    .on_connect(move |connection, data| api::peer::remember_peer(&revoked, connection, data))
    .bind_rustls_0_23(&config.partners.listen, tls.server_config()?)?
    .run();

    let body_bytes = config.limits.portrait_body_bytes;
    let pages = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .app_data(web::PayloadConfig::new(body_bytes))
            .wrap(from_fn(move |request, next: Next<BoxBody>| in_time(seconds, request, next)))
            .wrap(from_fn(log_request))
            .configure(api::configure_public)
            .configure(console::configure)
    })
    .workers(workers)
    .worker_max_blocking_threads(blocking)
    .client_request_timeout(timeout)
    .shutdown_timeout(DRAIN_SECONDS)
    .bind(&config.console.listen)?
    .run();

    let (partner_handle, page_handle) = (partners.handle(), pages.handle());
    std::thread::spawn(move || {
        keep_house(&deps, &tls, || {
            // Fenced: whatever is under way must not be answered as done.
            drop(partner_handle.stop(false));
            drop(page_handle.stop(false));
        })
    });
    tracing::info!(console = %config.console.listen, partners = %config.partners.listen, "serving");
    let (partners, pages) = futures_join(partners, pages).await;
    partners?;
    pages?;
    Ok(())
}

async fn futures_join(
    one: actix_web::dev::Server,
    other: actix_web::dev::Server,
) -> (std::io::Result<()>, std::io::Result<()>) {
    let other = actix_web::rt::spawn(other);
    let one = one.await;
    let other = other.await.unwrap_or_else(|e| Err(std::io::Error::other(e)));
    (one, other)
}

/// The roots sign elsewhere and seldom: whoever runs the service must hear in time that something ends.
fn warn_of_ends(deps: &Deps) {
    match deps.authorities.ageing_lists(deps.now()) {
        Ok(ageing) => ageing.iter().for_each(|list| tracing::warn!("{list}")),
        Err(error) => tracing::error!(%error, "the lists of the roots could not be read"),
    }
    if let Some(advice) = deps.authorities.issuing().shortness(deps.now()) {
        tracing::warn!("{advice}");
    }
}

/// Entries of earlier versions may name certificates that no list can hold; health tells of them before anybody asks for a list.
fn look_at_lists(deps: &Deps) {
    for issuer in deps.authorities.issuers() {
        if let Err(error) = issuing_list::look(deps, issuer) {
            tracing::error!(%error, "what is revoked could not be looked at");
        }
    }
}

/// Renews the lease, signs checkpoints, reloads TLS material that changed. Ends with the process.
fn keep_house(deps: &Deps, tls: &PartnerTls, fenced: impl FnOnce()) {
    let every = Duration::from_secs(RENEW_SECONDS.min(deps.config.checkpoints.every_seconds.max(1)));
    let mut next_look = deps.now();
    loop {
        std::thread::sleep(every);
        if deps.now() >= next_look {
            warn_of_ends(deps);
            look_at_lists(deps);
            next_look = deps.now() + LOOKED_AT;
        }
        let mut db = match Db::open(&deps.config.database.url) {
            Ok(db) => db,
            Err(error) => {
                tracing::error!(%error, "the database cannot be reached");
                continue;
            }
        };
        if let Err(error) = lease::renew(&mut db, deps.epoch, deps.now()) {
            tracing::error!(%error, "the lease is lost; stopping");
            fenced();
            return;
        }
        if let Err(error) = checkpoint(deps, &mut db) {
            tracing::error!(%error, "no checkpoint could be written");
        }
        for signer in deps.signers.all() {
            let purpose = signer.purpose().as_str();
            match signer.renew(deps, &mut db) {
                Ok(true) => tracing::info!(purpose, "a signer has its next key and certificate"),
                Ok(false) => {}
                Err(error) => tracing::error!(purpose, %error, "a signer could not be certified anew"),
            }
        }
        if let Err(error) = tls.reload(deps.now()) {
            tracing::error!(%error, "TLS material could not be read anew; the old stays in use");
        }
    }
}
