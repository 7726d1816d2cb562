//! `walk`: the whole journey against the simulator, without a browser.
//!
//! Everything is real but the provider: the component in its sandbox, the
//! database, HTTP over loopback. Time is the simulator's, so that ten minutes
//! pass at once. Each step says what was expected and what was seen; the exit
//! status is zero when all agree.

mod access;
mod at_work;
mod failures;
mod journeys;
mod steps;
mod world;

use crate::arguments::Common;
use crate::failure::Failure;
use steps::Steps;
use world::World;

/// Walks all journeys.
///
/// # Errors
///
/// [`Failure::Walk`] when a step did not hold.
pub async fn run(common: &Common) -> Result<(), Failure> {
    let mut steps = Steps::new(common.json);
    let world = World::build(common).await?;
    journeys::before_anything(&world, &mut steps).await?;
    journeys::service_account(&world, &mut steps).await?;
    journeys::user_account(&world, &mut steps).await?;
    journeys::side_by_side(&world, &mut steps).await?;
    failures::at_the_provider(&world, &mut steps).await?;
    failures::on_the_way_back(&world, &mut steps).await?;
    failures::at_the_exchange(&world, &mut steps).await?;
    failures::re_authorization(&world, &mut steps).await?;
    journeys::removal(&world, &mut steps).await?;
    access::missing_right(&world, &mut steps).await?;
    at_work::user_account(&world, &mut steps).await?;
    at_work::service_account(&world, &mut steps).await?;
    steps.finish()
}
