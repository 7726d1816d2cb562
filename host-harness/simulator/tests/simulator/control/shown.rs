//! What the page shows.

use fortnox_simulator::cast::{company, person};
use http::Method;

use super::{are_different, command, now, page, texts_after};
use crate::support::{bench, header, json, text};

#[tokio::test]
async fn given_the_page_when_opened_then_it_names_people_companies_and_app_but_no_secret() {
    let bench = bench(|_| {}).await;
    let page = page(&bench).await;
    for text in [
        "<html lang=\"en\">",
        "Simulator",
        "This is not Fortnox",
        "anna.admin",
        "Rut Rättslös",
        "agency consultant",
        "1234571, Bokföring, Kundfaktura, Order",
        "1234576, Kundfaktura<",
        "SimKlient123",
        "Nothing has happened yet",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("SimHemlig1") && !page.contains("<script"));
    assert_eq!(now(&page), "Everything as Fortnox does it");
}

#[tokio::test]
async fn given_the_page_when_sent_then_nothing_may_frame_it_or_run_in_it() {
    let bench = bench(|_| {}).await;
    let url = bench.sim.control_page().clone();
    let reply = bench.send(Method::GET, url, &[], None).await;
    let policy = header(&reply.headers, "content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(header(&reply.headers, "cache-control"), Some("no-store"));
    assert_eq!(
        header(&reply.headers, "x-content-type-options"),
        Some("nosniff")
    );
    let style = bench.sim.control_page().join("simulator.css").unwrap();
    let style = bench.send(Method::GET, style, &[], None).await;
    let media_type = header(&style.headers, "content-type");
    assert_eq!(media_type, Some("text/css; charset=utf-8"));
}

/// The rows of a section's table that hold any of these remarks, by name.
fn remarked<'a>(page: &'a str, section: &str, remarks: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let start = format!("<section class=\"card\" id=\"{section}\"");
    let section = page.split(&start).nth(1).unwrap();
    let table = section.split("</table>").next().unwrap();
    let rows = table.split("<th scope=\"row\">").skip(1);
    rows.flat_map(|row| {
        let name = row.split('<').next().unwrap().trim();
        let held = remarks.iter().filter(|remark| row.contains(**remark));
        held.map(move |remark| (name, *remark))
    })
    .collect()
}

#[tokio::test]
async fn given_companies_and_people_when_shown_then_only_what_is_amiss_is_remarked() {
    let bench = bench(|_| {}).await;
    let opening = page(&bench).await;
    let locked = ("Låst AB", ">locked<");
    let conditions = [
        ">locked<",
        "lacks the licence “Integration”",
        "has not bought the app",
    ];
    assert_eq!(
        remarked(&opening, "companies", &conditions),
        [
            locked,
            ("Utan Integration AB", conditions[1]),
            ("Utan App AB", conditions[2]),
        ]
    );
    let licence = "no personal licence “Integration”<";
    let right = "no right to customers, projects, suppliers, supplier invoices<";
    let found = remarked(
        &opening,
        "people",
        &["no personal", licence, "no right", right],
    );
    let (lena, rut) = ("Lena Licenslös", "Rut Rättslös");
    assert_eq!(
        found,
        [
            (rut, "no right"),
            (rut, right),
            (lena, "no personal"),
            (lena, licence)
        ]
    );

    command(&bench, "scenario", &[("scenario", "locked-company")]).await;
    let all_locked = page(&bench).await;
    let found = remarked(&all_locked, "companies", &[">locked<"]);
    assert_eq!(found.len(), 8, "{found:?}");
}

#[tokio::test]
async fn given_the_page_when_chosen_from_then_no_two_choices_of_a_list_read_alike() {
    let bench = bench(|_| {}).await;
    let page = page(&bench).await;
    let lists = page.split("<select").skip(1);
    let mut lengths = Vec::new();
    for list in lists.filter_map(|list| list.split("</select>").next()) {
        let options = list.split("<option").skip(1);
        let options: Vec<&str> = options
            .filter_map(|option| option.split('>').nth(1)?.split('<').next())
            .collect();
        assert!(are_different(&options), "{options:?}");
        lengths.push(options.len());
    }
    // All memberships, and the invitation to choose.
    assert!(lengths.contains(&15), "{lengths:?}");
    assert!(are_different(&texts_after(&page, "<legend>")));
}

#[tokio::test]
async fn given_a_life_of_tokens_when_shown_then_numbered_and_without_their_values() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    let first = json(&bench.exchange(&code).await);
    let second = json(&bench.refresh(text(&first, "refresh_token")).await);
    bench
        .revoke(&[("token", text(&second, "refresh_token"))])
        .await;
    bench.refresh("a-foreign-value").await;
    let token = text(&first, "access_token");
    bench
        .api(token, Method::GET, "projects?limit=1", None)
        .await;
    bench.api("x", Method::GET, "customers", None).await;
    let shown = page(&bench).await;
    for line in [
        "Code 1 spent",
        "Access token 2 minted",
        "Refresh token 1 spent",
        "Refresh token 2 minted",
        "Refresh token 2 delivered",
        "Refresh token 2 revoked",
        "by the client",
        "Token request authorization_code",
        "refused: invalid_grant, Invalid refresh token; it was never minted",
        "Exempel AB (1234567), anna.admin: companyinformation customer",
        "GET /3/projects?limit=1",
        "Exempel AB (1234567): 400, 2000663",
        "nobody: 401<",
        "2027-01-15 08:00:00",
    ] {
        assert!(shown.contains(line), "{line}");
    }
    let row = |kind: &str, numbers: [u8; 3]| {
        let [minted, spent, revoked] = numbers;
        format!("{kind}</th><td>{minted}</td><td>{spent}</td><td>{revoked}</td>")
    };
    for row in [
        row("Code", [1, 1, 0]),
        row("Access token", [2, 0, 0]),
        row("Refresh token", [2, 1, 1]),
    ] {
        assert!(shown.contains(&row), "{row}");
    }
    // Newest first.
    assert!(shown.find("Refresh token 2 revoked") < shown.find("Code 1 spent"));
    for value in [
        code.as_str(),
        text(&first, "access_token"),
        text(&first, "refresh_token"),
        text(&second, "refresh_token"),
        "a-foreign-value",
    ] {
        assert!(!shown.contains(value));
    }
}

#[tokio::test]
async fn given_names_as_markup_when_shown_then_escaped() {
    let bench = bench(|_| {}).await;
    bench
        .sim
        .change_app(|app| app.name = "<img src=1>".to_owned());
    bench.sim.cast(|cast| {
        cast.company_mut(company::EXEMPEL).unwrap().name = "<img src=2>".to_owned();
        cast.person_mut(person::ADMIN).unwrap().name = "\"><img src=3>".to_owned();
    });
    let grant = [("grant_type", "<img src=4>")];
    bench.token(&grant).await;
    let shown = page(&bench).await;
    assert!(!shown.contains("<img"));
    for number in 1..=4 {
        assert!(shown.contains(&format!("img src={number}")), "{number}");
    }
}
