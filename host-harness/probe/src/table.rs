//! The checks, in the order in which they run.
//!
//! The order matters once: requests that are answered come before those whose
//! connection breaks, so that these go out on a connection that is in use.

use crate::{
    broken,
    check::{Check, Lapse, Round},
    durability, guard, http, keep, policy, storage,
    trial::Trial,
};

/// Every check.
pub const CHECKS: &[Check] = &[
    plain(
        "put-seen",
        "A get sees every put completed before it, with the version that the put returned.",
        storage::put_seen,
    ),
    plain(
        "get-missing",
        "A get of a cell that does not exist answers `missing`.",
        storage::get_missing,
    ),
    plain(
        "value-exact",
        "A value comes back as it was put, whatever its bytes, and also when it is empty.",
        storage::value_exact,
    ),
    plain(
        "key-exact",
        "Keys that differ in their last character alone are two cells.",
        storage::key_exact,
    ),
    plain(
        "put-absent",
        "A put under `absent` writes only where there is no cell; else it is a `conflict`.",
        storage::put_absent,
    ),
    plain(
        "put-unchanged",
        "A put under `unchanged` writes only over that version; else it is a `conflict`.",
        storage::put_unchanged,
    ),
    plain(
        "delete-unchanged",
        "A delete happens only where its precondition holds; else it is a `conflict`.",
        storage::delete_unchanged,
    ),
    plain(
        "delete-always",
        "A delete under `always` leaves no cell, and is ok where there was none.",
        storage::delete_always,
    ),
    plain(
        "version-unique",
        "A version never recurs for a key, not even after a delete.",
        storage::version_unique,
    ),
    plain(
        "age-grows",
        "The age of a cell is the time since its last write, in milliseconds.",
        storage::age_grows,
    ),
    plain(
        "guard-holds",
        "A request under a guard that holds is sent and answered.",
        guard::holds,
    ),
    plain(
        "guard-version",
        "A request whose guard names another version is not sent.",
        guard::version,
    ),
    plain(
        "guard-age",
        "A request whose guard is older than its max-age is not sent.",
        guard::age,
    ),
    plain(
        "guard-gone",
        "A request whose guard's cell is gone is not sent, and no answer is kept.",
        guard::gone,
    ),
    plain(
        "request-exact",
        "Method, headers and body reach the server as the plugin gave them.",
        http::request_exact,
    ),
    plain(
        "answer-headers",
        "A header that the server repeats is a repeated entry of the answer.",
        http::answer_headers,
    ),
    plain(
        "answer-bytes",
        "The body of an answer is as the server sent it, also when it is not text.",
        http::answer_bytes,
    ),
    plain(
        "bearer-sent",
        "A bearer token reaches the server as it is.",
        policy::bearer,
    ),
    plain(
        "client-sent",
        "The host adds its client id and secret to a request that asks for them.",
        policy::client,
    ),
    plain(
        "client-only",
        "The client's secret goes to the origins of its token and revocation endpoints alone.",
        policy::client_only,
    ),
    plain(
        "refusal-returned",
        "A refusal of the server is an answer, with its status and body.",
        http::refusal_returned,
    ),
    plain(
        "failure-returned",
        "A failure of the server is an answer, with its headers, and is not asked for again.",
        http::failure_returned,
    ),
    plain(
        "redirect-returned",
        "A redirect is returned as it is, and not followed.",
        http::redirect,
    ),
    plain(
        "port-denied",
        "A request to another port of a granted host is denied.",
        policy::port,
    ),
    plain(
        "host-denied",
        "A request to another name of a granted host is denied.",
        policy::host,
    ),
    plain(
        "userinfo-denied",
        "A request that only begins like a granted origin is denied.",
        policy::userinfo,
    ),
    plain(
        "authorization-denied",
        "A header named `authorization` is denied.",
        policy::header_authorization,
    ),
    plain(
        "headers-denied",
        "Headers that the host sets, and hop-by-hop headers, are denied.",
        policy::header_reserved,
    ),
    plain(
        "post-once",
        "A POST whose connection is reset is not repeated.",
        broken::post_once,
    ),
    plain(
        "reset-unanswered",
        "A request that the server has read is never called `not-sent`.",
        broken::reset_unanswered,
    ),
    plain(
        "close-once",
        "A POST whose connection is closed is not repeated, and never called `not-sent`.",
        broken::close_once,
    ),
    plain(
        "silence-once",
        "A POST that is not answered in time is not repeated, and never called `not-sent`.",
        broken::silence,
    ),
    plain(
        "timeout-kept",
        "A request ends with its timeout, also while the answer is still coming.",
        broken::timeout,
    ),
    plain(
        "keep-stored",
        "The body of a 2xx answer is stored under the key of `keep`.",
        keep::stored,
    ),
    plain(
        "keep-first",
        "The body is stored before `send` returns.",
        keep::first,
    ),
    plain(
        "keep-occupied",
        "A request whose `keep` names a cell that exists is not sent.",
        keep::occupied,
    ),
    plain(
        "keep-only-success",
        "The body of a refusal is not kept.",
        keep::not_refusals,
    ),
    plain(
        "keep-empty",
        "The empty body of a 2xx answer is kept.",
        keep::empty,
    ),
    plain(
        "value-fits",
        "A value as large as a kept body fits a cell.",
        keep::value_fits,
    ),
    plain(
        "get-once",
        "A GET whose connection is closed is not repeated.",
        broken::get_once,
    ),
    plain(
        "keep-part",
        "A 2xx answer that breaks off is `no-answer`, and the part that came is kept.",
        keep::part,
    ),
    killed(
        "put-durable",
        "What a put has stored survives the end of the host's process.",
        durability::put_durable,
    ),
    killed(
        "age-durable",
        "Version and age of a cell go on when the host's process has ended.",
        durability::age_durable,
    ),
    killed(
        "keep-durable",
        "What was kept survives the end of the host's process.",
        durability::keep_durable,
    ),
];

type Run = fn(&Trial<'_>) -> Result<(), Lapse>;

const fn plain(id: &'static str, duty: &'static str, run: Run) -> Check {
    Check {
        id,
        duty,
        round: Round::Plain,
        run,
    }
}

const fn killed(id: &'static str, duty: &'static str, run: Run) -> Check {
    Check {
        round: Round::Kill,
        ..plain(id, duty, run)
    }
}
