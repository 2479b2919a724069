//! Every character of every scalar is found where it stands, whatever the style.

use proptest::prelude::*;

use super::*;

/// The texts of a document with the characters of the file that their characters point at.
fn texts(node: &Node, found: &mut Vec<Scalar>) {
    match &node.kind {
        NodeKind::Scalar(scalar) => found.push(scalar.clone()),
        NodeKind::List(items) => items.iter().for_each(|item| texts(item, found)),
        NodeKind::Map(entries) => entries.iter().for_each(|entry| {
            found.push(entry.key.clone());
            texts(&entry.value, found);
        }),
    }
}

fn all(source: &str, notation: Notation) -> Vec<Scalar> {
    let mut found = Vec::new();
    read(source, notation)
        .unwrap_or_else(|error| panic!("{error}:\n{source}"))
        .iter()
        .for_each(|node| texts(node, &mut found));
    found
}

/// Each character points at itself, at an escape, or, where it is white space, at white space.
fn check(source: &str, scalar: &Scalar) {
    let mut last = 0;
    for (byte, letter) in scalar.text.char_indices() {
        let at = scalar.map.at(byte);
        let rest = &source[at..];
        let written = rest.chars().next();
        let fits = written == Some(letter)
            || rest.starts_with('\\')
            || letter.is_whitespace() && written.is_none_or(char::is_whitespace)
            // The second line feed of a fold stands where the text goes on.
            || letter == '\n';
        assert!(fits, "{letter:?} of {:?} points at {written:?} in\n{source}", scalar.text);
        assert!(at >= last, "{:?} goes backwards in\n{source}", scalar.text);
        last = at;
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "[a-zß-ü日本語😀]{1,6}",
        "[a-z]{1,3}[.,:'\"!?#%&*-][a-z]{1,3}",
        "\\{\\{ [a-z]{1,5} \\}\\}"
    ]
}

fn lines() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(word(), 0..6), 1..7)
}

fn block(lines: &[Vec<String>], header: &str, indent: usize) -> String {
    let lines: Vec<String> = lines.iter().map(|words| words.join(" ")).collect();
    let body: String = lines
        .iter()
        .enumerate()
        .map(|(number, line)| match line.as_str() {
            "" => "\n".to_owned(),
            line => format!("{}{}{line}\n", " ".repeat(indent), if number % 3 == 2 { "  " } else { "" }),
        })
        .collect();
    format!("{header}\n{body}")
}

