//! Results of evaluations: what share of the answers was right, as promptfoo, JUnit, OpenAI's evals or a list of rates tell it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::Value;

use super::files;
use crate::money::{self, Decimal};

/// The results of one run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Evaluation {
    /// Cases that passed, and all of them; `None` where only rates are told.
    pub(crate) cases: Option<(u64, u64)>,
    /// The share that passed.
    pub(crate) rate: Decimal,
    /// The share of each case or group by its name.
    pub(crate) by_name: BTreeMap<String, Decimal>,
}

/// Reads a file of results.
///
/// # Errors
/// A file that cannot be read, or that is none of these formats.
pub(crate) fn read(path: &Path, label: &str) -> anyhow::Result<Evaluation> {
    let text = files::named_text(path, files::LARGE).with_context(|| format!("cannot read {label}"))?;
    match recognise(&text).with_context(|| label.to_owned())? {
        Some(evaluation) => Ok(evaluation),
        None => bail!(
            "{label}: not the results of an evaluation: promptfoo's JSON, JUnit, OpenAI's evals, or lines such as `name: 93 %` are read"
        ),
    }
}

/// The results in whichever format the text has; `None` if it has none of them.
fn recognise(text: &str) -> anyhow::Result<Option<Evaluation>> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        return junit(text).map(Some);
    }
    if let Ok(document) = serde_json::from_str::<Value>(text) {
        return Ok(promptfoo(&document).or_else(|| counts(&document)));
    }
    Ok(openai(text).or_else(|| plain(text)))
}

/// Cases with their names.
fn of_cases(cases: impl Iterator<Item = (String, bool)>) -> Option<Evaluation> {
    let mut sums: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let (mut passed, mut all) = (0, 0);
    for (name, is_passed) in cases {
        let sum = sums.entry(name).or_default();
        *sum = (sum.0 + u64::from(is_passed), sum.1 + 1);
        passed += u64::from(is_passed);
        all += 1;
    }
    let by_name = sums.into_iter().map(|(name, (passed, all))| (name, share(passed, all))).collect();
    (all > 0).then(|| Evaluation { cases: Some((passed, all)), rate: share(passed, all), by_name })
}

fn of_sums(passed: u64, all: u64) -> Option<Evaluation> {
    let by_name = BTreeMap::new();
    (all > 0 && passed <= all).then(|| Evaluation { cases: Some((passed, all)), rate: share(passed, all), by_name })
}

fn share(passed: u64, all: u64) -> Decimal {
    Decimal::from(passed) / Decimal::from(all.max(1))
}

/// promptfoo's `results.results` with `success`.
fn promptfoo(document: &Value) -> Option<Evaluation> {
    let results = document.get("results")?;
    let list = results.get("results").unwrap_or(results);
    if let Some(list) = list.as_array() {
        let case = |(index, result): (usize, &Value)| {
            let places = ["/testCase/description", "/description", "/testIdx"];
            let named = places.iter().find_map(|path| result.pointer(path).filter(|name| !name.is_null()));
            let name = named.map_or_else(
                || format!("test {index}"),
                |name| name.as_str().map_or_else(|| format!("test {name}"), str::to_owned),
            );
            Some((name, result.get("success")?.as_bool()?))
        };
        return of_cases(list.iter().enumerate().filter_map(case));
    }
    let count = |key: &str| results.get("stats")?.get(key)?.as_u64();
    let (passed, failed) = (count("successes")?, count("failures")?);
    of_sums(passed, passed.checked_add(failed)?.checked_add(count("errors").unwrap_or(0))?)
}

/// The sums of a run of OpenAI's evals API, and a map from names to rates.
fn counts(document: &Value) -> Option<Evaluation> {
    if let Some(counts) = document.get("result_counts") {
        return of_sums(counts.get("passed")?.as_u64()?, counts.get("total")?.as_u64()?);
    }
    let rate = |value: &Value| match value {
        Value::Bool(is_passed) => Some(Decimal::from(u8::from(*is_passed))),
        Value::Number(number) => money::share(&number.to_string()),
        Value::String(text) => of_text(text),
        _ => None,
    };
    let rates = document.as_object()?.iter().map(|(name, value)| Some((name.clone(), rate(value)?)));
    of_rates(rates.collect::<Option<_>>()?)
}

/// The events of OpenAI's evals, one a line: matches, and the report at the end.
fn openai(text: &str) -> Option<Evaluation> {
    let lines: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>().ok()?;
    let case = |line: &Value| {
        let is_right = line.pointer("/data/correct")?.as_bool()?;
        let name = line.get("sample_id").and_then(Value::as_str).unwrap_or("sample").to_owned();
        Some((name, is_right))
    };
    of_cases(lines.iter().filter_map(case)).or_else(|| {
        let report = lines.iter().find_map(|line| line.get("final_report"))?;
        let rate = money::share(&report.get("accuracy")?.to_string())?;
        Some(Evaluation { cases: None, rate, by_name: BTreeMap::new() })
    })
}

