//! Text of others, made fit for a line of a log.

/// One line of printable text with at most `limit` characters of `text`.
///
/// Line breaks, other control characters (and with them terminal sequences)
/// and the marks that change the direction of writing or are not seen at all
/// become escapes such as `\u{1b}`, so that an entry can neither forge another
/// nor look like something else.
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len().min(limit));
    for character in text.chars().take(limit) {
        if is_deceptive(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    if text.chars().nth(limit).is_some() {
        line.push('…');
    }
    line
}

fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_words_when_sanitised_then_they_stay() {
        assert_eq!(
            one_line("Åtkomst nekad: 日本 ✓", 100),
            "Åtkomst nekad: 日本 ✓"
        );
    }

    #[test]
    fn given_line_breaks_when_sanitised_then_it_is_one_line() {
        assert_eq!(
            one_line("a\r\nb\u{2028}c\u{85}", 100),
            r"a\r\nb\u{2028}c\u{85}"
        );
    }

    #[test]
    fn given_terminal_and_direction_marks_when_sanitised_then_they_show() {
        assert_eq!(
            one_line("\u{1b}[31m\u{202e}x\u{200b}\0", 100),
            r"\u{1b}[31m\u{202e}x\u{200b}\u{0}"
        );
    }

    #[test]
    fn given_a_long_text_when_sanitised_then_it_is_cut_between_characters() {
        assert_eq!(one_line("åäö", 2), "åä…");
        assert_eq!(one_line("åä", 2), "åä");
    }
}
