//! `registry serve`: the console and the partners' listener, the lease, the checkpoints, and an end in order.

use std::io;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::middleware::{DefaultHeaders, Next, from_fn};
use actix_web::{App, rt, web};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::api;
use crate::api::problem::ApiError;
use crate::config::Config;
use crate::console;
use crate::deps::{Deps, system_clock};
use crate::descriptors;
use crate::issuing_list;
use crate::listeners::{self, Room};
use crate::patience::in_time;
use crate::request_log::log_request;
use crate::routes;
use crate::runtime::{StartError, checkpoint, close_writer, open_writer};
use crate::store::{self, Db, StoreError, lease};
use crate::tls::{PartnerTls, TlsError};

/// Seconds between renewals of the lease, a third of its length.
const RENEW_SECONDS: u64 = 5;

/// How often the lists of the roots, and what is revoked, are looked at.
const LOOKED_AT: Duration = Duration::from_hours(1);

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
    Listen(#[from] io::Error),
    /// Another process writes this ledger by now.
    #[error("another process has taken the lease of this ledger, so this one has ended")]
    Fenced,
    /// Nobody asked for it, and nothing is known but where it happened.
    #[error("{0} ended unasked; the log before this says why")]
    Unasked(&'static str),
}

/// Serves until SIGTERM, SIGINT or SIGQUIT. Every other end is an error.
///
/// # Errors
/// [`ServeError`].
pub fn serve(config: Config) -> Result<(), ServeError> {
    store::wait_briefly();
    let descriptors = descriptors::raise();
    let room = Room::of(&config, descriptors);
    tracing::info!(descriptors, connections = room.connections, "each listener takes so many connections");
    let tls = PartnerTls::open(&config.keys.folder, &config.keys.unlock_file, config.mode, system_clock()())?;
    let deps = open_writer(config)?;
    let outcome = rt::System::new().block_on(run(deps.clone(), tls, room));
    if matches!(outcome, Err(ServeError::Fenced)) {
        deps.access.flush();
        return outcome;
    }
    tracing::info!("requests are drained; writing the last checkpoint");
    let closed = close_writer(&deps);
    outcome?;
    Ok(closed?)
}

async fn run(deps: Deps, tls: PartnerTls, room: Room) -> Result<(), ServeError> {
    let config = deps.config.clone();
    let (body_bytes, seconds) = (config.limits.portrait_body_bytes, config.limits.request_seconds);
    let data = web::Data::new(deps.clone());

    let (partner_data, revoked) = (data.clone(), tls.revoked());
    let partners = listeners::over_tls(
        &config.partners.listen,
        room,
        tls.server_config()?,
        move |stream, data| api::peer::remember_peer(&revoked, stream, data),
        move || {
            App::new()
                .app_data(partner_data.clone())
                .app_data(api::problem::of_paths())
                .app_data(web::PayloadConfig::new(body_bytes))
                .wrap(from_fn(move |request, next: Next<BoxBody>| in_time(seconds, request, next)))
                .wrap(from_fn(log_request))
                .wrap(DefaultHeaders::new().add(("X-Content-Type-Options", "nosniff")))
                .configure(routes::last_at::<ApiError>(api::table()))
        },
    )?;
    let pages = listeners::plain(&config.console.listen, room, move || {
        App::new()
            .app_data(data.clone())
            .app_data(web::PayloadConfig::new(body_bytes))
            .wrap(from_fn(move |request, next: Next<BoxBody>| in_time(seconds, request, next)))
            .wrap(from_fn(log_request))
            .configure(routes::at(api::public_table()))
            .configure(console::pages())
    })?;

    let handles = [partners.handle(), pages.handle()];
    let (mut partners, mut pages) = (rt::spawn(partners), rt::spawn(pages));
    let (fenced, housekeeping) = oneshot::channel();
    let (looking, looks) = oneshot::channel::<()>();
    let watch = deps.clone();
    std::thread::spawn(move || {
        let _looking = looking;
        look_at_lists(&watch);
    });
    std::thread::spawn(move || keep_house(&deps, &tls, fenced));
    tracing::info!(console = %config.console.listen, partners = %config.partners.listen, "serving");
    let outcome = tokio::select! {
        is_orderly = asked_to_end() => is_orderly.map_err(ServeError::Listen),
        // Its thread panicked, if the sender is gone.
        end = housekeeping => Err(end.map_or(ServeError::Unasked("the housekeeping"), |()| ServeError::Fenced)),
        _ = looks => Err(ServeError::Unasked("the look at the lists")),
        _ = &mut partners => Err(ServeError::Unasked("the partners' listener")),
        _ = &mut pages => Err(ServeError::Unasked("the console's listener")),
    };
    // Where it was not asked for in order, whatever is under way must not be answered as done.
    let is_orderly = matches!(outcome, Ok(true));
    for stopped in handles.map(|handle| handle.stop(is_orderly)) {
        stopped.await;
    }
    outcome.map(drop)
}

/// Waits for a signal to end; gives whether open requests may end first: after SIGTERM, not after SIGINT or
/// SIGQUIT.
async fn asked_to_end() -> io::Result<bool> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut quit = signal(SignalKind::quit())?;
    Ok(tokio::select! {
        _ = terminate.recv() => true,
        _ = interrupt.recv() => false,
        _ = quit.recv() => false,
    })
}

/// The roots sign elsewhere and seldom: whoever runs the service must hear in time that something ends.
fn warn_of_ends(deps: &Deps) {
    match deps.authorities.ageing_lists(deps.now()) {
        Ok(ageing) => ageing.iter().for_each(|list| tracing::warn!("{list}")),
        Err(error) => tracing::error!(%error, "the lists of the roots could not be read"),
    }
    if let Some(advice) = deps.authorities.issuing().shortness(&deps.config.law.rules, deps.now()) {
        tracing::warn!("{advice}");
    }
}

/// Looks at the start and then every hour what ends, and what no list can hold: entries of earlier versions
/// may name such certificates, and health tells of them before anybody asks for a list. On a thread of its
/// own, which may wait for the database: the lease may not wait for it.
fn look_at_lists(deps: &Deps) {
    loop {
        warn_of_ends(deps);
        for issuer in deps.authorities.issuers() {
            if let Err(error) = issuing_list::look(deps, issuer) {
                tracing::error!(%error, "what is revoked could not be looked at");
            }
        }
        std::thread::sleep(LOOKED_AT);
    }
}

/// Renews the lease, signs checkpoints, reloads TLS material that changed. Ends with the process, or once the
/// lease is another's.
fn keep_house(deps: &Deps, tls: &PartnerTls, fenced: oneshot::Sender<()>) {
    let every = Duration::from_secs(RENEW_SECONDS.min(deps.config.checkpoints.every_seconds.max(1)));
    loop {
        std::thread::sleep(every);
        let mut db = match Db::open(&deps.config.database.url) {
            Ok(db) => db,
            Err(error) => {
                tracing::error!(%error, "the database cannot be reached");
                continue;
            }
        };
        match lease::renew(&mut db, deps.epoch, deps.now()) {
            Ok(()) => {}
            Err(error @ StoreError::Fenced) => {
                tracing::error!(%error, "the lease is lost; stopping");
                // Nobody listens any more if the service is ending anyway.
                let _ = fenced.send(());
                return;
            }
            // Held by another program, or away: as long as no other epoch stands there, the lease is ours.
            Err(error) => {
                tracing::error!(%error, "the lease could not be renewed; tried again in some seconds");
                continue;
            }
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