fn junit(text: &str) -> anyhow::Result<Evaluation> {
    let mut reader = Reader::from_str(text);
    let mut cases: Vec<(String, bool)> = Vec::new();
    // A case's name, and if it passed; `None` for its outcome if it was skipped.
    let mut open: Option<(String, Option<bool>)> = None;
    let mut depth = 0_u64;
    loop {
        let event = reader.read_event().context("not JUnit")?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            // Of a file that was cut off, the share of the cases in it is not that of the run.
            Event::Eof if depth > 0 => bail!("the file ends before its last element does"),
            _ => {}
        }
        match event {
            Event::Start(element) if element.name().as_ref() == b"testcase" => {
                open = Some((named(&element), Some(true)));
            }
            Event::Empty(element) if element.name().as_ref() == b"testcase" => cases.push((named(&element), true)),
            Event::Start(element) | Event::Empty(element) => {
                if let Some((_, outcome)) = &mut open {
                    match element.name().as_ref() {
                        b"failure" | b"error" => *outcome = outcome.and(Some(false)),
                        b"skipped" => *outcome = None,
                        _ => {}
                    }
                }
            }
            Event::End(element) if element.name().as_ref() == b"testcase" => {
                // A case that did not run says nothing.
                cases.extend(open.take().and_then(|(name, outcome)| Some((name, outcome?))));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match of_cases(cases.into_iter()) {
        Some(evaluation) => Ok(evaluation),
        None => bail!("no test case ran"),
    }
}

/// The name of a case within its class.
fn named(element: &BytesStart<'_>) -> String {
    let attribute = |name: &str| {
        let found = element.try_get_attribute(name).ok().flatten()?;
        Some(String::from_utf8_lossy(&found.value).into_owned())
    };
    let class = attribute("classname").map(|class| format!("{class}.")).unwrap_or_default();
    format!("{class}{}", attribute("name").unwrap_or_default())
}

/// Lines `name: rate`.
fn plain(text: &str) -> Option<Evaluation> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = |line: &str| {
        let (name, rate) = line.rsplit_once(':').or_else(|| line.rsplit_once(','))?;
        Some((name.trim().to_owned(), of_text(rate.trim())?))
    };
    of_rates(lines.map(line).collect::<Option<_>>()?)
}

/// `0.93`, `93%`, `93 %`, `45/50`, `pass` or `fail`.
fn of_text(text: &str) -> Option<Decimal> {
    if let Some((passed, all)) = text.split_once('/') {
        let (passed, all): (u64, u64) = (passed.trim().parse().ok()?, all.trim().parse().ok()?);
        return (passed <= all && all > 0).then(|| share(passed, all));
    }
    match text.to_ascii_lowercase().as_str() {
        "pass" | "passed" | "true" => Some(Decimal::ONE),
        "fail" | "failed" | "false" => Some(Decimal::ZERO),
        text => money::share(&text.replace(' ', "")),
    }
}

/// The mean of named rates.
fn of_rates(by_name: BTreeMap<String, Decimal>) -> Option<Evaluation> {
    let sum: Decimal = by_name.values().copied().sum();
    let rate = sum / Decimal::from(by_name.len().max(1) as u64);
    (!by_name.is_empty()).then_some(Evaluation { cases: None, rate, by_name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<(u64, u64)>, String) {
        let found = recognise(text).unwrap().unwrap();
        (found.cases, found.rate.round_dp(3).normalize().to_string())
    }

    #[test]
    fn results_are_read_in_each_format() {
        let promptfoo =
            r#"{"results":{"results":[{"success":true,"testCase":{"description":"a"}},{"success":false}]}}"#;
        assert_eq!(read(promptfoo), (Some((1, 2)), "0.5".into()));
        assert_eq!(read(r#"{"results":{"stats":{"successes":9,"failures":1}}}"#), (Some((9, 10)), "0.9".into()));
        let junit = "<testsuites><testsuite><testcase classname='c' name='a'/><testcase name='b'><failure>no <![CDATA[<testcase>]]></failure>\
                     </testcase><testcase name='d'><skipped/></testcase></testsuite></testsuites>";
        assert_eq!(read(junit), (Some((1, 2)), "0.5".into()));
        let events = "{\"spec\":{}}\n{\"type\":\"match\",\"sample_id\":\"s.1\",\"data\":{\"correct\":true}}\n{\"final_report\":{\"accuracy\":1.0}}";
        assert_eq!(read(events), (Some((1, 1)), "1".into()));
        assert_eq!(read("{\"spec\":{}}\n{\"final_report\":{\"accuracy\":0.75}}"), (None, "0.75".into()));
        assert_eq!(read(r#"{"result_counts":{"passed":3,"failed":1,"total":4}}"#), (Some((3, 4)), "0.75".into()));
        assert_eq!(read("# run 7\nreturns: 90 %\nprices: 45/50\ntone: 0.6\n"), (None, "0.8".into()));
        assert_eq!(read("a: pass\nb: fail\n"), (None, "0.5".into()));
        assert_eq!(recognise("hello world").unwrap(), None);
    }

    #[test]
    fn results_that_are_cut_off_or_too_many_to_add_are_none() {
        for cut in ["<testsuite><testcase name='a'/>", "<testsuite><testcase name='a'/><testcase name='b'>"] {
            assert!(recognise(cut).unwrap_err().to_string().contains("ends before"), "{cut}");
        }
        let many = r#"{"results":{"stats":{"successes":18446744073709551615,"failures":1}}}"#;
        assert_eq!(recognise(many).unwrap(), None);
    }
}
