//! [`Http`] as a transport of alloy, so that alloy's clients are bound by the same limits.

use std::task::{Context, Poll};

use alloy::{
    rpc::json_rpc::{RequestPacket, ResponsePacket},
    transports::{TransportError, TransportErrorKind, TransportFut},
};
use tower_service::Service;

use super::{
    Http,
    fault::{Course, Fault},
};

impl Service<RequestPacket> for Http {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, packet: RequestPacket) -> Self::Future {
        let this = self.clone();
        Box::pin(async move { this.send(&packet).await.map_err(transport_error) })
    }
}

/// alloy's layers decide by the kind of error whether to send again.
fn transport_error(fault: Fault) -> TransportError {
    match fault {
        Fault::Status { status, retry_after, said } => {
            TransportErrorKind::http_error_with_retry_after(status, said, retry_after)
        }
        fault if fault.course() == Course::Never => TransportErrorKind::non_retryable(fault),
        fault => TransportErrorKind::custom(fault),
    }
}
