//! Text from outside made safe for XML, HTML, script elements and file names.

/// Escapes text for element content and for quoted attributes, in XML and in HTML.
///
/// Characters that XML 1.0 forbids (control characters but tab, newline and return) become U+FFFD, so that a
/// strange target name cannot make a figure unreadable.
pub fn escape_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Rewrites JSON text so that it can stand inside a `<script>` element.
///
/// `<`, `>` and `&` can occur only inside JSON strings, where `\u003c` means the same; without them no
/// `</script>` and no `<!--` can end or change the element.
pub fn escape_script_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Longest slug, so that a long formula still makes a file name that every system accepts.
const MAX_SLUG_LENGTH: usize = 48;

/// A name for files and identifiers: lower-case letters, digits and single hyphens, never empty.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars() {
        if slug.len() >= MAX_SLUG_LENGTH {
            break;
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "unnamed".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_slugs() {
        assert_eq!(slug("sin(3*x1) + x2^2"), "sin-3-x1-x2-2");
        assert_eq!(slug("../../ETC"), "etc");
        assert_eq!(slug("∑"), "unnamed");
    }

    proptest! {
        #[test]
        fn an_xml_parser_reads_back_what_was_escaped(text in any::<String>()) {
            let xml = format!("<a b=\"{0}\">{0}</a>", escape_text(&text));
            let document = roxmltree::Document::parse(&xml).unwrap();
            let forbidden = |c: char| (c < ' ' && !"\t\n\r".contains(c)) || c == '\u{fffe}' || c == '\u{ffff}';
            // XML itself turns every line end into one newline.
            let expected = text.replace("\r\n", "\n").replace('\r', "\n").replace(forbidden, "\u{fffd}");
            prop_assert_eq!(document.root_element().text().unwrap_or(""), expected);
        }

        #[test]
        fn script_json_keeps_its_meaning_and_cannot_close_the_element(text in any::<String>()) {
            for text in [text.clone(), format!("</script>{text}<!--")] {
                let json = serde_json::to_string(&text).unwrap();
                let escaped = escape_script_json(&json);
                prop_assert!(!escaped.contains(['<', '>', '&']));
                prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
            }
        }

        #[test]
        fn slugs_are_safe_file_names(text in any::<String>()) {
            let slug = slug(&text);
            prop_assert!(!slug.is_empty() && slug.len() <= MAX_SLUG_LENGTH);
            prop_assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'));
        }
    }
}
