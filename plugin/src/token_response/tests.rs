//! Whole answers, wrong ones, and what is left of damaged ones.

use proptest::prelude::*;

use super::*;

const WHOLE: &str = r#"{"access_token":"aa.bb.cc","expires_in":3600,"token_type":"bearer","scope":"customer project","refresh_token":"r1","extra":{"a":[1]}}"#;

fn with(member: &str, value: &str) -> TokenResponse {
    let mut members: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(WHOLE).unwrap();
    members.remove(member);
    let rest = serde_json::Value::Object(members).to_string();
    let body = format!("{{{member:?}:{value},{}", rest.trim_start_matches('{'));
    TokenResponse::read(body.as_bytes())
}

#[test]
fn a_whole_answer_is_usable() {
    let usable = TokenResponse::read(WHOLE.as_bytes()).usable().unwrap();
    assert_eq!(usable.access_token.secret(), "aa.bb.cc");
    assert_eq!(usable.refresh_token.unwrap().secret(), "r1");
    assert_eq!(usable.life, Duration::from_secs(3600));
    assert_eq!(usable.scopes.unwrap(), ["customer", "project"]);
}

#[test]
fn a_member_that_nobody_reads_spoils_nothing() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(9_000), close.repeat(9_000));
    for value in [
        r#""\ud800""#.to_owned(),
        r#"{"\udc00":["\ud800"],"a":{}}"#.to_owned(),
        "1e400".to_owned(),
        "[ 1 , -2.5e+3 , [ ] , { } , null , { \"a\" : [ true , false ] } ]".to_owned(),
        deep("[", "]"),
        deep(r#"{"a":["#, "]}"),
    ] {
        let usable = with("extra", &value).usable();
        assert!(usable.is_some(), "{:.40}", value);
    }
    for value in [
        "[1 2]", "[1,]", "{\"a\"}", "{\"a\":}", "{1:2}", "[}", "{]", "nul", "01", "\"\\x\"", "[",
        "{\"a\":1",
    ] {
        let response = with("extra", value);
        assert!(response.usable().is_none(), "{value}");
        assert!(response.refresh_token().is_some(), "{value}");
    }
}

#[test]
fn a_zero_within_a_token_is_not_taken_out_of_it() {
    let body = WHOLE.replace("r1", "r\u{0}1");
    let response = TokenResponse::read(body.as_bytes());
    assert!(response.refresh_token().is_none() && response.usable().is_none());
}

#[test]
fn a_refresh_token_that_is_none_is_told_from_one_that_is_not_there() {
    for value in [r#""""#, r#"" ""#, "7", "{}"] {
        assert!(
            with("refresh_token", value).spoils_refresh_token(),
            "{value}"
        );
    }
    assert!(!with("refresh_token", "null").spoils_refresh_token());
    assert!(!TokenResponse::read(WHOLE.as_bytes()).spoils_refresh_token());
    assert!(!TokenResponse::read(b"{}").spoils_refresh_token());
}

