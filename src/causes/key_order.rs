//! JSON whose keys stand in another order.

use super::moved_lines::whole_lines;
use super::text::Stretch;

/// The same names and values between the same marks of JSON, of which some stand in another order within an object.
pub(super) fn is_key_order(old: &str, new: &str) -> bool {
    old.contains('"')
        && old.contains(':')
        && new.contains(':')
        && json_parts(old) == json_parts(new)
        && !keys(old).eq(keys(new))
        && objects(old) != objects(new)
}

/// The keys of JSON in the order in which they stand: objects with the same ones may change places.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("\":").filter_map(|(at, _)| text[..at].rsplit('"').next())
}

/// Texts within and between the braces of JSON, sorted: objects that only change places have the same.
fn objects(text: &str) -> Vec<String> {
    let objects = text.split(['{', '}']).map(|object| {
        let words: Vec<&str> = object.split_whitespace().collect();
        words.join(" ").trim_matches([',', ' ']).to_owned()
    });
    let mut objects: Vec<String> = objects.filter(|object| !object.is_empty()).collect();
    objects.sort_unstable();
    objects
}

/// Names and values of JSON, sorted.
pub(super) fn json_parts(text: &str) -> Vec<&str> {
    let parts = text.split(|letter: char| letter.is_whitespace() || "{}[],:".contains(letter));
    let mut parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    parts
}

/// All lines of a stretch look like JSON.
fn stands_in_json(old: &str, new: &str, stretch: &Stretch) -> bool {
    let is_value = |line: &str| {
        let line = line.trim_end_matches(',');
        matches!(line, "true" | "false" | "null")
            || line.trim_start_matches('-').starts_with(|letter: char| letter.is_ascii_digit())
                && line.parse::<f64>().is_ok()
    };
    let is_json = |line: &str| line.contains("\":") || line.starts_with(['"', '{', '}', '[', ']']) || is_value(line);
    let (ours, theirs) = whole_lines(old, new, [stretch].into_iter());
    ours.iter().chain(&theirs).flat_map(|text| text.lines()).map(str::trim).all(|line| line.is_empty() || is_json(line))
}

/// Tells of each stretch whether its lines only have the keys of JSON in another order: those of its own line, or all together.
pub(super) fn keys_in_other_order(old: &str, new: &str, stretches: &[Stretch]) -> Vec<bool> {
    let is_json = |stretches: &[Stretch]| {
        let (ours, theirs) = whole_lines(old, new, stretches.iter());
        let (ours, theirs) = (ours.concat(), theirs.concat());
        !stretches.is_empty() && (ours.contains('{') || ours.matches("\":").count() > 1) && is_key_order(&ours, &theirs)
    };
    if stretches.len() > 1 {
        // A list of the same words beside the JSON is none of it.
        let are_within: Vec<bool> = stretches.iter().map(|stretch| stands_in_json(old, new, stretch)).collect();
        let within = stretches.iter().zip(&are_within).filter(|(_, is_within)| **is_within);
        let within: Vec<Stretch> = within.map(|(stretch, _)| stretch.clone()).collect();
        if is_json(&within) {
            return are_within;
        }
    }
    let mut found = Vec::with_capacity(stretches.len());
    while found.len() < stretches.len() {
        let rest = &stretches[found.len()..];
        let next = |before: &Stretch, after: &Stretch| {
            !old[before.old.end..after.old.start].contains('\n') && !new[before.new.end..after.new.start].contains('\n')
        };
        let on_line = 1 + rest.windows(2).take_while(|pair| next(&pair[0], &pair[1])).count();
        found.extend(std::iter::repeat_n(is_json(&rest[..on_line]), on_line));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::is_key_order;

    #[test]
    fn objects_that_change_places_keep_the_order_of_their_keys() {
        let (one, other) = (r#"{"city": "Oslo", "code": 1}"#, r#"{"city": "Rome", "code": 2}"#);
        assert!(is_key_order(one, r#"{"code": 1, "city": "Oslo"}"#));
        assert!(!is_key_order(&format!("[{one}, {other}]"), &format!("[{other}, {one}]")));
        assert!(!is_key_order(&format!("{one}\n{other}\n"), &format!("{other}\n{one}\n")));
        let lines = |city: &str, other: &str| format!("\"city\": \"{city}\",\n\"label\": \"{other}\"\n");
        assert!(!is_key_order(&lines("Oslo", "Rome"), &lines("Rome", "Oslo")));
        let turned = r#"{"code": 1, "city": "Oslo"}"#;
        assert!(is_key_order(&format!("[{one}, {other}]"), &format!("[{other}, {turned}]")));
    }
}
