//! The engine that runs plugins, and what keeps one call within its limits.
//!
//! Computing is measured in ticks: a thread advances the engine's epoch, and
//! each time running wasm notices, one tick is booked and the thread is handed
//! back to the executor. A wasm that is not running notices nothing, so that
//! neither waiting for the host nor a busy machine is booked.

use crate::{error::Crash, limits::Limits};
use wasmtime::{Config, Engine, ResourceLimiter, UpdateDeadline};

/// An engine for these limits, and the thread that advances its epoch for as
/// long as the engine lives.
pub(crate) fn engine(limits: &Limits) -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .max_wasm_stack(limits.stack)
        .async_stack_size(limits.stack + 1024 * 1024)
        .wasm_backtrace_max_frames(None)
        .concurrency_support(false)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false);
    let engine = Engine::new(&config)?;
    let weak = engine.weak();
    std::thread::Builder::new()
        .name("plugin-ticks".into())
        .spawn(move || {
            while let Some(engine) = weak.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(Limits::TICK);
            }
        })?;
    Ok(engine)
}

/// What one call has used so far.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    /// Since the last call of the host.
    ticks: u32,
    /// Of the whole call.
    ticks_total: u32,
    host_calls: u32,
    http_requests: u32,
    random: u64,
    log_entries: u32,
    memory: usize,
    table_elements: usize,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            ticks: 0,
            ticks_total: 0,
            host_calls: 0,
            http_requests: 0,
            random: 0,
            log_entries: 0,
            memory: 0,
            table_elements: 0,
        }
    }

    /// Books one call of a host function; computing is counted anew from here.
    pub(crate) fn host_call(&mut self) -> Result<(), Crash> {
        self.ticks = 0;
        count(
            &mut self.host_calls,
            self.limits.host_calls,
            "host functions",
        )
    }

    /// Books one HTTP request.
    pub(crate) fn http_request(&mut self) -> Result<(), Crash> {
        count(&mut self.http_requests, self.limits.http_requests, "http")
    }

    /// Books `len` random bytes.
    pub(crate) fn random(&mut self, len: u64) -> Result<usize, Crash> {
        let total = self.random.saturating_add(len);
        if len > self.limits.random_request || total > self.limits.random_total {
            return Err(Crash::Limit("random"));
        }
        self.random = total;
        usize::try_from(len).map_err(|_| Crash::Limit("random"))
    }

    /// Books one log entry; false when it is one too many. Logging never fails.
    pub(crate) fn log_entry(&mut self) -> bool {
        count(&mut self.log_entries, self.limits.log_entries, "log").is_ok()
    }

    /// Books one tick of computing.
    pub(crate) fn tick(&mut self) -> Result<UpdateDeadline, Crash> {
        self.ticks += 1;
        self.ticks_total += 1;
        let Limits { cpu, cpu_total, .. } = self.limits;
        if self.ticks > Limits::ticks(cpu) || self.ticks_total > Limits::ticks(cpu_total) {
            return Err(Crash::Deadline);
        }
        Ok(UpdateDeadline::YieldCustom(
            1,
            Box::pin(tokio::task::yield_now()),
        ))
    }
}

fn count(used: &mut u32, limit: u32, what: &'static str) -> Result<(), Crash> {
    if *used >= limit {
        return Err(Crash::Limit(what));
    }
    *used += 1;
    Ok(())
}

/// Growth beyond a limit ends the call: a guest that is merely refused would
/// panic, and the reason would be lost.
impl ResourceLimiter for Budget {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        grow(&mut self.memory, current, desired, self.limits.memory)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let limit = self.limits.table_elements;
        grow(&mut self.table_elements, current, desired, limit)
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }

    fn tables(&self) -> usize {
        self.limits.instances
    }

    fn memories(&self) -> usize {
        self.limits.instances
    }
}

fn grow(total: &mut usize, current: usize, desired: usize, limit: usize) -> wasmtime::Result<bool> {
    let grown = total.saturating_add(desired.saturating_sub(current));
    if grown > limit {
        return Err(Crash::Memory.into());
    }
    *total = grown;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Budget {
        Budget::new(Limits {
            cpu: 2 * Limits::TICK,
            cpu_total: 5 * Limits::TICK,
            host_calls: 100,
            random_request: 4,
            random_total: 10,
            log_entries: 2,
            instances: 3,
            ..Limits::default()
        })
    }

    #[test]
    fn given_random_bytes_when_asked_for_then_each_request_and_the_total_are_limited() {
        let mut budget = budget();
        assert!(budget.random(5).is_err(), "too many at once");
        assert_eq!(budget.random(4).ok(), Some(4));
        assert_eq!(budget.random(3).ok(), Some(3));
        assert!(budget.random(4).is_err(), "one more than the total");
        assert_eq!(budget.random(3).ok(), Some(3), "a refusal books nothing");
        assert!(budget.random(1).is_err());
        assert_eq!(budget.random(0).ok(), Some(0));
    }

    #[test]
    fn given_ticks_when_booked_then_between_host_calls_and_in_all_are_limited() {
        let mut budget = budget();
        for _ in 0..2 {
            assert!(budget.tick().is_ok() && budget.tick().is_ok());
            assert!(budget.host_call().is_ok());
        }
        assert!(budget.tick().is_ok(), "the fifth in all");
        assert!(matches!(budget.tick(), Err(Crash::Deadline)));

        let mut other = super::tests::budget();
        assert!(other.tick().is_ok() && other.tick().is_ok());
        assert!(matches!(other.tick(), Err(Crash::Deadline)), "a third");
    }

    #[test]
    fn given_log_entries_when_there_are_too_many_then_only_those_are_dropped() {
        let mut budget = budget();
        let kept = [(); 3].map(|()| budget.log_entry());
        assert_eq!(kept, [true, true, false]);
    }

    #[test]
    fn given_memories_when_they_grow_then_all_together_reach_the_limit_and_no_further() {
        let mut total = 0;
        assert!(grow(&mut total, 0, 6, 10).is_ok());
        assert!(grow(&mut total, 0, 4, 10).is_ok(), "just the limit");
        assert!(grow(&mut total, 4, 5, 10).is_err());
        assert_eq!(total, 10);
    }

    #[test]
    fn given_a_limit_of_instances_when_asked_then_tables_and_memories_have_the_same() {
        let budget = budget();
        let limits = [budget.instances(), budget.tables(), budget.memories()];
        assert_eq!(limits, [3; 3]);
    }
}
