//! Four functions of the C library, in place of wasi-libc's.
//!
//! The standard library refers to them for panics only, but through wasi-libc
//! each drags in a dozen imports (streams, environment, terminal, exit) that a
//! host would have to grant, or an allocator of its own. With these the component imports the contract and
//! nothing else; a test holds the exact list. Should a toolchain stop resolving
//! them here, the component merely imports more.

#![allow(unsafe_code, missing_docs)]

use core::ffi::{c_char, c_int, c_void};

/// Panic messages end here. They are not written anywhere: a message can hold
/// data, and the trap that follows tells the host enough.
#[unsafe(no_mangle)]
extern "C" fn write(_descriptor: c_int, _bytes: *const c_void, length: usize) -> isize {
    isize::try_from(length).unwrap_or(isize::MAX)
}

/// There is no environment.
#[unsafe(no_mangle)]
extern "C" fn getenv(_name: *const c_char) -> *mut c_char {
    core::ptr::null_mut()
}

/// There is no working directory.
#[unsafe(no_mangle)]
extern "C" fn getcwd(_buffer: *mut c_char, _size: usize) -> *mut c_char {
    core::ptr::null_mut()
}

/// Ends the instance; the host sees a trap.
#[unsafe(no_mangle)]
extern "C" fn abort() -> ! {
    core::arch::wasm32::unreachable()
}