fn folded(lines: &[Vec<String>], quote: char) -> String {
    let escape = |word: &String| match quote {
        '\'' => word.replace('\'', "''"),
        _ => word.replace('\\', "\\\\").replace('"', "\\\"").replace('ß', "\\u00df").replace('😀', "\\U0001F600"),
    };
    let lines: Vec<String> = lines.iter().map(|words| words.iter().map(escape).collect::<Vec<_>>().join(" ")).collect();
    format!("{quote}{}{quote}", lines.join("\n    "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_character_of_yaml_is_found_where_it_stands(
        lines in lines(), header in prop::sample::select(vec!["|", "|-", "|+", ">", ">-", ">+"]), crlf: bool
    ) {
        let mut lines = lines;
        lines[0] = vec!["first".into(), "line".into()];
        let mut source = format!(
            "key: {}single: {}\ndouble: {}\nlist:\n  - {}",
            block(&lines, header, 4), folded(&lines, '\''), folded(&lines, '"'), block(&lines, header, 5)
        );
        if crlf {
            source = source.replace('\n', "\r\n");
        }
        let scalars = all(&source, Notation::Yaml);
        prop_assert_eq!(scalars.len(), 8);
        for scalar in scalars {
            check(&source, &scalar);
        }
    }

    #[test]
    fn a_character_of_json_is_found_where_it_stands(text in ".{0,40}", key in "[a-m\"\\\\é]{0,6}", pretty: bool) {
        let value = serde_json::json!({key.as_str(): [text.as_str(), {"b": text.as_str()}], "n": 1.50});
        let source = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let escaped: String = source.chars().flat_map(|letter| {
            let mut units = [0; 2];
            let escape = !letter.is_ascii();
            let units = letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
            if escape { units } else { letter.to_string() }.chars().collect::<Vec<_>>()
        }).collect();
        for source in [&source, &escaped] {
            let scalars = all(source, Notation::Json);
            prop_assert_eq!(&scalars[0].text, &key);
            prop_assert_eq!(&scalars[1].text, &text);
            for scalar in &scalars {
                check(source, scalar);
            }
        }
    }

    #[test]
    fn a_character_of_toml_is_found_where_it_stands(lines in lines(), style in 0..3_usize) {
        let text = lines.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("\n");
        let quoted = match style {
            0 => format!("\"\"\"\n{}\\\n   end\"\"\"", text.replace('"', "\\\"")),
            1 => format!("'''\n{}'''", text.replace('\'', "’")),
            _ => format!("\"{}\"", text.replace('"', "\\\"").replace('\n', "\\n").replace('ß', "\\u00df")),
        };
        let source = format!("[prompt]\nsystem = {quoted}\nname = 'x'\n");
        let scalars = all(&source, Notation::Toml);
        prop_assert_eq!(scalars.len(), 5);
        for scalar in scalars {
            check(&source, &scalar);
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in "[-a-z:{}\\[\\]\"'|>#&*!%@ \n\t\\\\]{0,60}") {
        for notation in [Notation::Yaml, Notation::Json, Notation::Toml] {
            if let Ok(nodes) = read(&text, notation) {
                let mut found = Vec::new();
                for node in &nodes {
                    texts(node, &mut found);
                }
                for scalar in found {
                    check(&text, &scalar);
                }
            }
        }
    }
}

#[test]
fn keys_keep_their_order_and_places() {
    let json = "{\"b\": 1,\n \"a\": {\"x\": null}}";
    let node = read(json, Notation::Json).unwrap().remove(0);
    assert_eq!(node.to_json().to_string(), r#"{"b":1,"a":{"x":null}}"#);
    assert_eq!(node.entries()[1].key.map.at(0), json.find("a\"").unwrap());
    let toml = "b = 1\na = [ 'x' ]\n[t]\nc = true\n";
    let node = read(toml, Notation::Toml).unwrap().remove(0);
    assert_eq!(node.to_json().to_string(), r#"{"b":1,"a":["x"],"t":{"c":true}}"#);
    let yaml = "base: &b {x: 1, y: '2'}\nown:\n  <<: *b\n  x: 3\n---\n- ~\n";
    let nodes = read(yaml, Notation::Yaml).unwrap();
    assert_eq!(nodes[0].to_json().to_string(), r#"{"base":{"x":1,"y":"2"},"own":{"x":3,"y":"2"}}"#);
    assert_eq!(nodes[1].to_json().to_string(), "[null]");
}

#[test]
fn what_is_no_document_says_where() {
    let yaml = "a: [1, 2\nb: 3\n";
    assert!(read(yaml, Notation::Yaml).unwrap_err().byte >= 8);
    let json = "{\"a\": 1,\n \"b\": }";
    assert_eq!(read(json, Notation::Json).unwrap_err().byte, json.len() - 1);
    let deep = "[".repeat(5_000) + &"]".repeat(5_000);
    for notation in [Notation::Yaml, Notation::Json] {
        assert!(read(&deep, notation).is_err());
    }
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    assert_eq!(read(bomb, Notation::Yaml).unwrap_err().reason, "too many values, aliases written out");
}

#[test]
fn json_with_comments_and_trailing_commas_is_read_where_it_stands() {
    let text = "// settings\n{\n  /* one */ \"a\": \"x // y, \\\" ]\",\n  \"b\": [1, 2,],\n}\n";
    let root = read(text, Notation::Json).unwrap().remove(0);
    assert_eq!(root.to_json(), serde_json::json!({"a": "x // y, \" ]", "b": [1, 2]}));
    assert_eq!(root.get("a").unwrap().span.start, text.find("\"x").unwrap());
    assert!(read("{\"a\": 1,, }", Notation::Json).is_err());
    assert!(read("{\"a\": /* open", Notation::Json).is_err());
}

#[test]
fn many_comments_in_a_row_are_passed_over() {
    let source = format!("models:\n{}  - name: a\nprompt: Be brief.\n", "  # - name: b\n".repeat(300));
    let texts: Vec<String> = all(&source, Notation::Yaml).into_iter().map(|scalar| scalar.text).collect();
    assert_eq!(texts, ["models", "name", "a", "prompt", "Be brief."]);
}
