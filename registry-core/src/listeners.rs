//! The two listeners, plain HTTP and TLS: the same limits for both, and each connection keeps pace
//! ([`pace`]).
//! actix-web's own `HttpServer` times only the head of a connection's first request, and lets nobody between
//! itself and the connection. Therefore its parts are put together here: accept, TLS, pace, HTTP/1.1.

pub mod pace;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Request};
use actix_server::{GracefulShutdownSignal, Server, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_tls::accept::rustls_0_23::{Acceptor, TlsStream};
use actix_tls::accept::{TlsError, max_concurrent_tls_connect};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Extensions, Service, ServiceResponse};
use actix_web::rt::net::TcpStream;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};

use self::pace::{Paced, Times};
use crate::config::Config;
use crate::descriptors;

/// Threads of a listener.
const WORKERS: usize = 2;
/// Seconds in which open requests may end after SIGTERM.
const DRAIN_SECONDS: u64 = 10;
/// How long a connection may do nothing between two requests.
const IDLE: Duration = Duration::from_secs(5);
/// How long the other end may take to let a connection end.
const PARTING: Duration = Duration::from_secs(1);
/// How long a client may take nothing of an answer, as a multiple of the time for a head: on a slow line the
/// system's buffers empty in large steps.
const ANSWER_HEADS: u32 = 6;

/// What a listener has room for.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Connections at once. Others wait until one of these ends.
    pub connections: usize,
    /// How long a client may take.
    times: Times,
    /// Threads of each worker that wait for the database.
    blocking: usize,
}

impl Room {
    /// One of two listeners, with so many file descriptors for the whole process.
    pub fn of(config: &Config, descriptors: u64) -> Room {
        let pool = config.database.pool;
        let connections = descriptors::connections_a_listener(descriptors, pool);
        let head = Duration::from_secs(config.limits.request_seconds);
        Room {
            connections: usize::try_from(connections).unwrap_or(usize::MAX),
            times: Times { head, between: IDLE, answer: ANSWER_HEADS * head },
            blocking: (pool as usize / (2 * WORKERS)).max(1),
        }
    }

    fn connections_a_worker(self) -> usize {
        self.connections / WORKERS
    }

    fn builder(self) -> ServerBuilder {
        Server::build()
            .workers(WORKERS)
            .worker_max_blocking_threads(self.blocking)
            .max_concurrent_connections(self.connections_a_worker())
            .shutdown_timeout(DRAIN_SECONDS)
            // `serve` hears them: it must know whether an end was asked for.
            .disable_signals()
    }
}

/// What listeners serve: an application of actix-web.
pub trait Application:
    ServiceFactory<
        Request,
        Config = AppConfig,
        Response = ServiceResponse<<Self as Application>::Body>,
        Error = actix_web::Error,
        InitError = (),
        Service: Service<Request, Future: 'static> + 'static,
    > + 'static
{
    /// Of its answers.
    type Body: MessageBody + 'static;
}

impl<A, B> Application for A
where
    A: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
            Service: Service<Request, Future: 'static> + 'static,
        > + 'static,
    B: MessageBody + 'static,
{
    type Body = B;
}

/// Listens with plain HTTP.
///
/// # Errors
/// The address cannot be listened on.
pub fn plain<F, I, A>(address: &str, room: Room, app: F) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<A, Request>,
    A: Application,
{
    let builder = room.builder();
    let ending = builder.graceful_shutdown_signal();
    let listening = builder.bind("plain", address, move || {
        let connected = move |stream: TcpStream| async move {
            let peer = stream.peer_addr().ok();
            Ok::<_, DispatchError>((Paced::new(stream, room.times), peer))
        };
        fn_service(connected).and_then(http(app(), room, ending.clone(), |_: &TcpStream, _| ()))
    });
    Ok(listening?.run())
}

/// Listens with TLS; `connected` puts what the handshake told into the connection's data.
///
/// # Errors
/// The address cannot be listened on.
pub fn over_tls<F, I, A, C>(
    address: &str,
    room: Room,
    config: ServerConfig,
    connected: C,
    app: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<A, Request>,
    A: Application,
    C: Fn(&TlsStream<TcpStream>, &mut Extensions) + Send + Clone + 'static,
{
    // Clients that begin a handshake and abandon it must not keep others from theirs.
    max_concurrent_tls_connect(room.connections_a_worker());
    let builder = room.builder();
    let ending = builder.graceful_shutdown_signal();
    let listening = builder.bind("tls", address, move || {
        let shaken = move |stream: TlsStream<TcpStream>| async move {
            let peer = stream.get_ref().0.peer_addr().ok();
            Ok((Paced::new(stream, room.times), peer))
        };
        Acceptor::new(config.clone())
            .map_err(TlsError::into_service_error::<DispatchError>)
            .and_then(shaken)
            .and_then(http(app(), room, ending.clone(), connected.clone()).map_err(TlsError::Service))
    });
    Ok(listening?.run())
}

/// HTTP/1.1 on connections of one kind.
fn http<T, I, A>(
    app: I,
    room: Room,
    ending: GracefulShutdownSignal,
    connected: impl Fn(&T, &mut Extensions) + 'static,
) -> impl ServiceFactory<
    (Paced<T>, Option<SocketAddr>),
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
>
where
    T: AsyncRead + AsyncWrite + Unpin + 'static,
    I: IntoServiceFactory<A, Request>,
    A: Application,
{
    let app = app.into_factory().map_err(|error: actix_web::Error| error.error_response());
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let ending = ending.clone();
            async move { ending.notified().await }
        })
        .keep_alive(IDLE)
        // A connection's first head is answered by 408; any later one only ends with its connection.
        .client_request_timeout(room.times.head)
        .client_disconnect_timeout(PARTING)
        .on_connect_ext(move |paced: &Paced<T>, data: &mut Extensions| {
            data.insert(paced.pace());
            connected(paced.stream(), data);
        })
        .h1(map_config(app, |()| AppConfig::default()))
}
