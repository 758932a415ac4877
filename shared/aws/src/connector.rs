//! Connections to AWS, and the certificate authorities that they trust.

use std::error::Error;
use std::io;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use rustls::{CertificateError, Error as TlsError};

const AMAZON: &[u8] = include_bytes!("amazon_trust_services.pem");

/// A connection that is not there after a second will not come: better to try another one while there is time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Connects to AWS as one who trusts what the system trusts. Nearly all of AWS has its certificates from Amazon's own authorities,
/// and reading the system's, about 150, is a third of a function's start: they are read when a server turns up for whom
/// none of Amazon's vouches (in another partition, behind a proxy, at an endpoint of one's own).
#[derive(Clone, Debug)]
pub(crate) struct AwsConnector {
    amazon: SharedHttpConnector,
    /// Made when it is needed, and used for all calls from then on.
    system: Arc<LazyLock<SharedHttpConnector, Make>>,
}

type Make = Box<dyn FnOnce() -> SharedHttpConnector + Send>;

impl AwsConnector {
    /// A connector that keeps at most so many idle connections to one host.
    pub(crate) fn new(max_idle_connections: usize) -> Self {
        let amazon = TrustStore::empty().with_pem_certificate(AMAZON);
        let amazon = connector(max_idle_connections, amazon);
        Self::of(
            amazon,
            Box::new(move || connector(max_idle_connections, TrustStore::default())),
        )
    }

    fn of(amazon: SharedHttpConnector, make_system: Make) -> Self {
        let system = Arc::new(LazyLock::new(make_system));
        Self { amazon, system }
    }

    async fn send(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        if let Some(system) = LazyLock::get(&self.system) {
            return system.call(request).await;
        }
        let again = request.try_clone();
        match (self.amazon.call(request).await, again) {
            // Nothing was sent yet: the server was refused while the connection was made.
            (Err(error), Some(again)) if is_unknown_issuer(&error) => self.system.call(again).await,
            (answer, _) => answer,
        }
    }
}

impl HttpConnector for AwsConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().send(request))
    }
}

fn connector(max_idle_connections: usize, trusted: TrustStore) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT);
    let connector = Connector::builder()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .connector_settings(settings.build())
        .pool_max_idle_per_host(max_idle_connections);
    let tls = TlsContext::builder().with_trust_store(trusted).build();
    SharedHttpConnector::new(match tls {
        Ok(tls) => connector.tls_context(tls).build(),
        Err(_) => connector.build(),
    })
}

/// Whether a connection failed because no trusted authority vouches for the server. An I/O error does not name what it holds as
/// its source.
fn is_unknown_issuer(error: &(dyn Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<TlsError>() {
        return *error == TlsError::InvalidCertificate(CertificateError::UnknownIssuer);
    }
    match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().is_some_and(|held| is_unknown_issuer(held)),
        None => error.source().is_some_and(is_unknown_issuer),
    }
}

#[cfg(test)]
mod tests;