#[test]
fn a_wrong_or_missing_access_token_or_type_makes_it_unusable() {
    let wrong = [
        "null",
        "true",
        "1",
        "[]",
        "{}",
        r#""""#,
        r#"" ""#,
        r#""a b""#,
        r#""å""#,
        r#""a\u0000""#,
    ];
    for value in wrong {
        assert!(with("access_token", value).usable().is_none(), "{value}");
        let salvaged = with("access_token", value).refresh_token();
        assert_eq!(salvaged.unwrap().secret(), "r1", "{value}");
        if value != r#""""# {
            assert!(with("token_type", value).usable().is_none(), "{value}");
        }
    }
    assert!(with("token_type", r#""mac""#).usable().is_none());
    assert!(with("token_type", r#""BeArEr""#).usable().is_some());
    assert!(
        TokenResponse::read(br#"{"access_token":"a"}"#)
            .usable()
            .is_none()
    );
}

#[test]
fn a_wrong_refresh_token_is_left_out_and_the_rest_used() {
    for value in ["null", "1", r#""""#, r#"" ""#, r#""a\nb""#, "[\"r\"]"] {
        let response = with("refresh_token", value);
        assert!(response.refresh_token().is_none(), "{value}");
        assert!(
            response.usable().unwrap().refresh_token.is_none(),
            "{value}"
        );
    }
}

#[test]
fn a_life_is_read_from_any_number_and_kept_within_limits() {
    let cases = [
        ("3600", 3600),
        ("\"3600\"", 3600),
        ("1800.9", 1800),
        ("\" 1800.9 \"", 1800),
        ("-5", 60),
        ("0", 60),
        ("1e12", 86_400),
        ("18446744073709551616", 86_400),
        ("604800", 86_400),
        ("1.2e2", 120),
        ("12000E-2", 120),
        ("0.018e+5", 1800),
        ("-1e3", 60),
        ("1e-3", 60),
        ("1e99999999999999999999", 3600),
        ("\"3600s\"", 3600),
        ("\".5\"", 3600),
        ("\"+3600\"", 3600),
        ("\"soon\"", 3600),
        ("\"NaN\"", 3600),
        ("null", 3600),
        ("[]", 3600),
    ];
    for (value, seconds) in cases {
        let life = with("expires_in", value).usable().unwrap().life;
        assert_eq!(life, Duration::from_secs(seconds), "{value}");
    }
}

#[test]
fn scopes_are_read_from_text_or_list_and_absence_is_kept_apart() {
    let scopes = |value| with("scope", value).usable().unwrap().scopes;
    assert_eq!(scopes(r#""a  b""#).unwrap(), ["a", "b"]);
    assert_eq!(scopes(r#"["a","b",1]"#).unwrap(), ["a", "b"]);
    assert_eq!(scopes(r#""""#).unwrap(), Vec::<String>::new());
    assert_eq!(scopes("null"), None);
    let long = format!("\"a {} c\"", "b".repeat(101));
    assert_eq!(
        with("scope", &long).usable().unwrap().scopes.unwrap(),
        ["a", "c"]
    );
}

#[test]
fn a_member_that_is_repeated_is_not_trusted() {
    for member in ["access_token", "token_type"] {
        let body = WHOLE.replacen('{', &format!("{{{member:?}:\"bearer\","), 1);
        assert!(
            TokenResponse::read(body.as_bytes()).usable().is_none(),
            "{member}"
        );
    }
}

#[test]
fn of_a_refresh_token_that_is_repeated_the_last_is_taken() {
    for (first, expected) in [("r0", "r1"), ("r1", "r1")] {
        let body = format!("{{\"refresh_token\":\"{first}\",");
        let body = WHOLE.replacen('{', &body, 1);
        let read = TokenResponse::read(body.as_bytes());
        assert_eq!(read.refresh_token().unwrap().secret(), expected);
        assert!(read.usable().is_none() && !read.spoils_refresh_token());
    }
}

#[test]
fn a_token_with_spaces_around_it_is_taken_without() {
    let read = with("refresh_token", "\" r2\\n\"");
    assert_eq!(read.refresh_token().unwrap().secret(), "r2");
    let read = with("access_token", "\" aa \"");
    assert_eq!(read.usable().unwrap().access_token.secret(), "aa");
}

#[test]
fn a_mark_of_its_encoding_does_not_spoil_an_answer() {
    let marked = [b"\xef\xbb\xbf", WHOLE.as_bytes()].concat();
    assert!(TokenResponse::read(&marked).usable().is_some());
    for (mark, order) in [
        (b"\xff\xfe", u16::to_le_bytes as fn(u16) -> [u8; 2]),
        (b"\xfe\xff", u16::to_be_bytes),
    ] {
        let wide = WHOLE.encode_utf16().flat_map(order);
        let body: Vec<u8> = mark.iter().copied().chain(wide).collect();
        assert!(TokenResponse::read(&body).usable().is_some());
    }
}

#[test]
fn whatever_is_damaged_before_it_a_whole_refresh_token_is_found() {
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let long = "9".repeat(400);
    let bodies = [
        r#"<b>Notice</b>: x {"refresh_token":"r1"}"#.to_owned(),
        r#"[{"access_token":"a","refresh_token":"r1"}]"#.to_owned(),
        r"{'access_token':'a','refresh_token':'r1'}".to_owned(),
        r#"{"expires_in":1e400,"refresh_token" : "r1"}"#.to_owned(),
        format!(r#"{{"expires_in":{long}e{long},"refresh_token":"r1"}}"#),
        r#"{"expires_in":NaN,"refresh_token":"r1"}"#.to_owned(),
        r#"{"scope":"\ud800","refresh_token":"r1"}"#.to_owned(),
        r#"{"\ud800":1,"refresh_token":"r1"}"#.to_owned(),
        "{\"x\":\"a\nb\",\"refresh_token\":\"r1\"}".to_owned(),
        format!(r#"{{"scope":{deep},"refresh_token":"r1"}}"#),
        r#"{"x":"#.to_owned() + r#","refresh_token":"r0","refresh_token":"r1""#,
    ];
    for body in bodies {
        let read = TokenResponse::read(body.as_bytes());
        let token = read.refresh_token();
        assert_eq!(
            token.map(RefreshToken::into_secret).as_deref(),
            Some("r1"),
            "{body}"
        );
        assert!(read.usable().is_none(), "{body}");
    }
    for body in [
        r#"{"x":,"refresh_token":"r1"#,
        r#"{"x":,"refresh_token":"r\u0031""#,
        r#"{"x":,"refresh_token":"r 1""#,
        r#"{"x":,"refresh_token":7"#,
        r#"{"x":,"refresh_token""#,
        r#"{"x":,"error_description":"\"refresh_token\":\"r1\"""#,
    ] {
        assert!(
            TokenResponse::read(body.as_bytes())
                .refresh_token()
                .is_none(),
            "{body}"
        );
    }
}

#[test]
fn an_error_wins_over_a_token() {
    let response = with("error", r#""invalid_grant""#);
    assert!(response.usable().is_none());
    assert_eq!(response.refusal(&[]).unwrap().code, "invalid_grant");
    assert!(with("error", "{}").refusal(&[]).is_some());
    assert!(with("error", "null").refusal(&[]).is_none());
    let words = TokenResponse::read(
        br#"{"error":"invalid_client","error_description":"The client <b>credentials</b> are\r\ninvalid"}"#,
    );
    assert_eq!(
        words.refusal(&[]).unwrap().message,
        "The client ‹b›credentials‹/b› are invalid"
    );
}

#[test]
fn a_body_that_is_no_token_answer_holds_nothing() {
    let bodies: [&[u8]; 8] = [
        b"",
        b" ",
        b"<html><body>Logga in</body></html>",
        b"[]",
        b"null",
        b"\"access_token\"",
        b"\xff\xfe\x00",
        b"{",
    ];
    for body in bodies {
        let response = TokenResponse::read(body);
        assert!(response.usable().is_none());
        assert!(response.refresh_token().is_none());
        assert!(response.refusal(&[]).is_none());
    }
}

#[test]
fn what_follows_or_spoils_the_object_makes_it_unusable_but_salvageable() {
    for body in [format!("{WHOLE} x"), format!("{WHOLE}{WHOLE}")] {
        let response = TokenResponse::read(body.as_bytes());
        assert!(response.usable().is_none());
        assert!(response.refresh_token().is_some());
    }
    let mut body = br#"{"name":""#.to_vec();
    body.extend(b"\xff\xfe");
    body.extend(br#"","refresh_token":"r1","access_token":""#);
    body.extend(b"\xff\"}");
    let response = TokenResponse::read(&body);
    assert_eq!(response.refresh_token().unwrap().secret(), "r1");
    assert!(response.usable().is_none());
}

#[test]
fn depth_is_no_danger() {
    let deep = format!(r#"{{"refresh_token":"r1","x":{}"#, "[".repeat(100_000));
    assert!(
        TokenResponse::read(deep.as_bytes())
            .refresh_token()
            .is_some()
    );
    let deep = format!(r#"{{"refresh_token":"r1","scope":{}"#, "[".repeat(100_000));
    assert!(
        TokenResponse::read(deep.as_bytes())
            .refresh_token()
            .is_some()
    );
}

#[test]
fn a_token_of_32_kib_is_taken_and_a_longer_one_is_not() {
    let of = |length: usize| format!("\"{}\"", "a".repeat(length));
    assert!(with("access_token", &of(32 * 1024)).usable().is_some());
    assert!(with("access_token", &of(32 * 1024 + 1)).usable().is_none());
}

#[test]
fn debug_shows_no_token() {
    let response = TokenResponse::read(WHOLE.as_bytes());
    assert!(format!("{response:?}").contains("refresh_token: [redacted]"));
    let shown = format!("{response:?} {:?}", response.usable());
    assert!(
        !shown.contains("aa.bb.cc") && !shown.contains("r1"),
        "{shown}"
    );
}

#[test]
fn wherever_the_answer_is_cut_a_refresh_token_that_is_whole_is_found() {
    let end = WHOLE.find("\"r1\"").unwrap() + "\"r1\"".len();
    for cut in 0..WHOLE.len() {
        let response = TokenResponse::read(&WHOLE.as_bytes()[..cut]);
        assert!(response.usable().is_none(), "cut at {cut}");
        assert_eq!(
            response.refresh_token().is_some(),
            cut >= end,
            "cut at {cut}"
        );
    }
}

proptest! {
    #[test]
    fn no_body_makes_it_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let response = TokenResponse::read(&body);
        prop_assert!(response.usable().is_none() || response.whole);
    }

    #[test]
    fn a_life_is_always_within_limits(value in any::<f64>()) {
        let life = with("expires_in", &serde_json::Value::from(value).to_string()).life();
        prop_assert!((60..=86_400).contains(&life.as_secs()));
    }
}
