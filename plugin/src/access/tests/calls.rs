//! What a call learns in passing.

use super::*;

#[test]
fn given_a_call_when_refused_then_forbidden_with_the_finding_and_told_once() {
    let host = connected();
    for _ in 0..2 {
        host.answer(400, NO_RIGHT);
        let refused = call(&host, &request("GET", "3/customers/12")).unwrap_err();
        let crate::Error::Forbidden(told) = refused else {
            panic!("{refused}");
        };
        assert_eq!(told.code, "right-missing");
        assert_eq!(told.area.as_deref(), Some("customers"));
        assert_eq!(told.provider_code, "2001538");
        assert!(!told.reauthorize_helps);
        assert!(!told.remedies.is_empty());
    }
    assert_eq!(host.events(), ["access.refused"]);
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
    host.answer(200, LIST);
    call(&host, &request("GET", "3/customers")).unwrap();
    assert_eq!(host.events(), ["access.refused", "access.recovered"]);
    assert_eq!(found(&host), []);
}

#[test]
fn given_a_write_that_is_refused_when_only_reading_works_then_the_finding_stands() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    call(&host, &request("POST", "3/customers")).unwrap_err();
    host.answer(200, LIST);
    call(&host, &request("GET", "3/customers")).unwrap();
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
    host.answer(201, "{}");
    call(&host, &request("PUT", "3/customers/1")).unwrap();
    assert_eq!(found(&host), []);

    // A check only reads: that writing works again is for a write to show.
    host.answer(400, NO_RIGHT);
    call(&host, &request("POST", "3/customers")).unwrap_err();
    host.answer(200, LIST);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
}

#[test]
fn given_a_register_of_no_area_when_refused_then_it_is_told_and_recovers_by_its_path() {
    let host = connected();
    let body = r#"{"ErrorInformation":{"Message":"Saknar behörighet för leverantörsregister.","Code":2003275}}"#;
    host.answer(403, body);
    let refused = call(&host, &request("GET", "/3/Suppliers?x=1")).unwrap_err();
    assert_eq!(refused.to_string(), "forbidden: right-missing");
    assert_eq!(found(&host), [("right-missing".to_owned(), None)]);
    let title = report_of(&host).findings.remove(0).title;
    assert_eq!(title, "The user lacks a right in Fortnox: 3/suppliers");
    host.answer(200, LIST);
    call(&host, &request("GET", "3/suppliers/7")).unwrap();
    assert_eq!(
        host.last_line(),
        "3/suppliers: Fortnox accepts the access again."
    );
    assert_eq!(found(&host), []);
}

#[test]
fn given_an_answer_about_the_request_when_called_then_it_comes_back_as_it_is() {
    for (status, body) in [
        (
            404,
            r#"{"ErrorInformation":{"Message":"Kan inte hitta kunden.","Code":2000433}}"#,
        ),
        (
            400,
            r#"{"ErrorInformation":{"message":"Ogiltig parameter i anropet.","code":2000588}}"#,
        ),
        (
            400,
            r#"{"ErrorInformation":{"message":"Något nytt","code":2999999}}"#,
        ),
        (500, ""),
        (503, "<html>"),
    ] {
        let host = connected();
        host.answer(status, body);
        let answer = call(&host, &request("GET", "3/customers/1")).unwrap();
        assert_eq!(
            (answer.status, answer.body),
            (status, body.as_bytes().to_vec())
        );
        assert_eq!(host.events(), Vec::<String>::new());
        assert_eq!(found(&host), []);
    }
}

#[test]
fn given_an_answer_that_echoes_the_token_when_told_then_it_is_not() {
    let host = connected();
    let token = host.cell("grant").unwrap()["access_token"].clone();
    let token = token.as_str().unwrap();
    let message = format!("Saknar behörighet {token}");
    let body = json!({"ErrorInformation": {"message": message, "code": 2_001_538}}).to_string();
    host.answer(400, &body);
    call(&host, &request("GET", "3/customers")).unwrap_err();
    assert!(!host.last_line().contains(ACCESS), "{}", host.last_line());
    assert!(!host.cell("health").unwrap().to_string().contains(ACCESS));
}

#[test]
fn given_an_error_under_a_success_when_checked_or_called_then_it_is_an_error() {
    let host = connected();
    host.answer(200, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
    host.answer(200, NO_RIGHT);
    call(&host, &request("GET", "3/customers")).unwrap_err();
}
