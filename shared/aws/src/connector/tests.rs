use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_types::body::SdkBody;
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// A server on loopback whose certificate is of the tests' own authority. It counts its connections, refused ones included.
struct Server {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        let connections = Arc::<AtomicUsize>::default();
        tokio::spawn(Self::serve(listener, connections.clone()));
        Self { url, connections }
    }

    async fn serve(listener: TcpListener, connections: Arc<AtomicUsize>) {
        let certificate = CertificateDer::from_pem_slice(include_bytes!("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("server_key.pem")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            connections.fetch_add(1, Ordering::SeqCst);
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut request = [0; 1024];
                let size = stream.read(&mut request).await.unwrap();
                assert!(request[..size].ends_with(b"\r\n\r\nbody"));
                let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
                stream.write_all(answer).await.unwrap();
            }
        }
    }

    fn request(&self) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from("body"));
        request.set_uri(self.url.as_str()).unwrap();
        request.set_method("POST").unwrap();
        request
    }
}

/// Trusts Amazon's authorities, and as a system that trusts this one.
fn on_a_system_that_trusts(authority: &'static [u8]) -> AwsConnector {
    let amazon = connector(0, TrustStore::empty().with_pem_certificate(AMAZON));
    let system = move || connector(0, TrustStore::empty().with_pem_certificate(authority));
    AwsConnector::of(amazon, Box::new(system))
}

#[tokio::test]
async fn a_server_of_another_authority_is_served_if_the_system_trusts_it() {
    let server = Server::start().await;
    let connector = on_a_system_that_trusts(include_bytes!("authority.pem"));
    let answer = connector.call(server.request()).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(server.connections.load(Ordering::SeqCst), 2, "the first is refused");
    connector.call(server.request()).await.unwrap();
    assert_eq!(
        server.connections.load(Ordering::SeqCst),
        3,
        "from then on as the system trusts"
    );
}

#[tokio::test]
async fn a_server_that_the_system_does_not_trust_is_refused() {
    let server = Server::start().await;
    let connector = on_a_system_that_trusts(AMAZON);
    for connections in [2, 3] {
        let error = connector.call(server.request()).await.unwrap_err();
        assert!(is_unknown_issuer(&error));
        assert_eq!(server.connections.load(Ordering::SeqCst), connections);
    }
}

#[tokio::test]
async fn another_failure_is_no_reason_to_ask_the_system() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let connector = on_a_system_that_trusts(AMAZON);
    let mut request = HttpRequest::new(SdkBody::from("body"));
    request.set_uri(format!("https://localhost:{port}/")).unwrap();
    let error = connector.call(request).await.unwrap_err();
    assert!(error.is_io());
    assert!(LazyLock::get(&connector.system).is_none());
}

#[test]
fn at_first_amazons_authorities_alone_are_read() {
    assert!(LazyLock::get(&AwsConnector::new(1).system).is_none());
    let certificates = CertificateDer::pem_slice_iter(AMAZON);
    assert_eq!(certificates.filter_map(Result::ok).count(), 5);
}
