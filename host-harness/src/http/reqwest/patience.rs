//! How long an exchange may take, and whether its answer is already there.
//!
//! A process that was stopped meanwhile, or a machine, finds its time over when
//! it goes on, and perhaps the answer beside it: single-use as it may be, it is
//! taken in before the time counts. What was not sent by then is not sent late.

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// Whoever looks at a clock so much too late was stopped.
const LATE: Duration = Duration::from_millis(500);

/// For so long what has arrived meanwhile is read.
const GRACE: Duration = Duration::from_secs(1);

/// The time of one exchange.
pub(super) struct Patience {
    taken: Arc<AtomicBool>,
    until: Instant,
    clock: Pin<Box<Sleep>>,
    extended: bool,
}

impl Patience {
    /// From now on.
    pub(super) fn new(time: Duration, taken: Arc<AtomicBool>) -> Self {
        let until = Instant::now() + time;
        Self {
            taken,
            until,
            clock: Box::pin(tokio::time::sleep_until(until)),
            extended: false,
        }
    }

    /// What a step comes to, unless the time is over first.
    pub(super) async fn for_<T>(
        self: &mut Pin<&mut Self>,
        step: impl Future<Output = T>,
    ) -> Option<T> {
        let mut step = std::pin::pin!(step);
        poll_fn(|context| {
            // Whatever is there counts more than the clock.
            if let Poll::Ready(done) = step.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            self.as_mut().get_mut().over(context).map(|()| None)
        })
        .await
    }

    fn over(&mut self, context: &mut Context<'_>) -> Poll<()> {
        std::task::ready!(self.clock.as_mut().poll(context));
        let late = self.until.elapsed() >= LATE;
        if self.extended || !late || !self.taken.load(Ordering::Relaxed) {
            return Poll::Ready(());
        }
        self.extended = true;
        self.clock.as_mut().reset(Instant::now() + GRACE);
        self.clock.as_mut().poll(context)
    }
}

/// The request, and whether its body was taken in order to be written. One
/// without a body counts as not taken: nothing is lost with its answer.
pub(super) fn watched(
    request: http::Request<Bytes>,
) -> (http::Request<reqwest::Body>, Arc<AtomicBool>) {
    let taken = Arc::new(AtomicBool::new(false));
    let request = request.map(|bytes| match bytes.is_empty() {
        true => reqwest::Body::from(bytes),
        false => reqwest::Body::wrap(Watched {
            bytes: Some(bytes),
            taken: taken.clone(),
        }),
    });
    (request, taken)
}

struct Watched {
    bytes: Option<Bytes>,
    taken: Arc<AtomicBool>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.taken.store(true, Ordering::Relaxed);
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.bytes.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(left).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn kept(taken: bool, stopped: Duration, answer_after: Duration) -> Option<&'static str> {
        let taken = Arc::new(AtomicBool::new(taken));
        let mut patience = std::pin::pin!(Patience::new(Duration::from_secs(20), taken));
        let step = async {
            // Nothing is looked at until the process goes on.
            tokio::time::advance(stopped).await;
            tokio::time::sleep(answer_after).await;
            "answer"
        };
        patience.for_(step).await
    }

    #[tokio::test(start_paused = true)]
    async fn given_an_answer_in_time_when_waited_for_then_it_comes() {
        let (none, in_time) = (Duration::ZERO, Duration::from_secs(19));
        assert_eq!(kept(true, none, in_time).await, Some("answer"));
        assert_eq!(kept(false, none, in_time).await, Some("answer"));
    }

    #[tokio::test(start_paused = true)]
    async fn given_a_slow_server_when_the_time_is_over_then_it_is_over() {
        let (none, slow) = (Duration::ZERO, Duration::from_millis(20_100));
        assert_eq!(kept(true, none, slow).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn given_a_process_that_was_stopped_when_the_answer_is_there_then_it_counts() {
        let (stopped, moment) = (Duration::from_secs(600), Duration::from_millis(50));
        assert_eq!(kept(true, stopped, moment).await, Some("answer"));
    }

    #[tokio::test(start_paused = true)]
    async fn given_a_process_that_was_stopped_when_nothing_was_sent_then_nothing_is_sent_late() {
        let (stopped, moment) = (Duration::from_secs(600), Duration::from_millis(50));
        assert_eq!(kept(false, stopped, moment).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn given_a_process_that_was_stopped_when_no_answer_comes_then_it_is_soon_over() {
        let stopped = Duration::from_secs(600);
        let began = Instant::now();
        assert_eq!(kept(true, stopped, Duration::from_secs(60)).await, None);
        assert_eq!(began.elapsed(), stopped + GRACE);
    }
}
