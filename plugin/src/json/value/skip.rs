//! Values that nobody reads: passed over, however deep they are nested.

use hifijson::num::Lex as _;
use hifijson::str::Lex as _;
use hifijson::token::Lex as _;
use hifijson::{Error, Expect, SliceLexer};

/// Passes a value that begins with this byte. The library's own function calls
/// itself for each level, and a guest's stack is small.
pub(super) fn value(mut next: u8, lexer: &mut SliceLexer<'_>) -> Result<(), Error> {
    // What closes the arrays and objects that are open.
    let mut open = Vec::new();
    loop {
        match next {
            b'[' | b'{' => {
                let close = if next == b'[' { b']' } else { b'}' };
                next = peek(lexer.discarded(), Expect::ValueOrEnd)?;
                if next != close {
                    open.push(close);
                    next = member(close, next, lexer)?;
                    continue;
                }
                lexer.discarded();
            }
            b'"' => lexer.discarded().str_ignore()?,
            b'-' | b'0'..=b'9' => {
                lexer.num_ignore().validate()?;
            }
            _ => {
                lexer.null_or_bool().ok_or(Expect::Value)?;
            }
        }
        // Whatever ends with this value.
        loop {
            let Some(&close) = open.last() else {
                return Ok(());
            };
            match peek(lexer, Expect::CommaOrEnd)? {
                b',' => {
                    next = peek(lexer.discarded(), Expect::Value)?;
                    next = member(close, next, lexer)?;
                    break;
                }
                end if end == close => {
                    lexer.discarded();
                    open.pop();
                }
                _ => return Err(Expect::CommaOrEnd.into()),
            }
        }
    }
}

/// The first byte of the value behind a colon.
pub(super) fn colon(lexer: &mut SliceLexer<'_>) -> Result<u8, Error> {
    let colon = lexer.expect(SliceLexer::ws_peek, b':');
    colon.ok_or(Expect::Colon)?;
    peek(lexer, Expect::Value)
}

/// The first byte of the next value in what is closed by `close`: in an object
/// its name comes before.
fn member(close: u8, next: u8, lexer: &mut SliceLexer<'_>) -> Result<u8, Error> {
    if close == b']' {
        return Ok(next);
    }
    let name = lexer.expect(|_| Some(next), b'"');
    name.ok_or(Expect::String)?;
    lexer.str_ignore()?;
    colon(lexer)
}

fn peek(lexer: &mut SliceLexer<'_>, expected: Expect) -> Result<u8, Error> {
    Ok(lexer.ws_peek().ok_or(expected)?)
}
