//! The floor for the agency's question: one row of the same table, looked up with actix-web and diesel and
//! nothing else.
//!
//! It has the same TLS and the same numbers of workers, blocking threads and connections as the register; it
//! has no access entry, no signature, no agreement, no log line. It runs as a process of its own.

#![expect(missing_docs, reason = "diesel's table macro writes undocumented items")]

use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context;
use clap::Args;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool, R2D2Connection};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde::Serialize;

use crate::kit::keeper::{Farewell, Keeper};
use crate::kit::program::{free_port, run};

const START: Duration = Duration::from_secs(10);
/// The numbers that `registry serve` uses.
const WORKERS: usize = 2;
const POOL: u32 = 8;
const BLOCKING_THREADS: usize = 2;

/// The arguments with which the floor is started; only the benchmark itself starts it.
#[derive(Args, Debug)]
pub struct FloorArguments {
    /// The URL of the register's database.
    #[arg(long)]
    database: String,
    /// The port on loopback.
    #[arg(long)]
    port: u16,
    /// The stem of `STEM.pem` and `STEM.key`, the certificate and key of the server.
    #[arg(long)]
    server: PathBuf,
    /// The root under which client certificates must be issued.
    #[arg(long)]
    client_root: PathBuf,
}

/// A running floor. Dropping it ends the process.
#[derive(Debug)]
pub struct Floor {
    _keeper: Keeper,
    /// The port on loopback.
    pub port: u16,
    /// The certificate that a client must trust.
    pub root: PathBuf,
}

impl Floor {
    /// Starts this same program again as the floor, on a register's database; the files of the floor are in
    /// `folder`.
    ///
    /// # Errors
    /// If it does not become ready.
    pub fn start(folder: &Path, database: &str, client_root: &Path) -> anyhow::Result<Self> {
        make_certificate(folder)?;
        let (port, stem) = (free_port()?, folder.join("floor"));
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["floor", "--database", database, "--port", &port.to_string()]);
        command.arg("--server").arg(&stem).arg("--client-root").arg(client_root);
        let mut keeper = Keeper::start(&command, Farewell::Terminate, &folder.join("floor.log"), None)?;
        keeper.wait_until(START, || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok())?;
        Ok(Floor { _keeper: keeper, port, root: stem.with_extension("pem") })
    }
}

/// A self-signed certificate for `localhost`, with the same kind of key as the register's listener has.
fn make_certificate(folder: &Path) -> anyhow::Result<()> {
    // Debian's own configuration of openssl would make it an authority.
    std::fs::write(folder.join("floor.cnf"), "[req]\ndistinguished_name = name\n[name]\n")?;
    let line = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -config floor.cnf \
                -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout floor.key -out floor.pem";
    run(Command::new("openssl").args(line.split_whitespace()).current_dir(folder)).map(drop)
}

/// Serves until SIGTERM.
///
/// # Errors
/// If the listener or the database cannot be opened.
pub fn serve(arguments: &FloorArguments) -> anyhow::Result<()> {
    match arguments.database.strip_prefix("sqlite://") {
        Some(path) => serve_from::<SqliteConnection>(arguments, path),
        None => serve_from::<PgConnection>(arguments, &arguments.database),
    }
}

fn serve_from<C: LookUp>(arguments: &FloorArguments, url: &str) -> anyhow::Result<()> {
    let pool =
        Pool::builder().max_size(POOL).test_on_check_out(false).build(ConnectionManager::<C>::new(url))?;
    let tls = server_tls(&arguments.server, &arguments.client_root)?;
    let pool = web::Data::new(pool);
    let server = HttpServer::new(move || {
        App::new().app_data(pool.clone()).route("/persons/{number}", web::get().to(answer::<C>))
    });
    let server = server
        .workers(WORKERS)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .shutdown_timeout(1)
        .bind_rustls_0_23(("127.0.0.1", arguments.port), tls)?;
    actix_web::rt::System::new().block_on(server.run()).context("serving the floor")
}

fn server_tls(stem: &Path, client_root: &Path) -> anyhow::Result<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(client_root)?)?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build()?;
    let chain = vec![CertificateDer::from_pem_file(stem.with_extension("pem"))?];
    let key = PrivateKeyDer::from_pem_file(stem.with_extension("key"))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

async fn answer<C: LookUp>(
    pool: web::Data<Pool<ConnectionManager<C>>>,
    number: web::Path<String>,
) -> actix_web::Result<HttpResponse> {
    let found = web::block(move || {
        let mut connection = pool.get().map_err(Error::other)?;
        C::look_up(&mut connection, &number).map_err(Error::other)
    })
    .await??;
    Ok(match found {
        Some(person) => HttpResponse::Ok().json(person),
        None => HttpResponse::NotFound().finish(),
    })
}

diesel::table! {
    person (national_number) {
        national_number -> Nullable<Text>,
        clan_name -> Nullable<Text>,
        parent_name -> Nullable<Text>,
        given_name -> Text,
        born_on -> Text,
        life_cycle -> Text,
    }
}

/// The columns that an answer to an agency may need.
#[derive(Debug, Queryable, Selectable, Serialize)]
#[diesel(table_name = person)]
struct Row {
    national_number: Option<String>,
    clan_name: Option<String>,
    parent_name: Option<String>,
    given_name: String,
    born_on: String,
    life_cycle: String,
}

/// Looks one row up by number, on diesel's own connection of the engine.
trait LookUp: R2D2Connection + Send + 'static {
    fn look_up(&mut self, number: &str) -> QueryResult<Option<Row>>;
}

macro_rules! look_up {
    ($($connection:ty),+) => {
        $(impl LookUp for $connection {
            fn look_up(&mut self, number: &str) -> QueryResult<Option<Row>> {
                let of_number = person::table.filter(person::national_number.eq(number));
                of_number.select(Row::as_select()).first(self).optional()
            }
        })+
    };
}
look_up!(SqliteConnection, PgConnection);
