//! Times as people read them.
//!
//! A server does not know its visitors' clocks without a script, so all times
//! are in the one civil time of the companies it serves.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::locale::Locale;

/// Sweden and Norway share it.
const ZONE: TimeZone = jiff::tz::get!("Europe/Stockholm");

const SV: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const NB: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];
const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment, for people and for machines.
#[derive(Debug, PartialEq, Eq)]
pub struct Moment {
    /// Such as `14 March 2026, 13:05`.
    pub text: String,
    /// RFC 3339, in UTC; the value of the attribute `datetime`.
    pub machine: String,
}

/// A moment from Unix seconds; none for a time that no calendar holds, since a
/// plugin may say anything.
pub fn moment(locale: Locale, seconds: u64) -> Option<Moment> {
    let stamp = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    let local = stamp.to_zoned(ZONE);
    let (day, year) = (local.day(), local.year());
    let (hour, minute) = (local.hour(), local.minute());
    let name = |names: [&'static str; 12]| {
        let index = usize::try_from(local.month()).ok()?.checked_sub(1)?;
        names.get(index).copied()
    };
    let text = match locale {
        Locale::Sv => format!("{day} {} {year} kl. {hour:02}:{minute:02}", name(SV)?),
        Locale::Nb => format!("{day}. {} {year} kl. {hour:02}:{minute:02}", name(NB)?),
        Locale::En => format!("{day} {} {year}, {hour:02}:{minute:02}", name(EN)?),
    };
    let machine = stamp.to_string();
    Some(Moment { text, machine })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_moment_when_shown_then_it_is_local_and_in_the_language() {
        let shown = |locale| moment(locale, 1_773_490_000).unwrap().text;
        assert_eq!(shown(Locale::Sv), "14 mars 2026 kl. 13:06");
        assert_eq!(shown(Locale::Nb), "14. mars 2026 kl. 13:06");
        assert_eq!(shown(Locale::En), "14 March 2026, 13:06");
        let summer = moment(Locale::En, 1_783_944_000).unwrap();
        assert_eq!(summer.text, "13 July 2026, 14:00");
        assert_eq!(summer.machine, "2026-07-13T12:00:00Z");
    }

    #[test]
    fn given_any_number_when_shown_then_nothing_breaks() {
        assert!(moment(Locale::En, 0).is_some());
        assert_eq!(moment(Locale::En, u64::MAX), None);
        assert_eq!(moment(Locale::En, 1 << 50), None);
    }
}
